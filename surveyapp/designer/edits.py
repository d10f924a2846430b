"""Edits: the small changes that a questionnaire is written by.

An edit is JSON, so that it can be kept, shown and done again on a newer draft:

    {"do": "set", "at": place, "values": {field: value, …}}
    {"do": "add", "what": kind, "into": place, "index": n, "value": {…}}
    {"do": "copy", "at": place}
    {"do": "move", "at": place, "into": place, "index": n}
    {"do": "delete", "at": place}
    {"do": "unlock", "at": place}
    {"do": "all", "edits": [edit, …]}

`values` may be partial within texts and scales: `{"title": {"en": "Why?"}}` leaves the Chinese
title alone, so that two people's edits of different fields go on top of each other. An empty text
removes it. `index` counts without the moved part; without it a part goes to the end. What is
locked (`locks`) must be unlocked before its words change.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from surveyapp.designer.document import Document, Question
from surveyapp.designer.edit_findings import explained, refused
from surveyapp.designer.locks import guard_list, guard_values, unlock
from surveyapp.designer.piping import pipes, with_names
from surveyapp.designer.places import (
    INNER,
    LISTS,
    Tree,
    find,
    list_in,
    part_at,
    path_ids,
    split,
    unknown,
)
from surveyapp.designer.sharing import sharing
from surveyapp.findings import N_, SurveyError

Edit = Mapping[str, Any]

RULES = frozenset({"show", "require", "when", "must", "value"})
"""Fields that are replaced, never merged into."""

FIXED = frozenset({"id", "origin", *LISTS.values()})
"""What no `set` changes: names, where a part is from, and lists, which have edits of their own."""

_SHORT = {"question": "q", "contradiction": "conflict", "computed": "value", "experiment": "test"}
_QUESTION: TypeAdapter[Any] = TypeAdapter(Question)


def apply(document: Document, edit: Edit, avoid: Collection[str] = ()) -> Document:
    """The document after `edit`; raises SurveyError where it cannot be done.

    New parts get no id that a place in `avoid` has (ids of published versions keep their meaning).
    """
    tree = document.model_dump(mode="json")
    for one in _flat(edit):
        change = _CHANGES.get(str(one.get("do")))
        if change is None:
            raise SurveyError(unknown(str(one.get("at", ""))))
        change(tree, one, avoid)
    try:
        return sharing(document, Document.model_validate(tree))
    except ValidationError as error:
        raise SurveyError(*explained(error, str(edit.get("at", "document")))) from error


def _flat(edit: Edit) -> Sequence[Edit]:
    inner = edit.get("edits")
    if edit.get("do") != "all" or not isinstance(inner, list):
        return [edit]
    return [one for one in inner if isinstance(one, Mapping)]


def fresh_id(kind: str, taken: Collection[str]) -> str:
    """An id for a new part: the first of q1, q2, … (option_1 …) that is not taken."""
    stem = f"{kind}_" if kind in INNER else _SHORT.get(kind, kind)
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _set(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    place, values = str(edit.get("at", "")), edit.get("values")
    part = part_at(tree, place)
    if not isinstance(values, Mapping):
        raise SurveyError(refused(place, "", N_("This value cannot be used here.")))
    for name in FIXED.intersection(values):
        raise SurveyError(refused(place, name, N_("This stays what it is.")))
    if place == "document" and "format" in values:
        raise SurveyError(refused(place, "format", N_("This stays what it is.")))
    guard_values(tree, place, part, values)
    if "type" in values and split(place)[0] == "question":
        _retype(part, values["type"])
    scale = part.get("scale")
    top = scale["points"] if scale else None
    _merge(part, values)
    if top is not None and part["scale"] is scale:
        _fit_labels(scale, top)
    if "default_language" in values or "languages" in values:
        _check_languages(tree)


def _merge(part: Tree, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        inner = part.get(name)
        if isinstance(value, Mapping) and isinstance(inner, dict) and name not in RULES:
            _merge(inner, value)
            for key in [key for key, one in inner.items() if one in ("", None)]:
                del inner[key]
        else:
            part[name] = value


def _retype(part: Tree, kind: str) -> None:
    """Give a question another type; what both types have stays."""
    try:
        bare = _QUESTION.validate_python({"id": part["id"], "type": kind})
    except ValidationError as error:
        raise SurveyError(*explained(error, f"question:{part['id']}")) from error
    kept = {name: value for name, value in part.items() if name in type(bare).model_fields}
    part.clear()
    part.update({**bare.model_dump(mode="json"), **kept, "type": kind})


def _fit_labels(scale: Tree, top: int) -> None:
    """After a change of the number of points: the label of the upper end stays at the upper end."""
    labels, points = scale["labels"], scale["points"]
    if not str(points).isdecimal() or int(points) == top or not isinstance(labels, dict):
        return
    end = labels.pop(str(top), None)
    scale["labels"] = {point: text for point, text in labels.items() if int(point) < int(points)}
    if end:
        scale["labels"][str(points)] = end


def _check_languages(tree: Tree) -> None:
    languages = tree["languages"]
    if not isinstance(languages, list | tuple) or tree["default_language"] not in languages:
        template = N_("The default language must be one of the languages.")
        raise SurveyError(refused("document", "languages", template))


def _add(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    kind, owner = str(edit.get("what")), str(edit.get("into", "document"))
    siblings = list_in(tree, owner, kind)
    guard_list(tree, owner, kind)
    value = edit.get("value", {})
    if not isinstance(value, Mapping):
        raise SurveyError(refused(owner, "", N_("This value cannot be used here.")))
    taken = _taken(tree, kind, siblings)
    name = value.get("id") or fresh_id(kind, taken | _kept(tree, kind, split(owner)[1], avoid))
    if name in taken:
        raise SurveyError(refused(owner, "id", N_("This id is taken already.")))
    siblings.insert(_index(edit, len(siblings)), {**value, "id": name})


def _taken(tree: Tree, kind: str, siblings: list[Tree]) -> set[str]:
    """Names that are taken in the list, or in the whole document for what is named there."""
    return {part["id"] for part in siblings} if kind in INNER else path_ids(tree)


def _kept(tree: Tree, kind: str, owner: str, avoid: Collection[str]) -> set[str]:
    """Names that no new part may get: those of `avoid`, and all that a rule still speaks of."""
    prefix = f"{kind}:{owner}." if kind in INNER else ""
    names = {place.removeprefix(prefix) for place in avoid if place.startswith(prefix)}
    return {split(name)[1] or name for name in names} | set(_words(tree))


def _words(node: Any, within: bool = False) -> Iterator[str]:
    """Every string in the rules below `node`, and every name that a text speaks of."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _words(child, within or name in RULES)
    elif isinstance(node, list):
        for child in node:
            yield from _words(child, within)
    elif isinstance(node, str):
        if within:
            yield node.partition(".")[0]
        yield from (pipe.source.name.partition(".")[0] for pipe in pipes(node))


