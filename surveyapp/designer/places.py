"""Places: the addresses of a document's parts, in its JSON form.

    document · page:ID · question:ID · option:QUESTION.ID · item:QUESTION.ID ·
    check:QUESTION.ID · check:PAGE.ID · screen_out:PAGE.ID · dimension:ID · contradiction:ID ·
    computed:ID · experiment:ID · arm:EXPERIMENT.ID · quota:ID · cell:QUOTA.ID · profile:ID ·
    veto:ID · bonus:ID · level:ID · ending:ID

The same addresses stand in findings, in edits and in the addresses of the editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from surveyapp.findings import N_, Finding, SurveyError

Tree = dict[str, Any]
"""A document, or a part of it, as JSON."""

LISTS = {
    "page": "pages",
    "question": "questions",
    "option": "options",
    "item": "items",
    "check": "checks",
    "screen_out": "screen_outs",
    "dimension": "dimensions",
    "contradiction": "contradictions",
    "computed": "computed",
    "experiment": "experiments",
    "arm": "arms",
    "quota": "quotas",
    "cell": "cells",
    "profile": "profiles",
    "veto": "vetoes",
    "bonus": "bonuses",
    "level": "levels",
    "ending": "endings",
}
"""Kind of part → the list that it stands in."""

OWNERS = {
    "question": ("page",),
    "option": ("question",),
    "item": ("question",),
    "check": ("question", "page"),
    "screen_out": ("page",),
    "arm": ("experiment",),
    "cell": ("quota",),
}
"""Kind of part → kinds of parts that have the list; the document where nothing is named."""

INNER = frozenset(OWNERS) - {"question"}
"""Kinds of parts that are named within their owner: `kind:OWNER.ID`."""

OUTER = tuple(kind for kind in LISTS if kind not in OWNERS)
"""Kinds of parts that stand in the document itself."""


@dataclass(frozen=True)
class Spot:
    """A part found in its list."""

    kind: str
    siblings: list[Tree]
    index: int
    owner: Tree
    owner_place: str

    @property
    def part(self) -> Tree:
        """The part itself."""
        return self.siblings[self.index]


def split(place: str) -> tuple[str, str]:
    """Kind and id of a place; `document` has no id."""
    kind, _, name = place.partition(":")
    return kind, name


def spots(tree: Tree) -> Iterator[tuple[str, Spot]]:
    """Every part of the document with its place, in document order."""
    for owner, place, kinds in _owners(tree):
        for kind in kinds:
            siblings = owner.get(LISTS[kind], [])
            for index, part in enumerate(siblings):
                name = f"{kind}:{_prefix(owner, kind)}{part['id']}"
                yield name, Spot(kind, siblings, index, owner, place)


def _owners(tree: Tree) -> Iterator[tuple[Tree, str, tuple[str, ...]]]:
    """What has lists of parts: itself, its place, and the kinds of its parts."""
    for kind in OUTER:
        yield tree, "document", (kind,)
    for page in tree.get("pages", ()):
        yield page, f"page:{page['id']}", ("question", "check", "screen_out")
        for question in page.get("questions", ()):
            yield question, f"question:{question['id']}", ("option", "item", "check")
    for experiment in tree.get("experiments", ()):
        yield experiment, f"experiment:{experiment['id']}", ("arm",)
    for quota in tree.get("quotas", ()):
        yield quota, f"quota:{quota['id']}", ("cell",)


def _prefix(owner: Tree, kind: str) -> str:
    return f"{owner['id']}." if kind in INNER else ""


def find(tree: Tree, place: str) -> Spot:
    """The part at `place`; raises SurveyError `edit.unknown_place` when it is not there.

    Only lists that could hold it are walked: an edit may set thousands of places.
    """
    kind, name = split(place)
    for owner, owner_place, kinds in _owners(tree):
        if kind in kinds and name.startswith(prefix := _prefix(owner, kind)):
            wanted, siblings = name.removeprefix(prefix), owner.get(LISTS[kind], [])
            for index, part in enumerate(siblings):
                if part["id"] == wanted:
                    return Spot(kind, siblings, index, owner, owner_place)
    raise SurveyError(unknown(place))


def part_at(tree: Tree, place: str) -> Tree:
    """The part at `place`, or the document itself."""
    return tree if place == "document" else find(tree, place).part


def list_in(tree: Tree, owner: str, kind: str) -> list[Tree]:
    """The list of `kind` in the part at `owner`; raises SurveyError where such parts do not go."""
    name = LISTS.get(kind)
    part = part_at(tree, owner)
    if name is None or split(owner)[0] not in OWNERS.get(kind, ("document",)) or name not in part:
        raise SurveyError(unknown(owner))
    found: list[Tree] = part[name]
    return found


def unknown(place: str) -> Finding:
    """What to say of a place that is not in the document."""
    template = N_("This part of the questionnaire is not there any more. Reload the page.")
    return Finding("edit.unknown_place", place, template)


def path_ids(tree: Tree) -> set[str]:
    """Every id in use on the parts that are named within the whole document."""
    return {spot.part["id"] for _, spot in spots(tree) if spot.kind not in INNER}


def model_at(document: Any, place: str) -> Any:
    """The part at `place` of a document that is no JSON tree; None when it is not there."""
    kind, name = split(place)
    owner, _, inner = name.partition(".")
    if kind == "document":
        return document
    if kind == "question":
        return document.question_by_id.get(name)
    if kind not in INNER:
        return _named(getattr(document, LISTS.get(kind, ""), ()), name)
    for owner_kind in OWNERS[kind]:
        part = model_at(document, f"{owner_kind}:{owner}")
        found = _named(getattr(part, LISTS[kind], ()), inner)
        if found is not None:
            return found
    return None


def _named(parts: Any, name: str) -> Any:
    return next((part for part in parts if part.id == name), None)
