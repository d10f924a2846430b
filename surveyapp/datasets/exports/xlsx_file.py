"""XLSX: sheets data (codes), labels, codebook and cleaning log, in constant memory.

Texts are written as texts, so nothing that begins with = is a formula.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from surveyapp.datasets.exports.checking import Progress, differs, too_large
from surveyapp.datasets.exports.content import CODEBOOK_HEADER, LOG_HEADER, Cell, Content
from surveyapp.datasets.exports.names import spss_names

SHEETS = ("data", "labels", "codebook", "cleaning log")
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_CELLS = 10_000_000
"""Beyond this a workbook takes an hour to write and no spreadsheet opens it."""
FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets know no day before 1900 and take that year for a leap year: earlier is text."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write the workbook. Raises SurveyError `export.too_large` beyond what a sheet holds."""
    import xlsxwriter

    rows, columns = len(content), len(content.columns)
    if rows >= MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise too_large(path, min(MAX_ROWS - 1, MAX_CELLS // columns), MAX_COLUMNS)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    }
    with path.open("wb") as file:
        book = xlsxwriter.Workbook(_Outlet(file), options)
        try:
            _fill(book, content, progress)
            book.close()
        except BaseException:
            _abandon(book)
            raise


def _fill(book: Any, content: Content, progress: Progress) -> None:
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for name in SHEETS:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        header, rows = _sheet(content, name)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, bold)
        counted = progress.counted(rows) if name == "data" else rows
        for number, row in enumerate(counted, 1):
            _write_row(sheet, number, row, day)


class _Outlet:
    """The file, as the library's archive writer sees it. After a failed write it swallows what
    the abandoned archive still tries to add when it is garbage.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.failed = file, False

    def write(self, data: bytes) -> int:
        """Write, unless a write failed before."""
        if self.failed or self.file.closed:
            return len(data)
        try:
            return self.file.write(data)
        except OSError:
            self.failed = True
            raise

    def flush(self) -> None:
        """Flush, unless a write failed before."""
        if not (self.failed or self.file.closed):
            self.file.flush()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move."""
        return self.file.seek(offset, whence) if not self.file.closed else offset

    def tell(self) -> int:
        """Where the next byte goes."""
        return self.file.tell() if not self.file.closed else 0


def _abandon(book: Any) -> None:
    """Close the temporary files that the library leaves open when it fails."""
    for sheet in book.worksheets():
        for handle in (sheet.row_data_fh, sheet.fh):
            with contextlib.suppress(OSError, AttributeError):
                handle.close()


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read every sheet back and compare. Raises SurveyError `export.differs`."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    try:
        for name in SHEETS:
            header, rows = _sheet(content, name)
            counted = progress.counted(rows) if name == "data" else rows
            with contextlib.closing(book[name].iter_rows(values_only=True)) as found:
                _check_sheet(path, found, header, counted)
    finally:
        book.close()


def _sheet(content: Content, name: str) -> tuple[list[str], Iterable[Sequence[Cell]]]:
    columns = content.columns
    if name == "data":
        return [v.name for v in columns], content.rows()
    if name == "labels":
        header = [v.text(content.language) for v in columns]
        return header, _labelled(content)
    if name == "codebook":
        names = spss_names([v.name for v in columns])
        return list(CODEBOOK_HEADER), content.codebook_rows(names)
    return list(LOG_HEADER), content.log


def _labelled(content: Content) -> Iterator[list[Cell]]:
    columns = content.columns
    for row in content.rows():
        yield [content.label(v, cell) for v, cell in zip(columns, row, strict=True)]


def _write_row(sheet: Any, number: int, row: Sequence[Cell], day: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            if cell:
                sheet.write_string(number, column, cell)
        elif isinstance(cell, date) and cell < FIRST_DAY:
            sheet.write_string(number, column, cell.isoformat())
        elif isinstance(cell, date):
            sheet.write_datetime(number, column, cell, day)
        elif cell is not None:
            sheet.write_number(number, column, cell)


def _check_sheet(
    path: Path,
    found: Iterator[tuple[Any, ...]],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    wanted: Iterator[Sequence[Cell] | None] = iter([header])
    for number, (read, row) in enumerate(_pairs(found, wanted, rows)):
        for column, (a, b) in enumerate(zip_longest(read or (), row or ())):
            if not _same(a, b):
                raise differs(path, number, header[column] if column < len(header) else "row")


def _pairs(
    found: Iterator[tuple[Any, ...]],
    header: Iterator[Sequence[Cell] | None],
    rows: Iterable[Sequence[Cell]],
) -> Iterator[tuple[tuple[Any, ...] | None, Sequence[Cell] | None]]:
    yield next(found, None), next(header)
    yield from zip_longest(found, rows)


def _same(read: object, wanted: Cell) -> bool:
    if wanted is None or wanted == "":
        return read is None
    if isinstance(wanted, date) and wanted < FIRST_DAY:
        wanted = wanted.isoformat()
    if isinstance(wanted, str):
        return isinstance(read, str) and _unescaped(read) == wanted
    if isinstance(wanted, date):
        return isinstance(read, datetime) and read.date() == wanted
    return isinstance(read, int | float) and math.isclose(read, wanted, rel_tol=1e-14)


def _unescaped(text: str) -> str:
    """The text behind the file format's own escapes (_x005F_ is an underscore)."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
