"""CSV, XLSX, SPSS and Parquet files as pandas frames; columns are looked up by name."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.findings import N_
from surveyapp.tabular.limits import unusable
from surveyapp.tabular.table import Table, open_rows, opened

if TYPE_CHECKING:
    import pandas as pd

_SPSS, _PARQUET = (b"$FL2", b"$FL3"), b"PAR1"


def file_kind(path: str | os.PathLike[str]) -> str:
    """What the file's first bytes say: "parquet", "sav", or "rows" (CSV and XLSX).

    Raises SurveyError `table.unreadable` for what cannot be opened.
    """
    with opened(path, Path(path).name) as stream:
        start = stream.read(4)
    if start in _SPSS:
        return "sav"
    return "parquet" if start == _PARQUET else "rows"


def read_frame(path: str | os.PathLike[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The file's columns (all, or those named, in that order), one row per record.

    The index "row" is the row number of the source: as a spreadsheet shows it for CSV and XLSX
    (the header is a row), from 1 for the others. CSV and XLSX columns are text exactly as in the
    file with "" where nothing stands; SPSS and Parquet columns keep their types, and SPSS
    user-missing values are missing. Raises SurveyError `table.*`, among them
    `table.unknown_column` with the nearest name.
    """
    kind = file_kind(path)
    if kind == "sav":
        return _read_sav(Path(path), columns)
    if kind == "parquet":
        return _read_parquet(Path(path), columns)
    with open_rows(path) as table:
        return _read_rows(table, columns)


def known_columns(header: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """`wanted`, or everything; raises SurveyError `table.unknown_column` for the first unknown."""
    for name in wanted or ():
        if name not in header:
            raise _unknown(header, name)
    return list(header if wanted is None else wanted)


def _unknown(header: Sequence[str], name: str) -> Exception:
    folded = {column.casefold(): column for column in header}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.5)
    if near:
        return unusable(
            "unknown_column",
            f"column:{name}",
            N_('There is no column "{column}". Do you mean "{nearest}"?'),
            column=name, nearest=folded[near[0]],
        )  # fmt: skip
    shown = ", ".join(header[:12]) + (" …" if len(header) > 12 else "")
    return unusable(
        "unknown_column",
        f"column:{name}",
        N_('There is no column "{column}". The file has: {columns}.'),
        column=name, columns=shown,
    )  # fmt: skip


def _read_rows(table: Table, columns: Sequence[str] | None) -> pd.DataFrame:
    import pandas as pd

    names = known_columns(table.header, columns)
    places = [table.header.index(name) for name in names]
    numbers: list[int] = []
    values: list[list[str]] = [[] for _ in names]
    blank_means_missing = len(table.header) == 1  # a blank line is then an unanswered cell
    for number, cells in table.rows:
        for gap in range(_last(numbers, table.header_row) + 1, number):
            if blank_means_missing:
                numbers.append(gap)
                values[0].append("")
        numbers.append(number)
        for column, place in zip(values, places, strict=True):
            column.append(cells[place])
    index = pd.Index(numbers, name="row", dtype="int64")
    return pd.DataFrame(
        {
            name: pd.Series(column, index=index, dtype="str")
            for name, column in zip(names, values, strict=True)
        },
        index=index,
    )


def _last(numbers: list[int], start: int) -> int:
    return numbers[-1] if numbers else start


def _read_sav(path: Path, columns: Sequence[str] | None) -> pd.DataFrame:
    import pyreadstat

    try:
        _, meta = pyreadstat.read_sav(str(path), metadataonly=True)
        names = known_columns(meta.column_names, columns)
        frame, _ = pyreadstat.read_sav(str(path), usecols=names)
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
        raise _damaged(path.name, "SPSS") from error
    return _numbered(frame[names])


def _read_parquet(path: Path, columns: Sequence[str] | None) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = known_columns(file.schema_arrow.names, columns)
            frame = file.read(columns=names).to_pandas()
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged(path.name, "Parquet") from error
    return _numbered(frame.reset_index()[names])


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    frame.index = pd.RangeIndex(1, len(frame) + 1, name="row")
    return frame


def _damaged(name: str, kind: str) -> Exception:
    return unusable(
        "damaged", name, N_('The {kind} file "{name}" is damaged or cut off.'), name=name, kind=kind
    )
