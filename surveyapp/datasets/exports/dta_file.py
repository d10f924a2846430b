"""Stata .dta: variable labels, value labels, and blanks as extended missing values (.a to .z).

Stata labels whole numbers only, so a choice is the place of its option in the codebook, from 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from surveyapp.datasets.blanks import (
    DONT_KNOW,
    NOT_APPLICABLE,
    NOT_ASKED,
    NOT_OFFERED,
    NOT_RANKED,
    NOT_REACHED,
    OFF_PATH,
    REASONS,
    REFUSED,
    UNANSWERED,
    UNKNOWN,
)
from surveyapp.datasets.exports.checking import Progress, differs
from surveyapp.datasets.exports.content import BLOCK, Content
from surveyapp.datasets.exports.labels import cut, label_of, said
from surveyapp.datasets.exports.names import stata_names
from surveyapp.datasets.variable import Variable

if TYPE_CHECKING:
    import pandas as pd

LETTERS = {
    UNANSWERED: "u",
    OFF_PATH: "o",
    NOT_ASKED: "n",
    REFUSED: "r",
    NOT_APPLICABLE: "a",
    DONT_KNOW: "d",
    NOT_OFFERED: "f",
    NOT_RANKED: "k",
    UNKNOWN: "c",
    NOT_REACHED: "l",
}
"""Reason of a blank → its extended missing value, without the point."""
EPOCH = date(1960, 1, 1)
"""Day from which Stata counts days."""
LONGEST, LONGEST_OF_VALUE = 80, 32_000
"""Characters of a title or a variable's label, and of a value's; bytes are never fewer."""


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write the file, in one go as the library wants it."""
    import pandas as pd
    import pyreadstat

    named = _named(content.columns)
    parts = list(_parts(content, progress))
    whole = {
        n: np.concatenate([part[n] for part in parts]) if parts else _column(content, v, [], 0)
        for n, v in named.items()
    }
    letters = {n: _letters(whole[n]) for n, v in named.items() if _is_coded(v)}
    labels = {n: _values(v, content.language, letters[n]) for n, v in named.items() if n in letters}
    pyreadstat.write_dta(
        pd.DataFrame(whole),
        str(path),
        file_label=cut(content.data.title, LONGEST),
        column_labels={n: label_of(v, content.language, LONGEST) for n, v in named.items()},
        variable_value_labels={n: found for n, found in labels.items() if found},
        missing_user_values={n: found for n, found in letters.items() if found},
        variable_format={n: "%td" for n, v in named.items() if v.kind == "date"},
    )


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read back in blocks and compare cells, names and labels."""
    import pyreadstat

    named = _named(content.columns)
    _, meta = pyreadstat.read_dta(str(path), metadataonly=True)
    if meta.column_names != list(named):
        raise differs(path, 0, "names")
    for name, variable in named.items():
        if (meta.column_names_to_labels[name] or "") != label_of(
            variable, content.language, LONGEST
        ):
            raise differs(path, 0, "labels")
        found: dict[Any, str] = meta.variable_value_labels.get(name, {})
        letters = [key for key in found if isinstance(key, str)]
        if _is_coded(variable) and found != _values(variable, content.language, letters):
            raise differs(path, 0, f"values of {variable.name}")
    start = 0
    for part in _parts(content, progress):
        read = _read(path, start, BLOCK)
        for name, wanted in part.items():
            _compare(path, read[name].tolist(), wanted.tolist(), start, named[name].name)
        start += len(next(iter(part.values())))
    if len(_read(path, start, 1)):
        raise differs(path, start + 1, "row")


def _read(path: Path, start: int, most: int) -> pd.DataFrame:
    import pyreadstat

    read, _ = pyreadstat.read_dta(
        str(path),
        row_offset=start,
        row_limit=most,
        user_missing=True,
        disable_datetime_conversion=True,
    )
    return read


def _compare(
    path: Path, read: Sequence[Any], wanted: Sequence[Any], start: int, column: str
) -> None:
    if len(read) != len(wanted):
        raise differs(path, start + min(len(read), len(wanted)) + 1, "row")
    for at, (a, b) in enumerate(zip(read, wanted, strict=True), start + 1):
        if a != b and not (_blank(a) and _blank(b)):
            raise differs(path, at, column)


def _blank(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _named(columns: Sequence[Variable]) -> Mapping[str, Variable]:
    names = stata_names(v.name for v in columns)
    return {names[v.name]: v for v in columns}


def _parts(content: Content, progress: Progress) -> Iterator[dict[str, Any]]:
    named = _named(content.columns)
    for number, block in enumerate(content.blocks()):
        start = number * BLOCK
        progress.report(progress.step, start, progress.total)
        yield {
            name: _column(content, v, cells, start)
            for (name, v), cells in zip(named.items(), block, strict=True)
        }
    progress.report(progress.step, progress.total, progress.total)


def _column(content: Content, v: Variable, cells: list[Any], start: int) -> Any:
    if not _is_coded(v):
        if v.kind == "text" or v.type == "text":
            return np.array([c or "" for c in cells], dtype=object)
        return np.array([math.nan if c is None else c for c in cells], dtype=np.float64)
    numbers = _numbers(v, cells)
    if None not in numbers:
        return np.array(numbers, dtype=np.float64)
    why = content.reasons(v.name, start, len(cells)).tolist()
    filled = [LETTERS[r] if n is None else n for n, r in zip(numbers, why, strict=True)]
    return np.array(filled, dtype=object)


def _numbers(v: Variable, cells: list[Any]) -> list[float | None]:
    if v.kind == "choice":
        places = {code: float(place) for place, (code, _) in enumerate(v.values, 1)}
        return [None if c is None else places[c] for c in cells]
    if v.kind == "date":
        return [None if c is None else float((c - EPOCH).days) for c in cells]
    return [None if c is None else float(c) for c in cells]


def _is_coded(v: Variable) -> bool:
    """Whether blanks say why (a person's own words cannot share a column with numbers)."""
    return v.kind in ("choice", "number", "date", "scale", "indicator", "rank")


def _letters(column: Any) -> list[str]:
    """The extended missing values that occur in a column."""
    if column.dtype != object:
        return []
    return sorted({cell for cell in column.tolist() if isinstance(cell, str)})


def _values(v: Variable, language: str, letters: Sequence[str]) -> dict[Any, str]:
    """The labels of a column's numbers, and of the extended missing values that occur."""
    labels: dict[Any, str] = {
        place if v.kind == "choice" else int(code): said(text, language) or str(code)
        for place, (code, text) in enumerate(v.values, 1)
    }
    reasons = {letter: reason for reason, letter in LETTERS.items()}
    labels |= {letter: REASONS[reasons[letter]][language] for letter in letters}
    return {key: cut(text, LONGEST_OF_VALUE) for key, text in labels.items()}
