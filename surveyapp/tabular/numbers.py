"""Columns of a file as blocks of numbers, in bounded memory where the format allows it.

In text files an empty cell and the usual marks for "no answer" (NA, N/A, NaN, NULL, NONE, ".",
"-", "–", "#N/A") are missing. A number is never taken for a missing code by itself: 99 is an
answer until the caller names it as one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveyapp.findings import N_, SurveyError
from surveyapp.tabular.frame import file_kind, known_columns, read_frame
from surveyapp.tabular.limits import unusable

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MISSING_TEXTS = frozenset({"", "na", "n/a", "nan", "null", "none", ".", "-", "–", "#n/a"})
_BATCH = 1 << 16
LARGEST = 1e60
"""Beyond it no answer lies, and products of weights and squares would overflow."""
LEAST = 1e-60
"""Nearer to 0 but not 0, squares of an answer would be lost."""


def numeric_blocks(
    path: str | os.PathLike[str], columns: Sequence[str], missing_codes: Collection[float] = ()
) -> Callable[[], Iterable[NDArray[Any]]]:
    """A function that yields the columns as blocks of rows, each time from the beginning.

    Blocks are complete small integers or floats with NaN for missing; at least one, which may
    have no rows. Raises SurveyError `table.*`: an unknown column, or `table.not_a_number` with
    column, row and value (for Parquet while the blocks are read).
    """
    if file_kind(path) == "parquet":
        _check_parquet(Path(path), columns)
        return lambda: _parquet_blocks(Path(path), list(columns), missing_codes)
    frame = read_frame(path, columns)
    data = as_numbers(frame, missing_codes)
    return lambda: [data]


def row_groups(path: str | os.PathLike[str], columns: Sequence[str]) -> list[int]:
    """The rows of each group of a Parquet file: parts that can be read apart. Raises SurveyError
    `table.*` as `numeric_blocks` does, and `table.not_parquet` for another file.
    """
    import pyarrow.parquet

    if file_kind(path) != "parquet":
        raise unusable(
            "not_parquet", "file", N_("Only a Parquet file can be spread over several machines.")
        )
    _check_parquet(Path(path), columns)
    with pyarrow.parquet.ParquetFile(path) as file:
        found = file.metadata
        return [found.row_group(group).num_rows for group in range(found.num_row_groups)]


def group_blocks(
    path: str | os.PathLike[str],
    columns: Sequence[str],
    missing_codes: Collection[float],
    group: int,
    before: int,
) -> Iterator[NDArray[Any]]:
    """The blocks of one row group, which has `before` rows before it."""
    return _parquet_blocks(Path(path), list(columns), missing_codes, [group], before)


def as_numbers(frame: pd.DataFrame, missing_codes: Collection[float] = ()) -> NDArray[np.float64]:
    """A frame as floats; text is read as numbers or refused by column, row and value."""
    import numpy as np

    columns = [_column(frame[name], str(name)) for name in frame.columns]
    data = np.column_stack(columns) if columns else np.empty((len(frame), 0))
    return _without_codes(data, missing_codes)


def _column(column: pd.Series[Any], name: str) -> NDArray[np.float64]:
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        texts = column.astype("str").str.strip()
        absent = column.isna() | texts.str.casefold().isin(MISSING_TEXTS)
        numbers = pd.to_numeric(texts.where(~absent), errors="coerce")
        values = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = np.isnan(values) & ~absent.to_numpy(dtype=bool)
        if wrong.any():
            place = int(wrong.argmax())
            raise _not_a_number(name, column.index[place], texts.iloc[place])
    beyond = _beyond(values)
    if beyond.any():
        place = int(beyond.argmax())
        raise _unusable(name, column.index[place], float(values[place]))
    return values


def _beyond(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    import numpy as np

    size = np.abs(values)
    return (size > LARGEST) | ((size < LEAST) & (size > 0))


def _unusable(column: str, row: object, value: float) -> SurveyError:
    if math.isinf(value):
        return _not_a_number(column, row, value)
    if abs(value) < LEAST:
        return unusable(
            "too_small_a_number",
            f"column:{column}",
            N_('Column "{column}", row {row}: {value:g} is too near 0 to compute with.'),
            column=column, row=row, value=value,
        )  # fmt: skip
    return unusable(
        "too_large_a_number",
        f"column:{column}",
        N_('Column "{column}", row {row}: {value:g} is too large to compute with.'),
        column=column, row=row, value=value,
    )  # fmt: skip


def _not_a_number(column: str, row: object, value: object) -> SurveyError:
    return unusable(
        "not_a_number",
        f"column:{column}",
        N_('Column "{column}", row {row}: "{value}" is not a number.'),
        column=column, row=row, value=str(value)[:40],
    )  # fmt: skip


def _without_codes(data: NDArray[Any], codes: Collection[float]) -> NDArray[Any]:
    import numpy as np

    if codes:
        data = data.astype(np.float64)
        data[np.isin(data, list(codes))] = np.nan
    return data


def _check_parquet(path: Path, columns: Sequence[str]) -> None:
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            known_columns(file.schema_arrow.names, columns)
    except (pyarrow.ArrowException, OSError):
        read_frame(path, columns)  # says what is wrong with the file


def _parquet_blocks(
    path: Path,
    columns: list[str],
    codes: Collection[float],
    groups: list[int] | None = None,
    before: int = 0,
) -> Iterator[NDArray[Any]]:
    import numpy as np
    import pyarrow
    import pyarrow.parquet

    first_row = before + 1
    with pyarrow.parquet.ParquetFile(path, memory_map=True) as file:
        for batch in file.iter_batches(_BATCH, row_groups=groups, columns=columns):
            batch = batch.select(columns)
            small = _small_integers(batch) if not codes else None
            yield _without_codes(_floats(batch, first_row), codes) if small is None else small
            first_row += batch.num_rows
    if first_row == before + 1:
        yield np.empty((0, len(columns)))


def _small_integers(batch: Any) -> NDArray[np.int8] | None:
    import numpy as np
    import pyarrow

    if any(column.type != pyarrow.int8() or column.null_count for column in batch.columns):
        return None
    block = np.empty((batch.num_rows, batch.num_columns), np.int8, order="F")
    for place, column in enumerate(batch.columns):
        block[:, place] = column.to_numpy()
    return block


def _floats(batch: Any, first_row: int) -> NDArray[np.float64]:
    import numpy as np
    import pyarrow

    block = np.empty((batch.num_rows, batch.num_columns), order="F")
    for place, column in enumerate(batch.columns):
        if pyarrow.types.is_integer(column.type) or pyarrow.types.is_floating(column.type):
            block[:, place] = column.cast(pyarrow.float64(), safe=False).to_numpy(
                zero_copy_only=False
            )
            _refuse_beyond(block[:, place], batch.schema.names[place], first_row)
        else:
            series = column.to_pandas()
            series.index += first_row
            block[:, place] = _column(series, batch.schema.names[place])
    return block


def _refuse_beyond(values: NDArray[np.float64], name: str, first_row: int) -> None:
    beyond = _beyond(values)
    if beyond.any():
        place = int(beyond.argmax())
        raise _unusable(name, first_row + place, float(values[place]))
