"""The texts of a questionnaire as units of translation: source, target, and how they stand.

A unit is *missing* where the target language has no text, *stale* where the source has changed
since the translation was made, else *done*. What a translation was made from is not in the
document: it is remembered as a hash beside the draft (`marks`), so that a document says the same
whoever wrote it.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from surveyapp.designer.document import Document
from surveyapp.designer.edits import Edit
from surveyapp.designer.piping import Pipe, pieces
from surveyapp.designer.places import Tree, spots
from surveyapp.designer.wording.texts import wordings

MISSING, STALE, DONE = "missing", "stale", "done"
STATES = (MISSING, STALE, DONE)
PHONE_EMS = 20.0
"""Width of a line on a phone of 360 px, in characters of Chinese."""
_WIDE = re.compile(
    r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
)
_FIELDS = (
    "title", "help", "label", "introduction", "thank_you", "message", "statement", "unit", "low",
    "high",
)  # fmt: skip
Marks = Mapping[tuple[str, str], str]
"""(text key, hash of the translation) → hash of the source that it was made from."""


class Unit(NamedTuple):
    """One text in two languages. what: its name in English, to be translated; point: of a scale."""

    key: str
    place: str
    what: str
    point: int | None
    source: str
    target: str
    state: str

    @property
    def pipes(self) -> list[str]:
        """The placeholders of the source, each once."""
        return list(dict.fromkeys(pipe.written for pipe in _pipes(self.source)))


def digest(text: str) -> str:
    """What a text is remembered by."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def units(document: Document, source: str, target: str, marks: Marks) -> Iterator[Unit]:
    """Every text that the source language has, in document order."""
    for wording in wordings(document):
        written, made = wording.text.get(source, ""), wording.text.get(target, "")
        if written.strip():
            state = _state(wording.key, written, made, marks)
            yield Unit(
                wording.key, wording.place, wording.what, wording.point, written, made, state
            )


def _state(key: str, written: str, made: str, marks: Marks) -> str:
    if not made.strip():
        return MISSING
    now = digest(written)
    return DONE if marks.get((key, digest(made)), now) == now else STALE


def progress(document: Document, source: str, target: str, marks: Marks) -> dict[str, int]:
    """State → how many units are in it, and their `total`."""
    counted = Counter(unit.state for unit in units(document, source, target, marks))
    return {**{state: counted[state] for state in STATES}, "total": counted.total()}


def edit_of(key: str, language: str, text: str) -> Edit:
    """The edit that writes `text` at the address `key`."""
    place, _, field = key.partition("/")
    values: Any = text
    for name in (language, *reversed(field.split("."))):
        values = {name: values}
    return {"do": "set", "at": place, "values": values}


def lost_pipes(source: str, target: str) -> list[str]:
    """Placeholders that the translation lost or made up; the words of a fallback may differ."""
    wanted = {pipe.source: pipe.written for pipe in _pipes(source)}
    given = {pipe.source: pipe.written for pipe in _pipes(target)}
    return [
        *(written for name, written in wanted.items() if name not in given),
        *(written for name, written in given.items() if name not in wanted),
    ]


def _pipes(text: str) -> list[Pipe]:
    return [piece for piece in pieces(text) if isinstance(piece, Pipe)]


def phone_lines(text: str) -> int:
    """About how many lines the text takes on a phone."""
    return (
        sum(max(1, math.ceil(_ems(line) / PHONE_EMS)) for line in text.split("\n")) if text else 0
    )


def _ems(line: str) -> float:
    wide = len(_WIDE.findall(line))
    return wide + 0.5 * (len(line) - wide)


def texts_of(tree: Tree) -> dict[str, dict[str, str]]:
    """Address → text in every language that it has, of a document as JSON."""
    found: dict[str, dict[str, str]] = {}
    for place, part in (("document", tree), *((p, spot.part) for p, spot in spots(tree))):
        for name in _FIELDS:
            if part.get(name):
                found[f"{place}/{name}"] = part[name]
        labels = {
            "labels": part.get("labels"),
            "scale.labels": (part.get("scale") or {}).get("labels"),
        }
        for path, points in labels.items():
            found |= {f"{place}/{path}.{point}": text for point, text in (points or {}).items()}
    return found