def _index(edit: Edit, count: int) -> int:
    index = edit.get("index")
    return max(0, min(index, count)) if isinstance(index, int) else count


def _copy(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    spot = find(tree, str(edit.get("at")))
    guard_list(tree, spot.owner_place, spot.kind)
    part = copy.deepcopy(spot.part)
    taken = _taken(tree, spot.kind, spot.siblings)
    taken |= _kept(tree, spot.kind, str(spot.owner.get("id", "")), avoid)
    names: dict[str, str] = {}
    for kind, one in [(spot.kind, part), *(("question", q) for q in part.get("questions", ()))]:
        new = fresh_id(kind, taken)
        taken.add(new)
        names[one["id"]] = new
        one["id"] = new
    spot.siblings.insert(spot.index + 1, _renamed(part, names))


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """The copy with its rules and texts reading the copied questions, not the originals."""
    if isinstance(node, list):
        return [_renamed(one, names) for one in node]
    if isinstance(node, str):
        return with_names(node, names)
    if not isinstance(node, dict):
        return node
    if set(node) == {"answer"} and isinstance(node["answer"], str):
        question, dot, item = node["answer"].partition(".")
        return {"answer": names.get(question, question) + dot + item}
    if isinstance(node.get("carry"), dict):
        source = node["carry"].get("question")
        carry = {**node["carry"], "question": names.get(source, source)}
        return {**_renamed({**node, "carry": None}, names), "carry": carry}
    return {key: _renamed(value, names) for key, value in node.items()}


def _move(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    spot = find(tree, str(edit.get("at")))
    guard_list(tree, spot.owner_place, spot.kind)
    part = spot.siblings.pop(spot.index)
    target = spot.siblings
    if spot.kind == "question" and edit.get("into"):
        target = list_in(tree, str(edit["into"]), "question")
    target.insert(_index(edit, len(target)), part)


def _delete(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    spot = find(tree, str(edit.get("at")))
    guard_list(tree, spot.owner_place, spot.kind)
    del spot.siblings[spot.index]
    kind, name = split(str(edit.get("at")))
    if kind == "dimension":
        _forget_dimension(tree, name)
        for profile in tree["profiles"]:
            profile["weights"].pop(name, None)


def _unlock(tree: Tree, edit: Edit, avoid: Collection[str]) -> None:
    place = str(edit.get("at"))
    unlock(part_at(tree, place), place)


def _forget_dimension(node: Any, name: str) -> None:
    if isinstance(node, dict) and node.get("dimension") == name:
        node["dimension"] = None
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        _forget_dimension(child, name)


_CHANGES: dict[str, Callable[[Tree, Edit, Collection[str]], None]] = {
    "set": _set,
    "add": _add,
    "copy": _copy,
    "move": _move,
    "delete": _delete,
    "unlock": _unlock,
}

__all__ = ["LISTS", "Edit", "apply", "fresh_id"]
