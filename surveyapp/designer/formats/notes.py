"""What a reading or a writing of a foreign format says of each element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.findings import Finding, Term

MAX_NOTES = 2000
"""More are counted, not listed: a report that long is read by nobody."""


@dataclass(frozen=True)
class Note:
    """One element of a file. place: where it stands there; what: its name or its words.

    why: a finding with severity "warning" for what was left out or made simpler, "info" for what
    was carried over but is called or written differently now.
    """

    place: str
    what: str
    why: Finding

    def as_json(self) -> dict[str, str]:
        """place, what and why, for machine readers."""
        return {"place": self.place, "what": self.what, "why": self.why.message}


def stored(note: Note) -> dict[str, Any]:
    """The note as JSON from which it can be made again, for readers of any language."""
    params = {name: _plain(value) for name, value in note.why.params.items()}
    return {
        "place": note.place,
        "what": note.what,
        "code": note.why.code,
        "why": note.why.template,
        "params": params,
        "terms": [name for name, value in note.why.params.items() if isinstance(value, Term)],
        "severity": note.why.severity,
    }


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)


def note_of(kept: Mapping[str, Any]) -> Note:
    """The note that was stored."""
    terms = {name: Term(kept["params"][name]) for name in kept["terms"]}
    params = {**kept["params"], **terms}
    why = Finding(kept["code"], kept["place"], kept["why"], params, kept["severity"])
    return Note(kept["place"], kept["what"], why)


class Noted:
    """What has notes: those of a loss, and those that only inform."""

    notes: tuple[Note, ...]

    @property
    def not_carried(self) -> tuple[Note, ...]:
        """What the result lacks or says more simply."""
        return tuple(note for note in self.notes if note.why.severity != "info")

    @property
    def information(self) -> tuple[Note, ...]:
        """What came over whole under another name or in another form."""
        return tuple(note for note in self.notes if note.why.severity == "info")


@dataclass(frozen=True)
class Imported(Noted):
    """A questionnaire read from a file. carried: kind of element → how many came over."""

    document: Document
    kind: str
    carried: Mapping[str, int]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Exported(Noted):
    """A questionnaire written as a file, and what that format cannot say."""

    content: bytes
    filename: str
    mimetype: str
    notes: tuple[Note, ...] = ()


@dataclass
class Notes:
    """Collects notes; the same sentence about the same element is kept once."""

    found: dict[tuple[str, str, str], Note] = field(default_factory=dict)

    def lost(self, place: str, what: str, why: str, **params: object) -> None:
        """The element was left out, or part of it was."""
        self._add(Note(place, what[:120], Finding("format.not_carried", place, why, params,
                                                  "warning")))  # fmt: skip

    def told(self, place: str, what: str, why: str, **params: object) -> None:
        """The element came over in another form."""
        self._add(Note(place, what[:120], Finding("format.changed", place, why, params, "info")))

    def _add(self, note: Note) -> None:
        if len(self.found) < MAX_NOTES:
            self.found.setdefault((note.place, note.what, note.why.message), note)

    def all(self) -> tuple[Note, ...]:
        """Every note, in the order in which they were made."""
        return tuple(self.found.values())
