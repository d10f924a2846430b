"""What a file holds: the dataset, the screening columns, the cleaning log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from surveyapp.datasets.about import REASONED, SCREENING
from surveyapp.datasets.blanks import MISSING_CODES, REASONS, UNANSWERED
from surveyapp.datasets.exports.labels import said
from surveyapp.datasets.exports.raked import Raked, raked
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weighting import Weighting, weighting

BLOCK = 5000
"""Rows that are turned into cells at a time."""
Cell = str | int | float | date | None
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

    @cached_property
    def columns(self) -> tuple[Variable, ...]:
        """About, screening, answers."""
        book = self.data.codebook
        about = tuple(v for v in book.variables if not v.is_answer)
        raking = self.raked.columns
        return (*about, *SCREENING, *raking, *self.reasoned.values(), *book.answers)

    @cached_property
    def reasoned(self) -> dict[int, Variable]:
        """Reason → the column that names what is blank for it, where a blank can have it."""
        possible = {reason for v in self.data.codebook.answers for reason in v.reasons}
        return {reason: column for reason, column in REASONED.items() if reason in possible}

    @cached_property
    def entering(self) -> Dataset:
        """The rows that are not excluded: what is estimated from."""
        return self.data.only(self._kept)

    @cached_property
    def weighting(self) -> Weighting:
        """How they enter estimates."""
        return weighting(self.entering)

    @cached_property
    def weights(self) -> list[float | None]:
        """Per row its weight for estimates; none where it does not enter them."""
        return self._spread(self.weighting.weights.tolist())

    @cached_property
    def raked(self) -> Raked:
        """What the weights were raked to; nothing where the recipe does not rake."""
        return raked(self.weighting, self.data)

    @cached_property
    def _raking(self) -> dict[str, list[Any]]:
        """Per row the cells of these columns."""
        return {name: self._spread(cells) for name, cells in self.raked.cells.items()}

    def _spread(self, used: Sequence[Any]) -> list[Any]:
        """What each row that enters estimates has, and nothing for the others."""
        places = np.flatnonzero(self._kept)[self.weighting.use]
        found: list[Any] = [None] * len(self.data)
        for place, one in zip(places.tolist(), used, strict=True):
            found[place] = one
        return found

    @cached_property
    def _kept(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([i not in self.excluded for i in self.data.ids], dtype=bool)

    def __len__(self) -> int:
        return len(self.data)

    def blocks(self) -> Iterator[list[list[Cell]]]:
        """The cells, column by column, in blocks of rows."""
        known = set(map(id, self.data.codebook.variables))
        for start in range(0, len(self.data), BLOCK):
            part = self.data.table.slice(start, BLOCK)
            ids = part["response"].to_pylist()
            extra: dict[str, Any] = {
                "unanswered": self._blank(UNANSWERED, start, len(ids)),
                **{v.name: self._blank(r, start, len(ids)) for r, v in self.reasoned.items()},
                "flags": [self.flags.get(i) for i in ids],
                "excluded": [int(i in self.excluded) for i in ids],
                "exclusion_reason": [self.excluded.get(i) for i in ids],
                "analysis_weight": self.weights[start : start + len(ids)],
                **{n: cells[start : start + len(ids)] for n, cells in self._raking.items()},
            }
            yield [
                part[v.name].to_pylist() if id(v) in known else extra[v.name] for v in self.columns
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

    def _blank(self, reason: int, start: int, length: int) -> list[str | None]:
        """Per row the answer columns that are blank for this reason."""
        names: list[list[str]] = [[] for _ in range(length)]
        for variable in self.data.codebook.answers:
            if reason not in variable.reasons:
                continue
            blank = self.reasons(variable.name, start, length) == reason
            for at in np.flatnonzero(blank).tolist():
                names[at].append(variable.name)
        return [" ".join(found) or None for found in names]

    def label(self, variable: Variable, value: Cell) -> Cell:
        """What a person reads instead of a code."""
        for code, text in variable.values:
            if code == value:
                return said(text, self.language) or value
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
                "\n".join(f"{MISSING_CODES[r]} = {_both(REASONS[r])}" for r in v.reasons)
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
