"""Responses as a columnar table: one row per response, one typed column per codebook variable.

Arrow keeps it compact (a Likert answer is one byte), so 300,000 answers × 300 questions fit in a
few hundred megabytes. Nothing here knows a database; `gather` brings the rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from surveyapp.datasets.about import FINISHED, about_of
from surveyapp.datasets.blanks import NOT_REACHED
from surveyapp.datasets.codebook import Codebook, codebook
from surveyapp.datasets.reading import Reader, Row, Seen
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weights.sample import BY_STRATA, Weighing
from surveyapp.designer.document import Document
from surveyapp.designer.mapping import Mappings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

BLOCK = 2000
"""Rows that are turned into columns at a time."""


@dataclass(frozen=True)
class Dataset:
    """A study's answers. table: a column per variable, null where blank; reasons: for each
    answer column why (ANSWERED, UNANSWERED, OFF_PATH, NOT_ASKED), int8. Rows by response id.
    weighing: what its weights are made by.
    """

    title: str
    timezone: str
    language: str
    codebook: Codebook
    table: pa.Table
    reasons: pa.Table
    versions: Mapping[int, Document] = field(default_factory=dict, repr=False)
    weighing: Weighing = BY_STRATA

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def newest(self) -> Document:
        """The newest version of the questionnaire: what is scored, how, by which weights."""
        return self.versions[max(self.versions)] if self.versions else Document()

    @property
    def ids(self) -> list[int]:
        """Response ids, ascending."""
        return [int(i) for i in self.table["response"].to_pylist()]

    def floats(self, name: str) -> NDArray[np.float64]:
        """A numeric column, NaN where blank."""
        import numpy as np
        import pyarrow as pa

        column = self.table[name].cast(pa.float64()).combine_chunks()
        values: NDArray[np.float64] = column.to_numpy(zero_copy_only=False)
        return np.asarray(values, dtype=np.float64)

    def matrix(self, variables: Iterable[Variable], *, keyed: bool = True) -> NDArray[np.float64]:
        """Rows × variables, NaN where blank; keyed: reverse items turned to low + high - x."""
        import numpy as np

        columns = [
            v.low + v.high - self.floats(v.name)
            if keyed and v.reverse and v.low is not None and v.high is not None
            else self.floats(v.name)
            for v in variables
        ]
        return np.column_stack(columns) if columns else np.empty((len(self), 0))

    def only(self, keep: NDArray[np.bool_]) -> Dataset:
        """The rows for which `keep` is true."""
        import pyarrow as pa

        mask = pa.array(keep)
        table, reasons = self.table.filter(mask), self.reasons.filter(mask)
        return replace(self, table=table, reasons=reasons)

    @cached_property
    def computed(self) -> dict[str, Any]:
        """What was computed of it once, by name: a dataset never changes."""
        return {}

    @cached_property
    def hash(self) -> str:
        """SHA-256 over codebook, values and reasons, independent of how rows are chunked."""
        digest = hashlib.sha256(self.codebook.hash.encode())
        for table in (self.table, self.reasons):
            for name in table.column_names:
                digest.update(json.dumps([name, str(table[name].type)]).encode())
                for chunk in _content(table[name]):
                    digest.update(chunk)
        return digest.hexdigest()


def _content(column: pa.ChunkedArray) -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type):
        for text in column.to_pylist():
            data = b"\xff" if text is None else text.encode()
            yield b"%d:" % len(data) + data
        return
    if pa.types.is_dictionary(column.type):
        for chunk in column.chunks[:1]:
            yield json.dumps(chunk.dictionary.to_pylist()).encode()
        column = pa.chunked_array([chunk.indices for chunk in column.chunks], pa.int16())
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    yield column.is_valid().combine_chunks().to_numpy(zero_copy_only=False).tobytes()
    yield pc.fill_null(column, 0).combine_chunks().to_numpy(zero_copy_only=False).tobytes()


def build(
    rows: Iterable[Row],
    versions: Mapping[int, Document],
    *,
    title: str = "",
    timezone: str = "UTC",
    language: str = "",
    about: tuple[Variable, ...] | None = None,
    mappings: Mappings | None = None,
    weighing: Weighing = BY_STRATA,
) -> Dataset:
    """The dataset of the rows, which must come by ascending id; `mappings` as in `codebook`."""
    import pyarrow as pa

    book = codebook(versions, about or about_of(versions.values()), mappings)
    if FINISHED in book.variables:
        book = book.with_blank(NOT_REACHED)
    values_schema = pa.schema([(v.name, arrow_type(v)) for v in book.variables])
    reasons_schema = pa.schema([(v.name, pa.int8()) for v in book.answers])
    values: list[pa.RecordBatch] = []
    reasons: list[pa.RecordBatch] = []
    plan = [Reader(v, ZoneInfo(timezone)) for v in book.variables]
    for block in _blocks(Seen(row, versions[row.version]) for row in rows):
        columns = [reader.read(block) for reader in plan]
        arrays = [_array(v, c) for v, (c, _) in zip(book.variables, columns, strict=True)]
        values.append(pa.record_batch(arrays, schema=values_schema))
        kept = [why for v, (_, why) in zip(book.variables, columns, strict=True) if v.is_answer]
        reasons.append(
            pa.record_batch([pa.array(why, pa.int8()) for why in kept], schema=reasons_schema)
        )
    return Dataset(
        title,
        timezone,
        language or (versions[max(versions)].default_language if versions else "zh-Hans"),
        book,
        pa.Table.from_batches(values, values_schema),
        pa.Table.from_batches(reasons, reasons_schema),
        versions,
        weighing,
    )


def arrow_type(variable: Variable) -> pa.DataType:
    """How a column is kept."""
    import pyarrow as pa

    kinds = {
        "choice": pa.dictionary(pa.int16(), pa.string()),
        "indicator": pa.int8(),
        "scale": pa.int8(),
        "rank": pa.int16(),
        "date": pa.date32(),
        "number": pa.float64(),
        "text": pa.string(),
        "integer": pa.int64(),
    }
    return kinds[variable.type if variable.kind == "about" else variable.kind]


def _array(variable: Variable, values: list[Any]) -> pa.Array:
    import pyarrow as pa

    if variable.kind != "choice":
        return pa.array(values, arrow_type(variable))
    codes = [str(code) for code, _ in variable.values]
    index = {code: i for i, code in enumerate(codes)}
    indices = pa.array([index.get(value) for value in values], pa.int16())
    return pa.DictionaryArray.from_arrays(indices, pa.array(codes, pa.string()))


def _blocks(seen: Iterable[Seen]) -> Iterator[list[Seen]]:
    block: list[Seen] = []
    for one in seen:
        block.append(one)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block
