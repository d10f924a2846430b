"""XLSX worksheets as rows of text, with the guards that a file from outside needs."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from surveyapp.findings import N_, Finding
from surveyapp.tabular.limits import (
    MAX_COLUMNS,
    MAX_LINE,
    MAX_SHARED_TEXT,
    MAX_SHEET_ROWS,
    MAX_UNPACKED,
    unusable,
)

_CHUNK = 1 << 20


def read_sheet(
    stream: BinaryIO, filename: str
) -> tuple[Iterator[tuple[int, list[str]]], tuple[Finding, ...]]:
    """The first visible worksheet's rows with Excel's row numbers, and what to know about it.

    Every cell is text: dates ISO 8601, whole numbers without decimals, empty cells "". Raises
    SurveyError `table.not_a_workbook`, `table.too_large`, `table.too_wide`, `table.empty`.
    """
    import openpyxl

    guard(stream, filename)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that do not concern us
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl lets any error of a damaged file through
        raise _not_a_workbook(filename) from error
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise unusable("empty", filename, N_('"{name}" has no visible worksheet.'), name=filename)
    sheets[0].reset_dimensions()  # the size that a file claims is often wrong
    rows = sheets[0].iter_rows(values_only=True)
    return _text_rows(rows, filename), _other_sheets([sheet.title for sheet in sheets])


def guard(stream: BinaryIO, filename: str) -> None:
    """Refuse what would exhaust memory or expand entities, before any XML is parsed."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_sizes(archive, filename)
            for part in archive.infolist():
                if part.filename.startswith("xl/") and part.filename.endswith(".xml"):
                    _check_part(archive, part, filename)
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error) as error:
        raise _not_a_workbook(filename) from error  # RuntimeError: a password is asked for
    stream.seek(0)


def _check_sizes(archive: zipfile.ZipFile, filename: str) -> None:
    parts = archive.infolist()
    shared = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    if sum(part.file_size for part in parts) > MAX_UNPACKED or shared > MAX_SHARED_TEXT:
        raise unusable(
            "too_large",
            filename,
            N_('The workbook "{name}" unpacks to more than can be read. Save it as CSV.'),
            name=filename,
        )


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, filename: str) -> None:
    """No document type (entities), and no row longer than a record may be."""
    since_row, tail = 0, b""
    with archive.open(part) as content:
        while chunk := content.read(_CHUNK):
            window = tail + chunk
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise _not_a_workbook(filename)
            last = window.rfind(b"<row")
            since_row = len(window) - last if last >= 0 else since_row + len(chunk)
            tail = chunk[-16:]
            if "worksheets/" in part.filename and since_row > 4 * MAX_LINE:
                raise _too_wide(filename)


def _text_rows(
    rows: Iterator[tuple[object, ...]], filename: str
) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # impossible dates come back as #VALUE!
                values = next(rows, None)
        except Exception as error:
            raise _not_a_workbook(filename) from error
        if values is None:
            return
        number += 1
        if number > MAX_SHEET_ROWS or len(values) > MAX_COLUMNS:
            raise _too_wide(filename)
        if any(value is not None and value != "" for value in values):
            yield number, [as_text(value) for value in values]


def as_text(value: object) -> str:
    """A cell as a person would type it; fractions with Excel's 15 digits."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _moment(value: datetime) -> str:
    midnight = value.time() == time(0)
    return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")


def _other_sheets(titles: list[str]) -> tuple[Finding, ...]:
    if len(titles) == 1:
        return ()
    return (
        Finding(
            "table.other_sheets",
            f"sheet:{titles[0]}",
            N_('The workbook has {count} sheets; only the first, "{title}", was read.'),
            {"count": len(titles), "title": titles[0]},
            severity="info",
        ),
    )


def _not_a_workbook(filename: str) -> Exception:
    return unusable(
        "not_a_workbook",
        filename,
        N_('"{name}" is damaged or not an Excel workbook. Open it in Excel and save it as .xlsx.'),
        name=filename,
    )


def _too_wide(filename: str) -> Exception:
    return unusable(
        "too_wide",
        filename,
        N_('"{name}" has more than {columns} columns or {rows} rows, more than a sheet can have.'),
        name=filename, columns=MAX_COLUMNS, rows=MAX_SHEET_ROWS,
    )  # fmt: skip
