"""One response as the cells of a row: what its path shows, and why a cell is blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from surveyapp.datasets.codebook import ANSWERED, NOT_ASKED, OFF_PATH, UNANSWERED, Variable
from surveyapp.datasets.pace import opened_at, worked_seconds
from surveyapp.designer.document import Document, question_of
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.mapping import recoded
from surveyapp.designer.path import path
from surveyapp.designer.rules import compiled

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
    paradata: Mapping[str, Any] = field(default_factory=dict)


class Seen:
    """A row with what its path makes of it."""

    def __init__(self, row: Row, document: Document) -> None:
        walked = path(document, row.answers, row.facts)
        self.row = row
        self.visible = frozenset(q.id for page in walked.pages for q in page.questions)
        self.answers = {v: a for v, a in row.answers.items() if question_of(v) in self.visible}
        self.expected = expected_seconds(document, walked, row.language)
        self.contradictions = [
            rule.id
            for rule in document.contradictions
            if compiled(rule.when)(self.answers, row.facts) is True
        ]


class Reader:
    """Reads one column from rows."""

    def __init__(self, variable: Variable, zone: ZoneInfo) -> None:
        self.variable, self.zone = variable, zone
        self.versions = frozenset(variable.versions)
        self._recodes = {one.version: (one.source, dict(one.values)) for one in variable.recodes}

    def read(self, block: list[Seen]) -> tuple[list[Any], list[int]]:
        """The column's cells for these rows, and for answers the reason of each blank."""
        if not self.variable.is_answer:
            about = _ABOUT_READERS[self.variable.name]
            return [about(seen, self.zone) for seen in block], []
        cells = self._shaped([self._given(seen) for seen in block])
        reasons = [ANSWERED] * len(cells)
        if None in cells or any(seen.row.version not in self.versions for seen in block):
            for at, seen in enumerate(block):
                if cells[at] is None or seen.row.version not in self.versions:
                    cells[at], reasons[at] = None, self._reason(seen)
        return cells, reasons

    def _given(self, seen: Seen) -> Any:
        """The answer that the column shows, in the codes of its newest version."""
        source, values = self._recodes.get(seen.row.version, (self.variable.source, {}))
        answer = seen.answers.get(source)
        return recoded(answer, values) if values and answer is not None else answer

    def _shaped(self, values: list[Any]) -> list[Any]:
        """Answers as the column keeps them; nothing chosen or written is no answer."""
        if self.variable.kind == "text":
            return [clean_text(v) or None if isinstance(v, str) else v for v in values]
        if self.variable.kind == "indicator":
            option = self.variable.option
            return [int(option in v) if v else None for v in values]
        return values

    def _reason(self, seen: Seen) -> int:
        if seen.row.version not in self.versions:
            return NOT_ASKED
        source, _ = self._recodes.get(seen.row.version, (self.variable.source, {}))
        return UNANSWERED if question_of(source) in seen.visible else OFF_PATH


def clean_text(text: str) -> str:
    """Text as every file format can keep it: newlines are line feeds, no control characters or
    halves of characters, no blanks at the end.
    """
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()


def _fact(kind: str, name: str) -> Any:
    def read(seen: Seen, zone: ZoneInfo) -> str | None:
        value = (seen.row.facts.get(kind) or {}).get(name)
        return clean_text(str(value)) if value not in (None, "") else None

    return read


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "milliseconds")


_ABOUT_READERS: dict[str, Any] = {
    "response": lambda seen, zone: seen.row.id,
    "version": lambda seen, zone: seen.row.version,
    "mode": lambda seen, zone: seen.row.mode,
    "language": lambda seen, zone: seen.row.language,
    "stratum": lambda seen, zone: clean_text(seen.row.stratum) or None,
    "stratum_size": lambda seen, zone: seen.row.stratum_size,
    "inclusion_probability": lambda seen, zone: seen.row.probability,
    "design_weight": lambda seen, zone: seen.row.weight,
    "city": _fact("customer", "city"),
    "store": _fact("customer", "store"),
    "product_line": _fact("customer", "product_line"),
    "tier": _fact("customer", "tier"),
    "touchpoint_store": _fact("touchpoint", "store"),
    "touchpoint_label": _fact("touchpoint", "label"),
    "touchpoint_channel": _fact("touchpoint", "channel"),
    "started_at": lambda seen, zone: _moment(
        opened_at(seen.row.started_at, seen.row.paradata), zone
    ),
    "completed_at": lambda seen, zone: _moment(seen.row.completed_at, zone),
    "completed_on": lambda seen, zone: seen.row.completed_at.astimezone(zone).date().isoformat(),
    "seconds": lambda seen, zone: worked_seconds(
        seen.row.started_at, seen.row.completed_at, seen.row.paradata
    ),
    "expected_seconds": lambda seen, zone: round(seen.expected, 1),
    "contradictions": lambda seen, zone: " ".join(seen.contradictions) or None,
}
