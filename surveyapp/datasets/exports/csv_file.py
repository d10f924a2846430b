"""CSV: codes, blanks empty, every cell inert (see `tabular.safe_csv` for the reversible guard)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from surveyapp.datasets.exports.checking import Progress, differs
from surveyapp.datasets.exports.content import Cell, Content
from surveyapp.tabular.safe_csv import guarded, unguarded, write_csv

QUOTE = '"'
_TO_QUOTE = re.compile(r'[",\r\n]')


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write the data, block by block."""
    write_blocks(path, [v.name for v in content.columns], _told(content, progress))


def write_blocks(
    path: Path, header: Sequence[str], blocks: Iterable[Sequence[Sequence[Cell]]]
) -> None:
    """Write blocks of columns; a value that occurs often in one is made into text once."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{','.join(map(_written, header))}\r\n")
        for block in blocks:
            file.write(_lines(block))


def _told(content: Content, progress: Progress) -> Iterator[list[list[Cell]]]:
    done = 0
    for block in content.blocks():
        progress.report(progress.step, done, progress.total)
        yield block
        done += len(block[0])
    progress.report(progress.step, progress.total, progress.total)


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read back and compare cell by cell. Raises SurveyError `export.differs`."""
    check_table(path, [v.name for v in content.columns], progress.counted(content.rows()))


def _lines(columns: Sequence[Sequence[Cell]]) -> str:
    """Rows as text, each with its end."""
    texts = []
    for column in columns:
        known = {cell: _written(cell) for cell in set(column)}
        texts.append([known[cell] for cell in column])
    lines = map(",".join, zip(*texts, strict=True))
    return "".join(f"{line}\r\n" for line in lines)


def _written(cell: Cell) -> str:
    """A cell as it stands in the file: inert, and quoted where it has to be (RFC 4180)."""
    inert = guarded(text(cell))
    return f'"{inert.replace(QUOTE, QUOTE * 2)}"' if _TO_QUOTE.search(inert) else inert


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write any table."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_csv(file, header, ([text(cell) for cell in row] for row in rows))


def check_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Compare a written table with what it should hold."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found: Iterator[list[str]] = ([unguarded(c) for c in row] for row in csv.reader(file))
        if next(found, None) != list(header):
            raise differs(path, 0, "header")
        for number, (read, row) in enumerate(zip_longest(found, rows), 1):
            wanted = None if row is None else [text(cell) for cell in row]
            if read != wanted:
                raise differs(path, number, _column(header, read, wanted))


def text(cell: Cell) -> str:
    """A cell as CSV has it: whole numbers without a decimal point, the rest at full precision,
    days as ISO has them.
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def _column(header: Sequence[str], read: list[str] | None, wanted: list[str] | None) -> str:
    if read is None or wanted is None:
        return "row"
    pairs = zip_longest(header, read, wanted)
    return next((name for name, a, b in pairs if a != b and name), "row")
