"""The team's own library: questions, scales and blocks saved from questionnaires."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.library import built_in
from surveyapp.designer.library_entries import Entry
from surveyapp.designer.library_models import LibraryEntry
from surveyapp.designer.places import Tree, find, split
from surveyapp.designer.rules import sources
from surveyapp.findings import N_, Finding, SurveyError

FACTS = ("customer", "touchpoint", "survey")
"""What rules may read in every questionnaire."""


def entries() -> dict[str, Entry]:
    """Source → entry: the team's, the one changed last first, then the built-in ones."""
    rows = select(LibraryEntry).where(LibraryEntry.archived_at.is_(None))
    found = db.session.scalars(rows.order_by(LibraryEntry.updated_at.desc())).all()
    return {entry.source: entry for entry in map(_entry, found)} | dict(built_in())


def _entry(row: LibraryEntry) -> Entry:
    about: dict[str, Any] = {
        "key": f"{row.kind}.team_{row.id}",
        "kind": row.kind,
        "revision": row.revision,
        "name": row.name,
        "tags": row.tags,
        "citation": row.citation,
        "locked": row.locked,
        "team": row.id,
    }
    return Entry.model_validate({**about, **row.content})


def keep(
    content: Mapping[str, Any],
    kind: str,
    name: Mapping[str, str],
    tags: Sequence[str],
    by: str,
    *,
    citation: str = "",
    locked: bool = False,
    over: int | None = None,
) -> LibraryEntry:
    """Save an entry, or the next revision of the entry `over` (in the caller's transaction)."""
    row = db.session.get(LibraryEntry, over) if over else None
    if over and (row is None or row.kind != kind):
        template = N_("The entry is not in the team's library any more.")
        raise SurveyError(Finding("library.unknown", f"team:{over}", template))
    if row is None:
        row = LibraryEntry(kind=kind, revision=0, created_by=by)
        db.session.add(row)
    row.name, row.tags, row.citation, row.locked = dict(name), list(tags), citation, locked
    if row.content != dict(content):
        row.revision += 1
    row.content = dict(content)
    row.updated_by, row.updated_at, row.archived_at = by, clock.now(), None
    db.session.flush()
    return row


def kinds_at(document: Document, place: str) -> list[str]:
    """What can be saved of the part at `place`."""
    kind, name = split(place)
    if kind == "page":
        return ["block"]
    question = document.question_by_id.get(name) if kind == "question" else None
    if question is None:
        return []
    return ["question", "scale"] if hasattr(question, "scale") else ["question"]


def content_of(document: Document, place: str, kind: str) -> dict[str, Any]:
    """The content that the part at `place` gives to an entry of that kind.

    Rules that read what is not within the part are left behind, since they would mean nothing
    elsewhere; so is what a single question is scored into.
    """
    part: Tree = find(document.model_dump(mode="json", exclude_none=True), place).part
    if kind == "scale":
        return {"scale": part["scale"]}
    inside = {part["id"]} | {question["id"] for question in part.get("questions", ())}
    alone: Tree = _alone(part, inside)
    if kind == "question":
        return {"question": _unscored(alone)}
    used = set(_named(alone, "dimension"))
    dimensions = [d.model_dump(mode="json") for d in document.dimensions if d.id in used]
    return {"pages": [alone], "dimensions": dimensions}


def _alone(node: Any, inside: Collection[str]) -> Any:
    if isinstance(node, list):
        return [_alone(child, inside) for child in node if not _reaches_out(child, inside)]
    if not isinstance(node, dict):
        return node
    kept = {}
    for name, child in node.items():
        outward = name in ("show", "require") and not _within(child, inside)
        carried = name == "carry" and child["question"] not in inside
        if name != "origin" and not outward and not carried:
            kept[name] = _alone(child, inside)
    return kept


def _reaches_out(child: Any, inside: Collection[str]) -> bool:
    """A check or a screen-out that reads something outside."""
    rule = child.get("must", child.get("when")) if isinstance(child, dict) else None
    return isinstance(rule, dict) and not _within(rule, inside)


def _within(rule: Any, inside: Collection[str]) -> bool:
    return all(
        source.name.partition(".")[0] in inside if source.kind == "answer" else source.kind in FACTS
        for source in sources(rule)
    )


def _named(node: Any, wanted: str) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get(wanted), str):
            yield node[wanted]
        for child in node.values():
            yield from _named(child, wanted)
    elif isinstance(node, list):
        for child in node:
            yield from _named(child, wanted)


def _unscored(question: Tree) -> Tree:
    items = [_unscored(item) for item in question.get("items", ())]
    kept = {name: value for name, value in question.items() if name != "dimension"}
    return {**kept, "items": items} if items else kept
