"""What a change of one field does to answers that were collected and to those that follow.

Each field has a relation between its old and its new value. The relations are transitive, so that
a change in several steps is never judged worse than the worst of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from surveyapp.designer.covering import covers

WORDING, ADDITIVE, BREAKING = LEVELS = ("wording", "additive", "breaking")
"""From what leaves all data alone to what makes old and new answers differ in meaning."""


@dataclass(frozen=True)
class Effect:
    """A level, and for what is more than wording the reason's name."""

    level: str
    reason: str = ""


Relation = Callable[[Any, Any], Effect]
HARMLESS = Effect(WORDING)


def worst(levels: Any) -> str:
    """The most serious of some levels; wording where there are none."""
    return max(levels, key=LEVELS.index, default=WORDING)


def _breaking(reason: str) -> Relation:
    return lambda before, after: Effect(BREAKING, reason)


def _additive(reason: str) -> Relation:
    return lambda before, after: Effect(ADDITIVE, reason)


def _widening(reason: str, *, wider: Callable[[Any, Any], bool]) -> Relation:
    """Additive where everything that was possible still is, else breaking."""
    return lambda before, after: Effect(ADDITIVE if wider(before, after) else BREAKING, reason)


def _condition(before: Any, after: Any) -> Effect:
    if covers(after, before):
        return Effect(ADDITIVE, "asks_more")
    return Effect(BREAKING, "asks_other")


def _stops(before: Any, after: Any) -> Effect:
    """The other way round: what is true ends, refuses or excludes."""
    if covers(before, after):
        return Effect(ADDITIVE, "asks_more")
    return Effect(BREAKING, "asks_other")


def _require(before: Any, after: Any) -> Effect:
    """No rule requires nobody."""
    less = after is None or (before is not None and covers(before, after))
    return Effect(ADDITIVE, "required") if less else Effect(BREAKING, "required")


def _unit(before: Any, after: Any) -> Effect:
    return Effect(BREAKING, "unit") if before else HARMLESS


def _higher(before: Any, after: Any) -> bool:
    return after is None or (before is not None and after >= before)


def _lower(before: Any, after: Any) -> bool:
    return after is None or (before is not None and after <= before)


def _earlier(before: Any, after: Any) -> bool:
    return after is None or ("today" not in (before, after) and _lower(before, after))


def _later(before: Any, after: Any) -> bool:
    return after is None or ("today" not in (before, after) and _higher(before, after))


def _holds(before: Any, after: Any) -> bool:
    return set(before or ()) <= set(after or ())


def _languages(before: Any, after: Any) -> Effect:
    return HARMLESS if _holds(after, before) else Effect(ADDITIVE, "language")


def _freed(before: Any, after: Any) -> bool:
    return after in (None, False, "any")


_SCORED = _breaking("scores")
_NARROWS = "answers_allowed"

FIELDS: Mapping[str, Relation] = {
    "type": _breaking("type"),
    "points": _SCORED,
    "scale.points": _breaking("points"),
    "required": _widening("required", wider=_freed),
    "require": _require,
    "show": _condition,
    "missing": _widening("missing", wider=_holds),
    "carry": _breaking("carried"),
    "at_most": _widening(_NARROWS, wider=_higher),
    "minimum": _widening(_NARROWS, wider=_lower),
    "maximum": _widening(_NARROWS, wider=_higher),
    "decimals": _widening(_NARROWS, wider=_higher),
    "max_length": _widening(_NARROWS, wider=_higher),
    "earliest": _widening(_NARROWS, wider=_earlier),
    "latest": _widening(_NARROWS, wider=_later),
    "format": _widening(_NARROWS, wider=_freed),
    "exclusive": _widening(_NARROWS, wider=_freed),
    "unit": _unit,
    "other": _widening("other", wider=lambda before, after: bool(after)),
    "dimension": _SCORED,
    "reverse": _SCORED,
    "thresholds": _SCORED,
    "weight": _SCORED,
    "weights": _SCORED,
    "percent": _SCORED,
    "least": _SCORED,
    "bonus_cap": _SCORED,
    "languages": _languages,
    "limit": _widening("asks_other", wider=_higher),
    "value": _breaking("computed"),
}
"""Field → relation; every other field is words or order of display."""

BY_KIND: Mapping[tuple[str, str], Relation] = {
    ("stars", "points"): _breaking("points"),
    ("option", "missing"): _breaking("missing"),
    ("arm", "weight"): _additive("arms"),
    ("screen_out", "when"): _stops,
    ("cell", "when"): _stops,
    ("contradiction", "when"): _additive("flags"),
    ("veto", "when"): _SCORED,
    ("bonus", "when"): _SCORED,
}
"""Where a field means something else in one kind of part (or one type of question)."""


def effect(kind: str, field: str, before: Any, after: Any) -> Effect:
    """What the change of `field` (a path such as `scale.points`) of a part of `kind` does."""
    head = field.partition(".")[0]
    named = field if field in FIELDS else head
    relation = BY_KIND.get((kind, head)) or FIELDS.get(named)
    return relation(before, after) if relation else HARMLESS
