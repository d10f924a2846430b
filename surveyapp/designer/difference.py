"""Two states of a questionnaire side by side: each changed part with its old and new face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from surveyapp.designer import phrases
from surveyapp.designer.changes import RULES, label_of
from surveyapp.designer.classification import Judged, classify
from surveyapp.designer.difference_words import REASONS
from surveyapp.designer.document import Document
from surveyapp.designer.elements import Element, elements
from surveyapp.designer.field_effects import LEVELS
from surveyapp.designer.phrases import KINDS
from surveyapp.designer.question_types import TYPES
from surveyapp.designer.rule_reading import reading, text_form
from surveyapp.designer.text_diff import Piece, marked
from surveyapp.designer.touched import Counts, counted

Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """One field: its name, and its old and new value with the changed words marked.

    language: of the value, where it is a text; rule: it is one in its written form.
    """

    name: str
    left: Pieces
    right: Pieces
    language: str = ""
    rule: bool = False


@dataclass(frozen=True)
class Row:
    """One changed part."""

    place: str
    kind: str
    title: str
    what: str
    """added, removed, moved or changed."""
    level: str
    reasons: tuple[str, ...]
    answers: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Difference:
    """All changed parts in document order; removed ones where they stood."""

    rows: tuple[Row, ...]
    counts: Counts

    @property
    def level(self) -> str:
        """The class of the whole."""
        return max((row.level for row in self.rows), key=LEVELS.index, default=LEVELS[0])

    @property
    def by_level(self) -> Counter[str]:
        """How many parts are of each class."""
        return Counter(row.level for row in self.rows)


def difference(
    before: Document, after: Document, version_ids: Sequence[int], language: str
) -> Difference:
    """What is different, and how many responses to `version_ids` each change touches."""
    judged = classify(before, after)
    counts = counted(version_ids, judged)
    faces = _Faces(before, after, language)
    rows = [faces.row(one, counts.by_place[one.change.place]) for one in faces.arranged(judged)]
    return Difference(tuple(rows), counts)


class _Faces:
    def __init__(self, before: Document, after: Document, language: str) -> None:
        self.before, self.after, self.language = before, after, language
        self.trees = before.model_dump(mode="json"), after.model_dump(mode="json")
        self.old, self.new = (elements(tree) for tree in self.trees)

    def arranged(self, judged: tuple[Judged, ...]) -> list[Judged]:
        """In document order; what was removed stands after what it stood behind."""
        order = {place: float(number) for number, place in enumerate(self.new)}
        last = -1.0
        for place in self.old:
            last = order.setdefault(place, last)
        return sorted(judged, key=lambda one: order[one.change.place])

    def row(self, judged: Judged, answers: int) -> Row:
        change = judged.change
        kind = change.place.partition(":")[0]
        text = self.after.text(dict(change.label), self.language)
        element = self.new.get(change.place) or self.old[change.place]
        return Row(
            change.place,
            str(_(KINDS[kind])),
            text if kind != "document" else "",
            change.kind,
            judged.level,
            tuple(str(_(REASONS[judged.level, reason])) for reason in judged.reasons),
            answers,
            tuple(self._lines(judged, element)),
        )

    def _lines(self, judged: Judged, element: Element) -> Iterator[Line]:
        change = judged.change
        if change.kind == "changed":
            for field in change.fields:
                yield from self._field(field.name, field.before, field.after)
        elif change.kind == "moved":
            yield Line(
                str(_("Position")), _same(self._where(0, element)), _same(self._where(1, element))
            )
        else:
            for name, value in self._content(element, change.kind == "added"):
                sides = (None, value) if change.kind == "added" else (value, None)
                yield from self._field(name, *sides)

    def _content(self, element: Element, added: bool) -> Iterator[tuple[str, Any]]:
        """What a part says, and the labels of the parts in it."""
        for name, value in element.own.items():
            if name in ("id", "origin") or value in (None, "", {}, [], False):
                continue
            if name in _NESTED:
                labels = value.get("labels", {}) if name == "scale" else value
                yield from ((f"{name}.{point}", text) for point, text in labels.items())
                yield from ((f"{name}.points", value["points"]),) if name == "scale" else ()
            else:
                yield name, value
        side = self.new if added else self.old
        inside = [one for one in side.values() if one.owner == element.place]
        for one in inside:
            words = self.after.text(dict(label_of(one.own)), self.language)
            yield one.kind, words or str(one.own["id"])

    def _field(self, name: str, before: Any, after: Any) -> Iterator[Line]:
        if name in RULES:
            yield from self._rule(name, before, after)
            return
        if self._text(before) or self._text(after):
            for language in dict.fromkeys((*(before or ()), *(after or ()))):
                sides = ((side or {}).get(language) for side in (before, after))
                yield from self._field(f"{name}.{language}", *sides)
            return
        language = name.rpartition(".")[2] if "." in name else ""
        left, right = marked(shown(before, self.language), shown(after, self.language))
        yield Line(_label(name), left, right, language if language in self.languages else "")

    def _text(self, value: Any) -> bool:
        """Whether a value is a text in several languages."""
        return isinstance(value, dict) and bool(value) and value.keys() <= self.languages

    @property
    def languages(self) -> set[str]:
        return {*self.before.languages, *self.after.languages}

    def _rule(self, name: str, before: Any, after: Any) -> Iterator[Line]:
        words = [
            reading(document, rule, self.language) if rule else ""
            for document, rule in ((self.before, before), (self.after, after))
        ]
        written = [text_form(rule) for rule in (before, after)]
        label = phrases.field_name(name)
        if words != written:
            yield Line(label, *marked(*words))
            label = str(_("Written"))
        yield Line(label, *marked(*written), rule=True)

    def _where(self, side: int, element: Element) -> str:
        """The place within its list: “Contact · 2 of 5”."""
        every = (self.old, self.new)[side]
        owner = every[every[element.place].owner]
        siblings = [
            p for p, one in every.items() if one.owner == owner.place and one.kind == element.kind
        ]
        name = self.after.text(dict(label_of(owner.own)), self.language)
        place = {"n": siblings.index(element.place) + 1, "count": len(siblings)}
        return f"{name} · {_('%(n)s of %(count)s', **place)}"


_NESTED = frozenset({"scale", "labels"})


def _label(name: str) -> str:
    """A field's name; labels of points name their point."""
    if name in KINDS:
        return str(_(KINDS[name]))
    if name == "scale.points":
        return str(_("Number of points"))
    point = next((part for part in name.split(".") if part.isdecimal()), "")
    return f"{phrases.field_name(name)} · {point}" if point else phrases.field_name(name)


def _same(text: str) -> Pieces:
    return (Piece(text, False),)


def shown(value: Any, language: str) -> str:
    """A value in words."""
    if value in (None, "", {}, []):
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return str(_(", ")).join(shown(one, language) for one in value)
    if isinstance(value, Mapping):
        parts = (f"{name}: {shown(inner, language)}" for name, inner in value.items() if inner)
        return "; ".join(parts)
    return str(_(NAMED[value])) if isinstance(value, str) and value in NAMED else str(value)


NAMED = {name: kind.name for name, kind in TYPES.items()}
"""Values that have a name: types of questions."""
