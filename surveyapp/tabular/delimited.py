"""CSV and its kin: comma, semicolon or tab, quoted or not, one record at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from surveyapp.findings import N_
from surveyapp.tabular.limits import MAX_COLUMNS, MAX_LINE, unusable

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_RECORDS = 50
_SNIFFED_CHARACTERS = 1 << 18


def read_records(
    stream: BinaryIO, encoding: str, filename: str
) -> tuple[str, Iterator[tuple[int, list[str]]], io.TextIOWrapper]:
    """The delimiter, the records numbered as a spreadsheet counts them, and the text to close.

    Blank records keep their number but are not yielded. Memory stays bounded by `MAX_LINE`
    whatever the file contains. Raises SurveyError `table.too_wide`, `table.line_too_long`,
    `table.malformed`.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    start, delimiter, skipped = _beginning(text, filename)
    lines = _Lines(text, start, delimiter, filename, skipped)
    return delimiter, _records(lines, delimiter, filename, skipped), text


def _beginning(text: io.TextIOWrapper, filename: str) -> tuple[str, str, int]:
    """The sniffed text, its delimiter, and the number of `sep=` lines left out."""
    start = text.read(_SNIFFED_CHARACTERS)
    first, _, rest = start.partition("\n")
    declared = first.strip().lower()
    if declared.startswith("sep=") and len(declared) <= 5:  # Excel's own hint
        return rest, declared[4:] or "\t", 1
    return start, sniff(start), 0


def sniff(text: str) -> str:
    """The delimiter under which the first records have the most regular width over one."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if record:
                widths.append(len(record))
            if len(widths) == _SNIFFED_RECORDS:
                break
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


class _Lines:
    """Physical lines, refused while they are being read when they are too long or too wide."""

    def __init__(
        self, text: io.TextIOWrapper, start: str, delimiter: str, filename: str, skipped: int
    ) -> None:
        self._text, self._start = text, io.StringIO(start, newline="")
        self._delimiter, self._filename = delimiter, filename
        self.number = skipped
        self.record = ""
        """The source text of the record that is being read."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._start.readline(MAX_LINE + 1)
        if not line.endswith(("\n", "\r")):  # the sniffed part ends inside a line
            line += self._text.readline(MAX_LINE + 1)
        elif line.endswith("\r") and self._at_end_of_start():
            line += self._rest_of_line_end()
        if not line:
            raise StopIteration
        self.number += 1
        self._check(line)
        self.record += line
        return line

    def _at_end_of_start(self) -> bool:
        here = self._start.tell()
        more = self._start.read(1)
        self._start.seek(here)
        return not more

    def _rest_of_line_end(self) -> str:
        """The line feed that belongs to a return at the very end of the sniffed part."""
        following = self._text.read(1)
        if following in ("\n", ""):
            return following
        self._start = io.StringIO(following, newline="")
        return ""

    def _check(self, line: str) -> None:
        place = f"row:{self.number}"
        if line.count(self._delimiter) >= MAX_COLUMNS:
            raise unusable(
                "too_wide",
                place,
                N_('Line {line} of "{name}" has more than {limit} columns. Is it a table?'),
                line=self.number, name=self._filename, limit=MAX_COLUMNS,
            )  # fmt: skip
        if len(line) + len(self.record) > MAX_LINE:
            raise unusable(
                "line_too_long",
                place,
                N_('Line {line} of "{name}" is too long. Does a quotation mark lack its partner?'),
                line=self.number, name=self._filename,
            )  # fmt: skip


def _records(
    lines: _Lines, delimiter: str, filename: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    number = skipped
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        first_line = lines.number + 1
        lines.record = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeError):
            raise _malformed(filename, first_line) from None
        number += 1
        if _left_open(cells, lines.record):
            raise _malformed(filename, first_line)
        if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
            yield number, cells


def _left_open(cells: list[str], source: str) -> bool:
    """Whether the record swallowed following lines because a quotation mark was never closed."""
    return source.count('"') % 2 == 1 and any("\n" in cell or "\r" in cell for cell in cells)


def _malformed(filename: str, line: int) -> Exception:
    return unusable(
        "malformed",
        f"row:{line}",
        N_('The record that begins on line {line} of "{name}" is broken: a quotation mark is never closed, a cell is far too long, or it is no text.'),  # noqa: E501
        line=line, name=filename,
    )  # fmt: skip
