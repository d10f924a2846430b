"""One response as the cells of a row: what its path shows, and why a cell is blank."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from surveyapp.datasets.about import DISTANCE, HOURS, PARADATA, UNWORKED, WINDOW
from surveyapp.datasets.blanks import (
    ANSWERED,
    NOT_ASKED,
    NOT_OFFERED,
    NOT_RANKED,
    NOT_REACHED,
    OFF_PATH,
    UNANSWERED,
    UNKNOWN,
)
from surveyapp.datasets.columns import TICKED
from surveyapp.datasets.pace import opened_at, worked_seconds
from surveyapp.datasets.plausible import Circumstances, Terms
from surveyapp.datasets.variable import Variable
from surveyapp.designer.computed import computations, values
from surveyapp.designer.document import Bonus, Contradiction, Document, Veto
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.mapping import recoded
from surveyapp.designer.path import path
from surveyapp.designer.rules import Evaluator, compiled, is_date

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    """One response as it was accepted. Moments are aware; facts as stored with the response."""

    id: int
    version: int
    mode: str
    language: str
    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    started_at: datetime
    completed_at: datetime
    stratum: str = ""
    probability: float | None = None
    weight: float | None = None
    stratum_size: int | None = None
    cluster: str | None = None
    paradata: Mapping[str, Any] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    """What the study says of the visit that the answers are about."""
    member: Mapping[str, Any] | None = None
    """The attributes of the customer whose card was read; unknown to the page, so no part of the
    path. None: nobody's."""
    period: str = ""
    """Label of the period of a recurring study."""
    finished: bool = True
    """False: completed_at is the moment of the last save."""


class Seen:
    """A row with what its path makes of it."""

    def __init__(self, row: Row, document: Document) -> None:
        walked = path(document, row.answers, row.facts)
        self.row = row
        self.document = document
        member = {} if row.member is None else {"customer": row.member}
        self.facts = {**walked.facts, **member}
        self.visible = frozenset(walked.variables)
        self.answers = walked.on_path(row.answers)
        self.expected = expected_seconds(document, walked, row.language)
        self._pages = walked.pages
        self.contradictions = self._true("contradictions")

    @cached_property
    def offered(self) -> Mapping[str, frozenset[str]]:
        """Visible choice → the options that it offered."""
        return {
            question: frozenset(option.id for option in options)
            for page in self._pages
            for question, options in page.offered.items()
        }

    @cached_property
    def unreached(self) -> frozenset[str]:
        """Variables of the pages that somebody who left had not come to; none of who finished."""
        saved = self.row.paradata.get("pages") or {}
        came = [at for at, page in enumerate(self._pages) if page.page.id in saved]
        left = () if self.row.finished else self._pages[max(came, default=-1) + 1 :]
        return frozenset(variable for page in left for variable in page.variables)

    @cached_property
    def vetoes(self) -> list[str]:
        """The vetoes that are true of these answers."""
        return self._true("vetoes")

    @cached_property
    def bonuses(self) -> list[str]:
        """The bonuses that are true of these answers."""
        return self._true("bonuses")

    @cached_property
    def computed(self) -> Mapping[str, object]:
        """The computed values, as they were stored when the answers were accepted."""
        stored = self.row.facts.get("computed")
        return values(self.document, self.answers, self.facts) if stored is None else stored

    def _true(self, kind: str) -> list[str]:
        rules = _compiled(self.document, kind)
        return [name for name, rule in rules if rule(self.answers, self.facts) is True]


def _compiled(document: Document, kind: str) -> list[tuple[str, Evaluator]]:
    """Id and rule of each contradiction, veto or bonus, compiled once and kept with the (frozen)
    document.
    """
    kept: dict[str, list[tuple[str, Evaluator]]] = document.__dict__.setdefault("_flags", {})
    if kind not in kept:
        known = computations(document)
        rules: tuple[Contradiction | Veto | Bonus, ...] = getattr(document, kind)
        kept[kind] = [(rule.id, compiled(rule.when, known)) for rule in rules]
    return kept[kind]


