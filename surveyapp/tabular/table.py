"""Any CSV or XLSX file as a header and a stream of numbered text rows."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, cast

from surveyapp.findings import N_, Finding
from surveyapp.tabular import delimited, encoding, workbook
from surveyapp.tabular.limits import unusable

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060"))


@dataclass
class Table:
    """One table, read once from top to bottom; use it as a context manager.

    header: the column names, trimmed, none empty, none twice. rows: `(number, cells)` with the
    row number that a spreadsheet shows and at least as many cells as the header; more only where
    the file has text right of the last named column. encoding and delimiter: None for XLSX.
    """

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    encoding: str | None = None
    delimiter: str | None = None
    findings: tuple[Finding, ...] = ()
    header_row: int = 1
    _stream: IO[Any] = field(default_factory=io.BytesIO, repr=False)

    def close(self) -> None:
        """Release the file."""
        self._stream.close()

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


Source = str | os.PathLike[str] | bytes | BinaryIO


def open_rows(source: Source, filename: str | None = None) -> Table:
    """Open a path, bytes or a binary stream; what it is, its content decides, not its name.

    `filename` is what messages call it. A stream that was passed in is not closed. Raises
    SurveyError with a code `table.*` for anything that is no usable table.
    """
    name = filename or _name_of(source)
    stream = opened(source, name)
    try:
        return _table(stream, name)
    except BaseException:
        stream.close()
        raise


def opened(source: Source, name: str) -> BinaryIO:
    """The source as a seekable binary stream that the caller may close."""
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, str | os.PathLike):
        try:
            return Path(source).open("rb")
        except OSError as error:
            raise unusable(
                "unreadable", name, N_('The file "{name}" cannot be opened: {reason}.'),
                name=name, reason=error.strerror or str(error),
            ) from error  # fmt: skip
    copy = tempfile.SpooledTemporaryFile(max_size=1 << 22)  # noqa: SIM115 - lives with the table
    shutil.copyfileobj(source, copy)
    copy.seek(0)
    return cast(BinaryIO, copy)


def _name_of(source: Source) -> str:
    if isinstance(source, str | os.PathLike):
        return Path(source).name
    return "file"


def _table(stream: BinaryIO, name: str) -> Table:
    start = stream.read(8)
    if start.startswith(_ZIP):
        records, findings = workbook.read_sheet(stream, name)
        row, header = _header(records, name)
        rows = _padded(records, len(header))
        return Table(header, rows, findings=findings, header_row=row, _stream=stream)
    _refuse_old_formats(start, name)
    kind = encoding.detect(stream, name)
    delimiter, records, text = delimited.read_records(stream, kind.name, name)
    row, header = _header(records, name)
    return Table(
        header, _padded(records, len(header)), kind.name, delimiter, _guessed(kind), row, text
    )


def _refuse_old_formats(start: bytes, name: str) -> None:
    if start.startswith(_OLE):
        raise unusable(
            "old_or_locked",
            name,
            N_('"{name}" is an old .xls file or locked with a password. Save it as an open .xlsx.'),
            name=name,
        )


def _guessed(kind: encoding.Encoding) -> tuple[Finding, ...]:
    if not kind.guessed:
        return ()
    return (
        Finding(
            "table.encoding_guessed",
            "file",
            N_("The encoding was guessed as {encoding}. Check that names look right."),
            {"encoding": kind.name},
            severity="warning",
        ),
    )


def _header(records: Iterator[tuple[int, list[str]]], filename: str) -> tuple[int, list[str]]:
    row, cells = next(records, (0, []))
    names = [clean_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise unusable("empty", filename, N_('"{name}" holds no table.'), name=filename)
    named = [name or f"column_{number}" for number, name in enumerate(names, 1)]
    _refuse_duplicates(named)
    return row, named


def clean_name(text: str) -> str:
    """A column name without what cannot be seen: marks, joiners, outer and doubled blanks."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def _refuse_duplicates(names: list[str]) -> None:
    seen: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        if name in seen:
            raise unusable(
                "duplicate_column",
                f"column:{name}",
                N_('Columns {first} and {second} are both called "{column}". Rename one of them.'),
                first=seen[name], second=number, column=name,
            )  # fmt: skip
        seen[name] = number


def _padded(
    records: Iterator[tuple[int, list[str]]], width: int
) -> Iterator[tuple[int, list[str]]]:
    for number, cells in records:
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) < width:
            cells += [""] * (width - len(cells))
        yield number, cells
