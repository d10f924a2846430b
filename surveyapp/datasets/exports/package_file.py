"""A Frictionless data package: the files of an export with their schema and checksums.

Source: https://specs.frictionlessdata.io (data package, data resource, table schema).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.exports.checking import differs
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.variable import Variable

_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "sav": "application/x-spss-sav",
    "dta": "application/x-stata-dta",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
_TYPES = {"scale": "integer", "indicator": "integer", "rank": "integer", "number": "number",
          "date": "date"}  # fmt: skip


def write(path: Path, content: Content, files: Sequence[tuple[str, Path]]) -> None:
    """Describe the files (kind, path); the first holds the data."""
    package = {
        "profile": "data-package",
        "name": path.stem.lower(),
        "title": content.data.title,
        "id": content.data.hash,
        "resources": [_resource(kind, file) for kind, file in files],
    }
    package["resources"][0]["schema"] = _schema(content)  # type: ignore[index]
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1), encoding="utf-8")


def check(path: Path, files: Sequence[tuple[str, Path]]) -> None:
    """Read back: every file is there with its checksum."""
    read = json.loads(path.read_text(encoding="utf-8"))
    found = [(one["path"], one["hash"]) for one in read["resources"]]
    if found != [(file.name, _hash(file)) for _, file in files]:
        raise differs(path, 0, "resources")


def _resource(kind: str, file: Path) -> dict[str, Any]:
    ending = file.suffix[1:]
    return {
        "name": "data" if kind == ending else kind,
        **({"profile": "tabular-data-resource"} if ending == "csv" else {}),
        "path": file.name,
        "format": ending,
        "mediatype": _MEDIA[ending],
        "encoding": "utf-8",
        "bytes": file.stat().st_size,
        "hash": _hash(file),
    }


def _hash(file: Path) -> str:
    return f"sha256:{digest_of(file)}"


def _schema(content: Content) -> dict[str, Any]:
    fields = [_field(v, content.language) for v in content.columns]
    return {"fields": fields, "primaryKey": "response", "missingValues": [""]}


def _field(v: Variable, language: str) -> dict[str, Any]:
    kind = v.type if v.kind == "about" else _TYPES.get(v.kind, "string")
    found: dict[str, Any] = {
        "name": v.name,
        "type": "string" if kind == "text" else kind,
        "title": v.text(language),
    }
    limits = {"minimum": v.low, "maximum": v.high} if v.kind in ("scale", "number") else {}
    allowed: dict[str, Any] = {name: limit for name, limit in limits.items() if limit is not None}
    if v.kind == "choice" and v.values:
        allowed["enum"] = [code for code, _ in v.values]
    return {**found, "constraints": allowed} if allowed else found