class Reader:
    """Reads one column from rows."""

    def __init__(self, variable: Variable, zone: ZoneInfo) -> None:
        self.variable, self.zone = variable, zone
        self.versions = frozenset(variable.versions)
        self.missing = dict(variable.missing)
        self._recodes = {one.version: (one.source, dict(one.values)) for one in variable.recodes}
        self._shape = _SHAPES.get(variable.kind, _as_it_is)

    def read(self, block: list[Seen]) -> tuple[list[Any], list[int]]:
        """The column's cells for these rows, and for answers the reason of each blank."""
        if not self.variable.is_answer:
            about = _ABOUT_READERS[self.variable.name]
            return [about(seen, self.zone) for seen in block], []
        given = [self._given(seen) for seen in block]
        cells = self._cells(given)
        reasons = [ANSWERED] * len(cells)
        partly = NOT_OFFERED in self.variable.blanks
        asked_all = all(seen.row.version in self.versions for seen in block)
        if partly or None in cells or not asked_all:
            for at, seen in enumerate(block):
                if cells[at] is None or partly or seen.row.version not in self.versions:
                    cells[at], reasons[at] = self._blank(seen, given[at], cells[at])
        return cells, reasons

    def _given(self, seen: Seen) -> Any:
        """The answer that the column shows, in the codes of its newest version."""
        if self.variable.type in _OF_FACTS:
            return _OF_FACTS[self.variable.type](seen, self.variable.source.partition(".")[2])
        source, values = self._recodes.get(seen.row.version, (self.variable.source, {}))
        answer = seen.answers.get(source)
        return recoded(answer, values) if values and answer is not None else answer

    def _cells(self, given: list[Any]) -> list[Any]:
        """Answers as the column keeps them; what says why there is none is none."""
        if not self.missing:
            return [self._shape(value, self.variable) for value in given]
        return [
            None if self._said(value) is not None else self._shape(value, self.variable)
            for value in given
        ]

    def _said(self, value: Any) -> int | None:
        """The reason that the answer itself gives for there being none."""
        if isinstance(value, list):
            return next((self.missing[one] for one in value if one in self.missing), None)
        return self.missing.get(value) if isinstance(value, str) else None

    def _blank(self, seen: Seen, given: Any, cell: Any) -> tuple[Any, int]:
        """A cell that may be blank, and why it is."""
        if seen.row.version not in self.versions:
            return None, NOT_ASKED
        variable = self.variable
        if variable.type in _OF_FACTS:
            return cell, UNKNOWN if cell is None else ANSWERED
        source, _ = self._recodes.get(seen.row.version, (variable.source, {}))
        if source not in seen.visible:
            return None, OFF_PATH
        partly = NOT_OFFERED in variable.blanks
        offered = seen.offered.get(source) if partly else None
        if offered is not None and variable.option not in offered and not self._known_to(seen):
            return None, NOT_OFFERED
        if cell is not None:
            return cell, ANSWERED
        if source in seen.unreached:
            return None, NOT_REACHED
        if variable.type in TICKED and variable.kind == "indicator":
            return 0, ANSWERED
        said = self._said(given)
        if said is not None:
            return None, said
        return None, NOT_RANKED if variable.kind == "rank" and given else UNANSWERED

    def _known_to(self, seen: Seen) -> bool:
        """Whether the row's version has other options, whose codes were translated into ours."""
        return bool(self._recodes.get(seen.row.version, ("", {}))[1])


def _as_it_is(value: Any, variable: Variable) -> Any:
    return value


def _text(value: Any, variable: Variable) -> Any:
    """Text without what files cannot keep; a computed choice or truth as text."""
    return clean_text(value) or None if isinstance(value, str) else value


def _indicator(value: Any, variable: Variable) -> int | None:
    """Whether the option is chosen, or whether it is true; nothing chosen is no answer."""
    if isinstance(value, list):
        return int(variable.option in value) if value else None
    return int(bool(value)) if value is not None else None


