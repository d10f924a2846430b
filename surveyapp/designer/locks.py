"""Locks: a validated scale keeps its words, its points and its items until somebody unlocks it.

A part whose origin is locked refuses everything that would make it another instrument. Where it
stands, when it is shown, whether it must be answered and what it is scored into may change, and
so may a translation that it did not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.designer.places import Tree, find, part_at, unknown
from surveyapp.findings import N_, Finding, SurveyError

FREE = frozenset(
    {"show", "require", "required", "dimension", "shuffle", "block", "fixed", "points"}
)
"""Fields that a locked part lets change: none of them is among its words."""

KEPT = frozenset({"option", "item"})
"""Kinds of parts that a locked question has and keeps, in their order."""


def is_locked(part: Mapping[str, Any]) -> bool:
    """Whether the part itself is locked."""
    origin = part.get("origin")
    return isinstance(origin, Mapping) and bool(origin.get("locked"))


def guard_values(tree: Tree, place: str, part: Tree, values: Mapping[str, Any]) -> None:
    """Raise SurveyError `edit.locked` where `values` would change the words of a locked part."""
    wrong = [n for n, v in values.items() if n not in FREE and _alters(part.get(n), v)]
    if wrong and any(is_locked(one) for one in _around(tree, place, part)):
        raise SurveyError(_locked(place, wrong[0]))


def guard_list(tree: Tree, owner: str, kind: str) -> None:
    """Raise SurveyError `edit.locked` where a locked question would get or lose such parts."""
    if kind in KEPT and any(is_locked(one) for one in _around(tree, owner, part_at(tree, owner))):
        raise SurveyError(_locked(owner, ""))


def unlock(part: Tree, place: str) -> None:
    """Unlock the part; SurveyError where it has no origin."""
    if not isinstance(part.get("origin"), dict):
        raise SurveyError(unknown(place))
    part["origin"]["locked"] = False


def _around(tree: Tree, place: str, part: Tree) -> Iterator[Mapping[str, Any]]:
    """The part and those that it stands in."""
    yield part
    while place != "document":
        spot = find(tree, place)
        yield spot.owner
        place = spot.owner_place


def _alters(old: object, new: object) -> bool:
    """Whether `new` merged into `old` changes anything but by adding a language to a text."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return any(
            _alters(old[name], value) if name in old else not (old and isinstance(value, str))
            for name, value in new.items()
        )
    return str(old) != str(new) and not (old in (None, "") and new in (None, ""))


def _locked(place: str, field: str) -> Finding:
    template = N_(
        "This belongs to a validated scale and is locked. Unlock it first if it must change."
    )
    return Finding("edit.locked", place, template, {"field": field})
