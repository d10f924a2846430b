"""Each change of a questionnaire as wording, additive or breaking, with the answers it touches.

wording: words and order of display; no datum changes. additive: more can be asked or answered; what
was collected keeps its place and meaning. breaking: answers from before and after are not of the
same kind, or are no longer scored, asked or allowed alike. The table stands in decision record 12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from surveyapp.designer.changes import Change, compare
from surveyapp.designer.covering import covers
from surveyapp.designer.document import Document, Information, Question, variables_of
from surveyapp.designer.elements import Element, elements
from surveyapp.designer.field_effects import (
    ADDITIVE,
    BREAKING,
    HARMLESS,
    Effect,
    effect,
    worst,
)
from surveyapp.designer.mapping_asks import exchanged, shapes
from surveyapp.designer.rules import sources


@dataclass(frozen=True)
class Judged:
    """A change with its class. reasons: names of what is more than wording. variables: those of
    the old document whose answers it touches; option: the one it is about, where it is one.
    """

    change: Change
    level: str
    reasons: tuple[str, ...]
    variables: tuple[str, ...]
    option: str = ""


def classify(before: Document, after: Document) -> tuple[Judged, ...]:
    """Every change from `before` to `after`, in the order of `after`, removed parts last."""
    return tuple(_Judge(before, after).judged())


def level_of(judged: tuple[Judged, ...]) -> str:
    """The class of a whole change: that of its worst part."""
    return worst(one.level for one in judged)


class _Judge:
    def __init__(self, before: Document, after: Document) -> None:
        self.before, self.after = before, after
        self.old = elements(before.model_dump(mode="json"))
        self.new = elements(after.model_dump(mode="json"))
        self.exchanged = _exchanged(before, after)

    def judged(self) -> Iterator[Judged]:
        for change in compare(self.before, self.after):
            effects = list(self._effects(change))
            level = worst(one.level for one in effects)
            reasons = dict.fromkeys(one.reason for one in effects if one.level == level)
            kind, _, name = change.place.partition(":")
            yield Judged(
                change,
                level,
                tuple(reason for reason in reasons if reason),
                self._variables(change.place),
                name.partition(".")[2] if kind == "option" else "",
            )

    def _effects(self, change: Change) -> Iterator[Effect]:
        kind = change.place.partition(":")[0]
        if change.kind == "moved":
            yield self._moved(change.place)
        elif kind == "check":
            yield self._blocking(change.place)
        elif change.kind == "changed":
            yield from self._changed(change, kind)
        else:
            table = _ADDED if change.kind == "added" else _REMOVED
            yield table[kind](self, change.place)

    def _changed(self, change: Change, kind: str) -> Iterator[Effect]:
        if kind == "question":
            kind = str(self.new[change.place].own["type"])
            types = (self.old[change.place].own["type"], kind)
            if "information" in types:
                yield _INFORMATION[types.index("information") if types[0] != types[1] else 2]
                return
        for field in change.fields:
            if (kind, field.name) != ("page", "show") or self._stayed(change.place):
                yield effect(kind, field.name, field.before, field.after)
        if change.place in self.exchanged:
            yield Effect(BREAKING, "meaning")

    def _stayed(self, page: str) -> bool:
        """Whether a question that takes an answer was on this page and still is."""
        return any(
            one.owner == page and one.kind == "question" and one.place in self.old
            and self.old[one.place].owner == page and _asked(one.own)
            for one in self.new.values()
        )  # fmt: skip

    def _moved(self, place: str) -> Effect:
        """To another page with another condition: others are asked."""
        old, new = self.old[place], self.new[place]
        if old.owner == new.owner or not _asked(new.own) or not _asked(old.own):
            return HARMLESS
        owners = self.old[old.owner].own.get("show"), self.new[new.owner].own.get("show")
        return effect("page", "show", *owners) if owners[0] != owners[1] else HARMLESS

    def _blocking(self, place: str) -> Effect:
        """A check of errors refuses what does not meet it; one of warnings refuses nothing."""
        before, after = (_refuses(side.get(place)) for side in (self.old, self.new))
        if before == after:
            return HARMLESS
        level = ADDITIVE if covers(after, before) else BREAKING
        return Effect(level, "answers_allowed")

    def _variables(self, place: str) -> tuple[str, ...]:
        kind, _, name = place.partition(":")
        element = self.old.get(place)
        if element is None:
            return ()
        if kind == "item":
            return (name,)
        if kind in _READ:
            return self._read(element)
        owner = name.partition(".")[0]
        return tuple(v for q in self.questions(kind, owner) for v in variables_of(q))

    def questions(self, kind: str, name: str) -> list[Question]:
        """The questions that a part is, or holds, or belongs to."""
        if kind in ("page", "screen_out"):
            return [q for page in self.before.pages if page.id == name for q in page.questions]
        if kind == "dimension":
            return [q for q in self.before.questions() if name in _scored(q)]
        if kind not in ("question", "option", "check"):
            return []
        found = self.before.question_by_id.get(name)
        return [found] if found else self.questions("page", name)

    def _read(self, element: Element) -> tuple[str, ...]:
        """The variables that a condition or a computed value reads."""
        rule = element.own.get("when", element.own.get("value"))
        known = set(self.before.variables)
        names = (one.name for one in sources(rule) if one.kind == "answer")
        return tuple(dict.fromkeys(name for name in names if name in known))


_READ = frozenset({"contradiction", "computed", "veto", "bonus", "cell"})


def _scored(question: Question) -> set[str | None]:
    items = getattr(question, "items", ())
    return {getattr(question, "dimension", None), *(item.dimension for item in items)}


def _exchanged(before: Document, after: Document) -> set[str]:
    """Places of the options and questions whose labels changed places."""
    old, new = shapes(before), shapes(after)
    places: set[str] = set()
    for name, shape in old.items():
        for code in exchanged(shape.codes, new[name].codes) if name in new else ():
            question = name.partition(".")[0]
            places.add(f"option:{name}.{code}" if isinstance(code, str) else f"question:{question}")
    return places


def _asked(question: Mapping[str, object]) -> bool:
    return question.get("type") != "information"


def _refuses(check: Element | None) -> Mapping[str, object] | None:
    """What answers must meet; None where all of them pass."""
    return check.own["must"] if check and check.own["severity"] == "error" else None


_INFORMATION = (Effect(ADDITIVE, "question"), Effect(BREAKING, "removed"), HARMLESS)
"""A text to read that becomes a question, a question that becomes one, a text that stays one."""


def _added_question(judge: _Judge, place: str) -> Effect:
    return Effect(ADDITIVE, "question") if _asked(judge.new[place].own) else HARMLESS


def _added_page(judge: _Judge, place: str) -> Effect:
    inside = [one for one in judge.new.values() if one.owner == place and one.kind == "question"]
    fresh = any(_asked(one.own) for one in inside if one.place not in judge.old)
    return Effect(ADDITIVE, "question") if fresh else HARMLESS


def _removed_question(judge: _Judge, place: str) -> Effect:
    return Effect(BREAKING, "removed") if _asked(judge.old[place].own) else HARMLESS


def _removed_page(judge: _Judge, place: str) -> Effect:
    page = place.partition(":")[2]
    gone = [
        question
        for question in judge.questions("page", page)
        if question.id not in judge.after.question_by_id and not isinstance(question, Information)
    ]
    return Effect(BREAKING, "removed") if gone else HARMLESS


def _always(level: str, reason: str) -> Callable[[_Judge, str], Effect]:
    return lambda judge, place: Effect(level, reason)


_SCORES = _always(BREAKING, "scores")
_ADDED: Mapping[str, Callable[[_Judge, str], Effect]] = {
    "question": _added_question,
    "page": _added_page,
    "option": _always(ADDITIVE, "option"),
    "item": _always(ADDITIVE, "item"),
    "screen_out": _always(BREAKING, "asks_other"),
    "cell": _always(BREAKING, "asks_other"),
    "quota": _always(BREAKING, "asks_other"),
    "dimension": _always(ADDITIVE, "dimension"),
    "contradiction": _always(ADDITIVE, "flags"),
    "computed": _always(ADDITIVE, "computed"),
    "experiment": _always(ADDITIVE, "arms"),
    "arm": _always(ADDITIVE, "arms"),
    "profile": _SCORES,
    "veto": _SCORES,
    "bonus": _SCORES,
    "level": _SCORES,
    "ending": lambda judge, place: HARMLESS,
}
_REMOVED: Mapping[str, Callable[[_Judge, str], Effect]] = {
    "question": _removed_question,
    "page": _removed_page,
    "option": _always(BREAKING, "option_removed"),
    "item": _always(BREAKING, "removed"),
    "screen_out": _always(ADDITIVE, "asks_more"),
    "cell": _always(ADDITIVE, "asks_more"),
    "quota": _always(ADDITIVE, "asks_more"),
    "dimension": _SCORES,
    "contradiction": _always(ADDITIVE, "flags"),
    "computed": _always(BREAKING, "computed"),
    "experiment": _always(BREAKING, "arms"),
    "arm": _always(BREAKING, "arms"),
    "profile": _SCORES,
    "veto": _SCORES,
    "bonus": _SCORES,
    "level": _SCORES,
    "ending": lambda judge, place: HARMLESS,
}
