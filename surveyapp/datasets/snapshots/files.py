"""A data set with its screening as files, and read from them with every checksum compared.

`values.parquet` and `reasons.parquet` (why a cell is blank), `codebook.csv` in both languages,
`screening.json` (flags, exclusions, cleaning log), and `manifest.json`, whose checksum covers all.
Knows no database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.exports import csv_file
from surveyapp.datasets.exports.content import CODEBOOK_HEADER, Content
from surveyapp.datasets.exports.names import spss_names
from surveyapp.datasets.snapshots import stored_codebook
from surveyapp.datasets.table import Dataset, arrow_type
from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weights.sample import weighing_of
from surveyapp.designer.document import Document
from surveyapp.findings import N_, Finding, SurveyError

if TYPE_CHECKING:
    import pyarrow as pa

MANIFEST = "manifest.json"
FORMAT = 1
ROWS = 100_000
"""Rows of a group in the columnar files."""


def write(folder: Path, content: Content, watermark: Mapping[str, Any]) -> str:
    """Write into the (empty) folder, read it back, and give the manifest's SHA-256.

    Raises SurveyError `snapshot.changed` when what was read is not what was to be kept.
    """
    data = content.data
    _parquet(folder / "values.parquet", data.table)
    _parquet(folder / "reasons.parquet", data.reasons)
    screening = {
        "flags": sorted(content.flags.items()),
        "excluded": sorted(content.excluded.items()),
        "log": content.log,
    }
    _json(folder / "screening.json", screening)
    names = spss_names([v.name for v in content.columns])
    csv_file.write_table(folder / "codebook.csv", CODEBOOK_HEADER, content.codebook_rows(names))
    manifest = {
        "format": FORMAT,
        "title": data.title,
        "timezone": data.timezone,
        "language": data.language,
        "rows": len(data),
        "dataset": data.hash,
        "watermark": dict(watermark),
        "weighing": data.weighing.as_json(),
        "codebook": stored_codebook.as_json(data.codebook),
        "versions": {str(n): json.loads(d.model_dump_json()) for n, d in data.versions.items()},
        "files": {path.name: digest_of(path) for path in sorted(folder.iterdir())},
    }
    _json(folder / MANIFEST, manifest)
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    found = digest_of(folder / MANIFEST)
    back = read(folder, found)
    kept = dict(content.flags), dict(content.excluded), content.log
    if (back.flags, back.excluded, back.log) != kept:
        raise _changed(folder, "screening.json")
    return found


def read(folder: Path, sha256_of_manifest: str) -> Content:
    """What was frozen. Raises SurveyError `snapshot.changed` where a byte differs, and
    `snapshot.gone` where a file is not there.
    """
    for name in changed(folder, sha256_of_manifest):
        raise _changed(folder, name)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    book = stored_codebook.from_json(manifest["codebook"])
    data = Dataset(
        manifest["title"],
        manifest["timezone"],
        manifest["language"],
        book,
        _typed(_table(folder / "values.parquet"), book.variables),
        _table(folder / "reasons.parquet"),
        {int(n): Document.model_validate(d) for n, d in manifest["versions"].items()},
        weighing_of(manifest.get("weighing")),
    )
    if data.hash != manifest["dataset"]:
        raise _changed(folder, "values.parquet")
    screening = json.loads((folder / "screening.json").read_text(encoding="utf-8"))
    log = tuple(tuple(line) for line in screening["log"])
    return Content(data, dict(screening["flags"]), dict(screening["excluded"]), log, data.language)


def changed(folder: Path, sha256_of_manifest: str) -> list[str]:
    """The files whose bytes are not those that were kept. Raises SurveyError `snapshot.gone`."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise _gone(folder, MANIFEST)
    if digest_of(manifest) != sha256_of_manifest:
        return [MANIFEST]
    kept: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    for name in kept:
        if not (folder / name).is_file():
            raise _gone(folder, name)
    return [name for name, digest in kept.items() if digest_of(folder / name) != digest]


def _parquet(path: Path, table: pa.Table) -> None:
    """Choices are kept as their codes in words: readable by whatever reads Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plain = [
        pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type)
        for f in table.schema
    ]
    pq.write_table(table.cast(pa.schema(plain)), path, compression="zstd", row_group_size=ROWS)


def _table(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path).read()


def _typed(table: pa.Table, variables: tuple[Variable, ...]) -> pa.Table:
    """Choices with the codebook's codes in its order, as `table.build` makes them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for place, variable in enumerate(variables):
        if variable.kind != "choice":
            continue
        codes = pa.array([str(code) for code, _ in variable.values], pa.string())
        chunks = [
            pa.DictionaryArray.from_arrays(
                pc.index_in(chunk, value_set=codes).cast(pa.int16()), codes
            )
            for chunk in table.column(place).chunks
        ]
        column = pa.chunked_array(chunks if len(table) else [], arrow_type(variable))
        table = table.set_column(place, variable.name, column)
    return table


def _json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    path.write_bytes(text.encode())


def _changed(folder: Path, name: str) -> SurveyError:
    template = N_("The snapshot's file {name} is not what was kept: it was changed since.")
    return SurveyError(
        Finding("snapshot.changed", f"file:{folder.name}/{name}", template, {"name": name})
    )


def _gone(folder: Path, name: str) -> SurveyError:
    template = N_("The snapshot's file {name} is not there any more.")
    return SurveyError(
        Finding("snapshot.gone", f"file:{folder.name}/{name}", template, {"name": name})
    )
