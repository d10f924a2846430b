"""The built-in library: questionnaires to start from, and questions, scales and blocks to reuse.

Everything in it is written by us in both languages; where the idea is somebody's, `citation` says
whose. The team's own entries stand in the database (`team_library`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from surveyapp.designer.document import Document
from surveyapp.designer.library_entries import Entry
from surveyapp.findings import N_, Finding, SurveyError

TEMPLATES = (
    "aftersales",
    "complaint",
    "service_centre",
    "investment",
    "vip",
    "new_customer",
    "leaving_customer",
    "callback",
    "store_qr",
    "empty",
)
"""Names of the templates, the fullest first; the titles stand in the documents."""

FOLDERS = ("questions", "scales", "blocks")


@lru_cache
def template(name: str) -> Document:
    """The template `name`; SurveyError `library.unknown` when there is none of that name."""
    if name not in TEMPLATES:
        reason = N_("There is no template “{name}”. Choose one from the list.")
        raise SurveyError(Finding("library.unknown", f"template:{name}", reason, {"name": name}))
    file = files("surveyapp.designer") / "library_files" / f"{name}.json"
    return Document.model_validate_json(file.read_bytes())


@lru_cache
def built_in() -> Mapping[str, Entry]:
    """Source (`library:question.nps`) → entry, blocks first, by key within a kind."""
    folder = files("surveyapp.designer") / "library_files"
    found = [
        Entry.model_validate_json(file.read_bytes())
        for name in FOLDERS
        for file in (folder / name).iterdir()
        if file.name.endswith(".json")
    ]
    found.sort(key=lambda entry: (entry.kind, entry.key))
    return {entry.source: entry for entry in found}


def matching(
    entries: Iterable[Entry], words: str = "", kind: str = "", tag: str = ""
) -> list[Entry]:
    """The entries of that kind and tag that have every one of the words, in any language."""
    wanted = words.lower().split()
    return [
        entry
        for entry in entries
        if (not kind or entry.kind == kind)
        and (not tag or tag in entry.tags)
        and all(word in entry.words for word in wanted)
    ]
