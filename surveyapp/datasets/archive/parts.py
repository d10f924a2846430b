"""Archive files: rows as they stand in the database, in Parquet parts under a manifest.

JSON columns are kept as the very text of the database, moments in microseconds of UTC, so that
what is restored is the same byte for byte. Knows no database and no store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveyapp.datasets.digests import digest_of
from surveyapp.findings import N_, Finding, SurveyError

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 50_000
BLOCK = 2_000
"""Rows of a block, and of a row group."""
FORMAT = 1
MANIFEST = "manifest.json"
Values = tuple[Any, ...]
Block = list[Values]


@dataclass(frozen=True)
class Column:
    """A column. kind: integer, text or moment."""

    name: str
    kind: str


@dataclass(frozen=True)
class Part:
    """One file: its name, how many rows, their first and last id, its checksum."""

    name: str
    rows: int
    first: int
    last: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    table: str
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """Of all parts."""
        return sum(part.rows for part in self.parts)

    def as_bytes(self) -> bytes:
        """As the manifest's file has it."""
        content = {
            "format": FORMAT,
            "table": self.table,
            "columns": [vars(column) for column in self.columns],
            "parts": [vars(part) for part in self.parts],
        }
        return json.dumps(content, indent=1, sort_keys=True).encode()


def manifest_of(text: bytes, sha256: str) -> Manifest:
    """Read a manifest. Raises SurveyError `archive.changed` where its checksum is another."""
    if hashlib.sha256(text).hexdigest() != sha256:
        raise changed(MANIFEST)
    stored = json.loads(text)
    columns = tuple(Column(**one) for one in stored["columns"])
    return Manifest(stored["table"], columns, tuple(Part(**one) for one in stored["parts"]))


def write(folder: Path, columns: Sequence[Column], blocks: Iterable[Block]) -> Iterator[Part]:
    """Write blocks of rows by ascending id (the first column); each part as it is finished."""
    number, waiting, rows = 0, iter(blocks), 0
    block = next(waiting, None)
    while block is not None:
        number += 1
        path = folder / f"part-{number:05d}.parquet"
        first, rows, last = block[0][0], 0, 0
        with _writer(path, columns) as file:
            while block is not None and rows < PART_ROWS:
                file.write_batch(_batch(columns, block))
                rows, last = rows + len(block), block[-1][0]
                block = next(waiting, None)
        yield Part(path.name, rows, first, last, digest_of(path))


def read(path: Path, part: Part, names: Sequence[str] | None = None) -> Iterator[Block]:
    """The rows of a part, the columns in the order of `names` (all, as written).

    Raises SurveyError `archive.changed` where a byte differs.
    """
    import pyarrow.parquet as pq

    if digest_of(path) != part.sha256:
        raise changed(part.name)
    with pq.ParquetFile(path) as file:
        wanted = names or file.schema_arrow.names
        for batch in file.iter_batches(BLOCK, columns=list(wanted)):
            columns = [batch.column(name).to_pylist() for name in wanted]
            yield list(zip(*columns, strict=True))


def changed(name: str) -> SurveyError:
    """A file that is not what was kept."""
    template = N_("The archive's file {name} is not what was kept: it was changed since.")
    return SurveyError(Finding("archive.changed", f"file:{name}", template, {"name": name}))


def _schema(columns: Sequence[Column]) -> pa.Schema:
    import pyarrow as pa

    kinds = {"integer": pa.int64(), "text": pa.string(), "moment": pa.timestamp("us", "UTC")}
    return pa.schema([(column.name, kinds[column.kind]) for column in columns])


def _writer(path: Path, columns: Sequence[Column]) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, _schema(columns), compression="zstd", compression_level=9)


def _batch(columns: Sequence[Column], block: Block) -> pa.RecordBatch:
    import pyarrow as pa

    schema = _schema(columns)
    cells = zip(*block, strict=True)
    arrays = [pa.array(list(c), field.type) for c, field in zip(cells, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)
