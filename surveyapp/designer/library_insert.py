"""Putting an entry of the library into a questionnaire, as edits, so that undo takes it out again.

New parts keep the entry's ids where these are free and get the next number where they are not;
rules, carried options, piped answers and dimensions within the entry follow.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from surveyapp.designer.document import Dimension, Document, Page, Question, Scale
from surveyapp.designer.edits import Edit
from surveyapp.designer.library_entries import Entry
from surveyapp.designer.places import Tree, find, path_ids
from surveyapp.findings import N_, Finding, SurveyError

LONGEST = 40
"""Characters of an id."""
_PIPED = re.compile(r"\{([a-z][a-z0-9_]*)(?=[.|}])")
_TEXTS = frozenset({"title", "help", "label", "statement", "message"})


def insertion(
    document: Document,
    entry: Entry,
    at: str = "document",
    index: int | None = None,
    avoid: Collection[str] = (),
) -> Edit:
    """The edit that puts `entry` at a place.

    at: `page:ID` for a question, `question:ID` for a scale, `document` for a block. index: position
    in the list, the end without it. Raises SurveyError `library.place` where it cannot stand.
    """
    if entry.kind == "scale":
        return _scale(document, entry, at)
    taken = path_ids(document.model_dump(mode="json")) | _ids_of(avoid)
    if entry.question is not None:
        if not at.startswith("page:"):
            raise _no_place(at)
        value = _renewed(entry, entry.question.model_dump(mode="json"), taken)
        value["dimension"] = None
        if "dimension" not in type(entry.question).model_fields:
            del value["dimension"]
        return {"do": "add", "what": "question", "into": at, **_where(index), "value": value}
    return {"do": "all", "edits": _block(document, entry, index, taken)}


def _ids_of(places: Collection[str]) -> set[str]:
    """The ids in places of parts that stand in the document itself."""
    return {place.partition(":")[2] for place in places if "." not in place}


def _no_place(at: str) -> SurveyError:
    template = N_("This entry cannot stand here; choose another place.")
    return SurveyError(Finding("library.place", at, template))


def _where(index: int | None) -> dict[str, int]:
    return {} if index is None else {"index": index}


def _scale(document: Document, entry: Entry, at: str) -> Edit:
    """First the number of points, then each label: a changed end would move its label along."""
    found = document.question_by_id.get(at.partition(":")[2])
    if entry.scale is None or found is None or not hasattr(found, "scale"):
        raise _no_place(at)
    labels = _labels(found.scale, entry.scale)
    if found.origin is None:
        return _rescaled(document, found, entry, at)
    sized = {"do": "set", "at": at, "values": {"scale": {"points": entry.scale.points}}}
    named = {"do": "set", "at": at, "values": {"scale": {"labels": labels}}}
    return {"do": "all", "edits": [sized, named]}


def _rescaled(document: Document, question: Question, entry: Entry, at: str) -> Edit:
    """The same question anew: where a part is from is written only when it comes."""
    spot = find(document.model_dump(mode="json"), at)
    scale = entry.scale.model_dump(mode="json") if entry.scale else None
    value = {**question.model_dump(mode="json"), "scale": scale, "origin": entry.origin()}
    into = f"page:{spot.owner['id']}"
    come = {"do": "add", "what": "question", "into": into, "index": spot.index, "value": value}
    return {"do": "all", "edits": [{"do": "delete", "at": at}, come]}


def _labels(old: Scale, new: Scale) -> dict[str, dict[str, str]]:
    """Every label of the new scale; what the old one says beside it is emptied."""
    there = dict(old.labels)
    if old.points != new.points:
        end = there.pop(old.points, {})
        there = {point: text for point, text in there.items() if point < new.points}
        there |= {new.points: end} if end else {}
    points = sorted({*there, *new.labels})
    return {
        str(point): dict.fromkeys(there.get(point, {}), "") | new.labels.get(point, {})
        for point in points
    }


def _renewed(entry: Entry, question: Tree, taken: set[str]) -> Tree:
    """One question of its own under a free id."""
    name = free(question["id"], taken)
    renamed: Tree = renaming(question, {question["id"]: name}, {})
    return {**renamed, "id": name, "origin": entry.origin()}


def _block(document: Document, entry: Entry, index: int | None, taken: set[str]) -> list[Edit]:
    dimensions = _named(entry.dimensions, taken)
    pages = _named(entry.pages, taken)
    names = _named(tuple(entry.questions()), taken)
    edits: list[Edit] = []
    for part in entry.dimensions:
        value = {**part.model_dump(mode="json"), "id": dimensions[part.id]}
        if document.dimensions:
            value["weight"] = 0  # the weights that are there sum to 100 already
        edits.append({"do": "add", "what": "dimension", "into": "document", "value": value})
    for offset, page in enumerate(entry.pages):
        tree = renaming(page.model_dump(mode="json"), names, dimensions)
        value = {**tree, "id": pages[page.id], "origin": entry.origin()}
        for old, question in zip(page.questions, value["questions"], strict=True):
            question |= {"id": names[old.id], "origin": entry.origin(old.id)}
        where = _where(None if index is None else index + offset)
        edits.append({"do": "add", "what": "page", "into": "document", **where, "value": value})
    return edits


def _named(parts: Sequence[Page | Question | Dimension], taken: set[str]) -> dict[str, str]:
    """Id → free id of each part; those are taken from now on."""
    names: dict[str, str] = {}
    for part in parts:
        names[part.id] = free(part.id, taken)
        taken.add(names[part.id])
    return names


def free(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or with the first number from 2 on that makes it free."""
    name, number = wanted, 2
    while name in taken:
        ending = f"_{number}"
        name, number = wanted[: LONGEST - len(ending)] + ending, number + 1
    return name


def renaming(
    node: Any, names: Mapping[str, str], dimensions: Mapping[str, str], field: str = ""
) -> Any:
    """The tree with every mention of a renamed question or dimension changed."""
    if isinstance(node, list):
        return [renaming(child, names, dimensions, field) for child in node]
    if isinstance(node, dict) and field in _TEXTS:
        return {language: _piping(text, names) for language, text in node.items()}
    if isinstance(node, dict):
        return {key: renaming(child, names, dimensions, key) for key, child in node.items()}
    if isinstance(node, str) and field == "dimension":
        return dimensions.get(node, node)
    if isinstance(node, str) and field in ("answer", "question"):
        name, dot, rest = node.partition(".")
        return names.get(name, name) + dot + rest
    return node


def _piping(text: str, names: Mapping[str, str]) -> str:
    return _PIPED.sub(lambda found: "{" + names.get(found[1], found[1]), text)
