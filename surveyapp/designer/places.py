"""Places: the addresses of a document's parts, in its JSON form.

    document · page:ID · question:ID · option:QUESTION.ID · item:QUESTION.ID · dimension:ID ·
    contradiction:ID

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
    "dimension": "dimensions",
    "contradiction": "contradictions",
}
"""Kind of part → the list that it stands in."""

OWNERS = {"question": "page", "option": "question", "item": "question"}
"""Kind of part → kind of the part that has the list; the document where nothing is named."""


@dataclass(frozen=True)
class Spot:
    """A part found in its list."""

    kind: str
    siblings: list[Tree]
    index: int
    owner: Tree

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
    for kind in ("page", "dimension", "contradiction"):
        yield from _listed(tree, kind, "")
    for page in tree.get("pages", ()):
        yield from _listed(page, "question", "")
        for question in page.get("questions", ()):
            for kind in ("option", "item"):
                yield from _listed(question, kind, f"{question['id']}.")


def _listed(owner: Tree, kind: str, prefix: str) -> Iterator[tuple[str, Spot]]:
    siblings = owner.get(LISTS[kind], [])
    for index, part in enumerate(siblings):
        yield f"{kind}:{prefix}{part['id']}", Spot(kind, siblings, index, owner)


def find(tree: Tree, place: str) -> Spot:
    """The part at `place`; raises SurveyError `edit.unknown_place` when it is not there."""
    for name, spot in spots(tree):
        if name == place:
            return spot
    raise SurveyError(unknown(place))


def part_at(tree: Tree, place: str) -> Tree:
    """The part at `place`, or the document itself."""
    return tree if place == "document" else find(tree, place).part


def list_in(tree: Tree, owner: str, kind: str) -> list[Tree]:
    """The list of `kind` in the part at `owner`; raises SurveyError where such parts do not go."""
    name = LISTS.get(kind)
    part = part_at(tree, owner)
    if name is None or OWNERS.get(kind, "document") != split(owner)[0] or name not in part:
        raise SurveyError(unknown(owner))
    found: list[Tree] = part[name]
    return found


def unknown(place: str) -> Finding:
    """What to say of a place that is not in the document."""
    template = N_("This part of the questionnaire is not there any more. Reload the page.")
    return Finding("edit.unknown_place", place, template)


def path_ids(tree: Tree) -> set[str]:
    """Every id in use on pages and questions, and of dimensions and contradictions."""
    kinds = ("page", "question", "dimension", "contradiction")
    return {spot.part["id"] for _, spot in spots(tree) if spot.kind in kinds}
