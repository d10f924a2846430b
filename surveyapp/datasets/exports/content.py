"""What a file holds: the dataset, the screening columns, the cleaning log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from surveyapp.datasets.about import SCREENING
from surveyapp.datasets.codebook import MISSING_CODES, REASONS, UNANSWERED, Variable
from surveyapp.datasets.table import Dataset

BLOCK = 5000
"""Rows that are turned into cells at a time."""
Cell = str | int | float | None
LOG_HEADER = ("at", "response", "action", "layer", "rule", "reason", "by")
CODEBOOK_HEADER = (
    "variable", "spss_name", "label_zh", "label_en", "kind", "type", "values", "missing",
    "dimension", "reverse", "low", "high", "versions",
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """data: the rows to write (cleaned or all). flags: response → rules. excluded: response →
    rule and reason, for those that are out. log: lines of the cleaning log as text. language: of
    the labels.
    """

    data: Dataset
    flags: Mapping[int, str]
    excluded: Mapping[int, str]
    log: tuple[tuple[str, ...], ...]
    language: str

    @property
    def columns(self) -> tuple[Variable, ...]:
        """About, screening, answers."""
        book = self.data.codebook
        about = tuple(v for v in book.variables if not v.is_answer)
        return (*about, *SCREENING, *book.answers)

    def __len__(self) -> int:
        return len(self.data)

    def blocks(self) -> Iterator[list[list[Cell]]]:
        """The cells, column by column, in blocks of rows."""
        for start in range(0, len(self.data), BLOCK):
            part = self.data.table.slice(start, BLOCK)
            ids = part["response"].to_pylist()
            extra: dict[str, Any] = {
                "unanswered": self._unanswered(start, len(ids)),
                "flags": [self.flags.get(i) for i in ids],
                "excluded": [int(i in self.excluded) for i in ids],
                "exclusion_reason": [self.excluded.get(i) for i in ids],
            }
            yield [
                extra[v.name] if v in SCREENING else part[v.name].to_pylist() for v in self.columns
            ]

    def rows(self) -> Iterator[list[Cell]]:
        """The same, row by row."""
        for block in self.blocks():
            yield from (list(row) for row in zip(*block, strict=True))

    def reasons(self, name: str, start: int, length: int) -> np.ndarray[Any, np.dtype[np.int8]]:
        """Why the cells of an answer column are blank."""
        column = self.data.reasons[name].slice(start, length).combine_chunks()
        values: np.ndarray[Any, np.dtype[np.int8]] = column.to_numpy(zero_copy_only=False)
        return values

    def _unanswered(self, start: int, length: int) -> list[str | None]:
        names: list[list[str]] = [[] for _ in range(length)]
        for variable in self.data.codebook.answers:
            blank = self.reasons(variable.name, start, length) == UNANSWERED
            for at in np.flatnonzero(blank).tolist():
                names[at].append(variable.name)
        return [" ".join(found) or None for found in names]

    def label(self, variable: Variable, value: Cell) -> Cell:
        """What a person reads instead of a code."""
        for code, text in variable.values:
            if code == value:
                return text.get(self.language) or next(iter(text.values()), "") or value
        return value

    def codebook_rows(self, spss_names: Mapping[str, str]) -> Iterator[list[Cell]]:
        """A row per column of the file, under CODEBOOK_HEADER."""
        for v in self.columns:
            yield [
                v.name,
                spss_names[v.name],
                v.label.get("zh-Hans", ""),
                v.label.get("en", ""),
                v.kind,
                v.type,
                "\n".join(f"{code} = {_both(text)}" for code, text in v.values),
                "\n".join(f"{MISSING_CODES[r]} = {_both(REASONS[r])}" for r in REASONS)
                if v.is_answer
                else "",
                v.dimension or "",
                int(v.reverse),
                v.low,
                v.high,
                " ".join(map(str, v.versions)),
            ]


def _both(text: Mapping[Any, str]) -> str:
    return " / ".join(text[language] for language in ("zh-Hans", "en") if text.get(language))
