"""Parquet: typed columns, null for blanks, the codebook as JSON in the schema's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from surveyapp.datasets.exports.checking import Progress, differs
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.table import arrow_type

if TYPE_CHECKING:
    import pyarrow as pa


def write(path: Path, content: Content, progress: Progress) -> None:
    """Write block by block, a row group each."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, _schema(content), compression="zstd") as file:
        for batch in _batches(content, progress):
            file.write_batch(batch)


def check(path: Path, content: Content, progress: Progress) -> None:
    """Read each row group back and compare it whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        if not file.schema_arrow.equals(_schema(content), check_metadata=True):
            raise differs(path, 0, "schema")
        if file.metadata.num_rows != len(content):
            raise differs(path, file.metadata.num_rows, "row")
        row = 0
        for number, batch in enumerate(_batches(content, progress)):
            read = file.read_row_group(number).combine_chunks()
            wanted = pa.Table.from_batches([batch])
            for name in wanted.column_names:
                if read[name].to_pylist() != wanted[name].to_pylist():
                    raise differs(path, row + 1, name)
            row += len(batch)


def _schema(content: Content) -> pa.Schema:
    import pyarrow as pa

    book = [v.content() for v in content.columns]
    metadata = {
        "codebook": json.dumps(book, ensure_ascii=False),
        "dataset": content.data.hash,
        "cleaning_log": json.dumps(content.log, ensure_ascii=False),
    }
    return pa.schema([(v.name, arrow_type(v)) for v in content.columns], metadata=metadata)


def _batches(content: Content, progress: Progress) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    schema, done = _schema(content), 0
    for block in content.blocks():
        progress.report(progress.step, done, progress.total)
        arrays = [
            pa.array(cells, field.type) if not pa.types.is_dictionary(field.type)
            else pa.array(cells, pa.string()).dictionary_encode().cast(field.type)
            for cells, field in zip(block, schema, strict=True)
        ]  # fmt: skip
        yield pa.record_batch(arrays, schema=schema)
        done += len(block[0])
    progress.report(progress.step, progress.total, progress.total)
