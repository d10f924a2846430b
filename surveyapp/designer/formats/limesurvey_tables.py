"""The tables of a LimeSurvey file: its texts stand in the rows, or in tables of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Record = dict[str, str]
_TEXTS = {
    "questions": ("question_l10ns", "qid", ("question", "help")),
    "subquestions": ("question_l10ns", "qid", ("question", "help")),
    "answers": ("answer_l10ns", "aid", ("answer",)),
    "groups": ("group_l10ns", "gid", ("group_name", "description")),
}
_KEYS = {"questions": ("qid",), "subquestions": ("qid",), "groups": ("gid",),
         "answers": ("qid", "scale_id", "code")}  # fmt: skip


@dataclass
class Entry:
    """A question, an answer or a group: its fields, and its texts by name and language."""

    fields: Record
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """A field; `default` where it is missing or empty."""
        return self.fields.get(name) or default

    def text(self, name: str) -> dict[str, str]:
        """A text in its languages."""
        return self.texts.get(name, {})

    def order(self, name: str) -> tuple[int, int]:
        """Where it stands among its like."""
        return _whole(self.get(name)), _whole(self.get("qid") or self.get("gid"))


class Tables:
    """The file's tables by name."""

    def __init__(self, root: Element) -> None:
        self._tables = {table.tag: list(_rows(table)) for table in root}
        self.languages = [one.text or "" for one in root.iterfind("languages/language")]

    def names(self) -> list[str]:
        """The tables that the file has."""
        return list(self._tables)

    def rows(self, table: str) -> list[Record]:
        """The rows of a table; none where the file has no such table."""
        return self._tables.get(table, [])

    def entries(self, table: str) -> list[Entry]:
        """The things of a table, each once, with the texts of all languages."""
        texts, key, names = _TEXTS[table]
        found: dict[tuple[str, ...], Entry] = {}
        for row in self.rows(table):
            name = tuple(row.get(part, "") for part in _KEYS[table])
            entry = found.setdefault(name, Entry(row))
            _take(entry, row, names)
        every = list(found.values())
        for row, entry in self._owners(texts, key, every):
            _take(entry, row, names)
        return every

    def _owners(self, texts: str, key: str, every: list[Entry]) -> Iterator[tuple[Record, Entry]]:
        """Each row of a table of texts with what it belongs to: by id, by code, or by place."""
        by_id = {entry.get(key): entry for entry in every if entry.get(key)}
        by_code = {(e.get("qid"), e.get("code")): e for e in every if e.get("code")}
        seen: dict[str, int] = {}
        for row in self.rows(texts):
            language = row.get("language", "")
            place = seen[language] = seen.get(language, -1) + 1
            owner = by_id.get(row.get(key, "")) or by_code.get(
                (row.get("qid", ""), row.get("code", ""))
            )
            if owner is None and not by_id and place < len(every):
                owner = every[place]
            if owner is not None:
                yield row, owner


def _take(entry: Entry, row: Record, names: tuple[str, ...]) -> None:
    for name in names:
        if row.get(name):
            entry.texts.setdefault(name, {})[row.get("language", "")] = row[name]


def _rows(table: Element) -> Iterator[Record]:
    for row in table.iterfind("rows/row"):
        yield {cell.tag: (cell.text or "").strip() for cell in row}


def _whole(text: str) -> int:
    return int(text) if text.lstrip("-").isdigit() and len(text) < 12 else 0