def _rank(value: Any, variable: Variable) -> int | None:
    """The place of the option, from 1."""
    return value.index(variable.option) + 1 if value and variable.option in value else None


def _day(value: Any, variable: Variable) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and is_date(value) else None


_SHAPES: dict[str, Callable[[Any, Variable], Any]] = {
    "text": _text,
    "indicator": _indicator,
    "rank": _rank,
    "date": _day,
}
_OF_FACTS: dict[str, Callable[[Seen, str], Any]] = {
    "random": lambda seen, name: (seen.facts.get("random") or {}).get(name),
    "computed": lambda seen, name: seen.computed.get(name),
}


def clean_text(text: str) -> str:
    """Text as every file format can keep it: newlines are line feeds, no control characters or
    halves of characters, no blanks at the end.
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def _fact(kind: str, name: str) -> Any:
    def read(seen: Seen, zone: ZoneInfo) -> str | None:
        value = (seen.facts.get(kind) or {}).get(name)
        return clean_text(str(value)) if value not in (None, "") else None

    return read


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "milliseconds")


def _interviewers(paradata: Mapping[str, Any]) -> str | None:
    """Numbers of the staff who entered answers in calls; None where the person answered alone."""
    return " ".join(sorted(paradata.get("interviewers") or {}, key=int)) or None


def _circumstance(name: str) -> Any:
    def read(seen: Seen, zone: ZoneInfo) -> Any:
        row = seen.row
        return getattr(
            Circumstances(row.paradata, seen.facts, row.completed_at, zone, row.terms), name
        )

    return read


_ABOUT_READERS: dict[str, Any] = {
    "response": lambda seen, zone: seen.row.id,
    "version": lambda seen, zone: seen.row.version,
    "mode": lambda seen, zone: seen.row.mode,
    "interviewer": lambda seen, zone: _interviewers(seen.row.paradata),
    "language": lambda seen, zone: seen.row.language,
    "stratum": lambda seen, zone: clean_text(seen.row.stratum) or None,
    "period": lambda seen, zone: seen.row.period or None,
    "stratum_size": lambda seen, zone: seen.row.stratum_size,
    "cluster": lambda seen, zone: clean_text(seen.row.cluster or "") or None,
    "inclusion_probability": lambda seen, zone: seen.row.probability,
    "design_weight": lambda seen, zone: seen.row.weight,
    "city": _fact("customer", "city"),
    "store": _fact("customer", "store"),
    "product_line": _fact("customer", "product_line"),
    "tier": _fact("customer", "tier"),
    "member_known": lambda seen, zone: int(seen.row.member is not None),
    "touchpoint_store": _fact("touchpoint", "store"),
    "touchpoint_label": _fact("touchpoint", "label"),
    "touchpoint_channel": _fact("touchpoint", "channel"),
    "started_at": lambda seen, zone: _moment(
        opened_at(seen.row.started_at, seen.row.paradata), zone
    ),
    "finished": lambda seen, zone: int(seen.row.finished),
    "completed_at": lambda seen, zone: (
        _moment(seen.row.completed_at, zone) if seen.row.finished else None
    ),
    "completed_on": lambda seen, zone: (
        seen.row.completed_at.astimezone(zone).date().isoformat() if seen.row.finished else None
    ),
    "seconds": lambda seen, zone: worked_seconds(
        seen.row.started_at, seen.row.completed_at, seen.row.paradata
    ),
    "expected_seconds": lambda seen, zone: round(seen.expected, 1),
    "contradictions": lambda seen, zone: " ".join(seen.contradictions) or None,
    "vetoes": lambda seen, zone: " ".join(seen.vetoes) or None,
    "bonuses": lambda seen, zone: " ".join(seen.bonuses) or None,
    **{
        one.name: _circumstance(one.name)
        for one in (*PARADATA, *WINDOW, UNWORKED, HOURS, *DISTANCE)
    },
}
