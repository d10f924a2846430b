"""The long form: a row per response and answer column, as CSV.

Beside the value stand its label in both languages and, where the cell is blank, the code of the
reason, which the codebook explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from surveyapp.datasets.blanks import MISSING_CODES
from surveyapp.datasets.exports import csv_file
from surveyapp.datasets.exports.checking import Progress
from surveyapp.datasets.exports.content import Cell, Content
from surveyapp.datasets.exports.labels import said
from surveyapp.datasets.variable import Variable

HEADER = (
    "response", "version", "question", "variable", "value", "label_zh", "label_en", "blank",
    "analysis_weight",
)  # fmt: skip


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write the data, block by block."""
    csv_file.write_blocks(path, header_of(content), _told(content, progress))


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read back and compare cell by cell. Raises SurveyError `export.differs`."""
    rows = (row for block in _told(content, progress) for row in zip(*block, strict=True))
    csv_file.check_table(path, header_of(content), rows)


def header_of(content: Content) -> tuple[str, ...]:
    """The columns of the file."""
    return (*HEADER, *(v.name for v in content.raked.columns))


def _told(content: Content, progress: Progress) -> Iterator[list[Sequence[Cell]]]:
    done = 0
    for block in content.blocks():
        progress.report(progress.step, done, progress.total)
        yield _long(content, block, done)
        done += len(block[0])
    progress.report(progress.step, progress.total, progress.total)


def _long(content: Content, block: list[list[Cell]], start: int) -> list[Sequence[Cell]]:
    """The columns of the long form, response by response."""
    by_name = {v.name: cells for v, cells in zip(content.columns, block, strict=True)}
    answers = content.data.codebook.answers
    n, k = len(block[0]), len(answers)
    weights = ("analysis_weight", *(v.name for v in content.raked.columns))
    values = [by_name[v.name] for v in answers]
    blanks = [_blanks(content, v, start, n) for v in answers]
    return [
        [one for one in by_name["response"] for _ in range(k)],
        [one for one in by_name["version"] for _ in range(k)],
        [v.question or v.name for v in answers] * n,
        [v.name for v in answers] * n,
        _across(values),
        _across([_labels(v, cells, "zh-Hans") for v, cells in zip(answers, values, strict=True)]),
        _across([_labels(v, cells, "en") for v, cells in zip(answers, values, strict=True)]),
        _across(blanks),
        *([one for one in by_name[name] for _ in range(k)] for name in weights),
    ]


def _across(columns: list[list[Any]]) -> list[Any]:
    """Cell by cell in the order of rows."""
    return list(chain.from_iterable(zip(*columns, strict=True)))


def _labels(variable: Variable, cells: list[Cell], language: str) -> list[str | None]:
    known = {code: said(text, language) for code, text in variable.values}
    return [known.get(cell) if isinstance(cell, int | str) else None for cell in cells]


def _blanks(content: Content, variable: Variable, start: int, length: int) -> list[int | None]:
    reasons = content.reasons(variable.name, start, length).tolist()
    return [MISSING_CODES.get(reason) for reason in reasons]
