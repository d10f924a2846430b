"""Size: a scale of 10,000,000 x 50 from Parquet, and exports of wide and long studies.

Each job runs in a process of its own; memory is that process's peak resident size (pages of the
mapped file included), time its CPU time. `limit` is what must not be passed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks._report import report
from benchmarks.reliability import answers

ANALYSED = (10_000_000, 50)
EXPORTED = ((100_000, 32), (300_000, 300))
LIMITS: dict[str, tuple[float | None, float]] = {
    "analyse 10,000,000 x 50": (None, 1024),
    "export 100,000 x 32": (1.5, 1024),
    "export 300,000 x 300": (None, 1024),
}
"""Job → CPU seconds, megabytes."""


def table_file(path: Path, n: int, k: int) -> list[str]:
    """A Parquet file of n x k bytes, written in groups of 500,000 rows; its column names."""
    names = [f"q{i:02d}" for i in range(k)]
    schema = pa.schema([(name, pa.int8()) for name in names])
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for start in range(0, n, 500_000):
            block = answers(min(500_000, n - start), k)
            file.write_table(pa.table([pa.array(c) for c in block.T], schema=schema))
    return names


def exported(n: int, k: int, folder: Path) -> None:
    """Write n responses with k answers as CSV, without what comes beside it; print CPU seconds."""
    import time

    from surveyapp.datasets.about import SCREENING, about_of
    from surveyapp.datasets.codebook import codebook
    from surveyapp.datasets.exports import csv_file
    from surveyapp.datasets.exports.checking import Progress
    from surveyapp.datasets.exports.content import Content
    from surveyapp.datasets.table import Dataset, arrow_type
    from surveyapp.designer.document import Document

    wanted = k - len(about_of(())) - len(SCREENING) if k > 100 else k
    items = [{"id": f"i{i:03d}", "label": {"en": str(i)}} for i in range(wanted)]
    grids = [
        {"id": f"g{at:02d}", "type": "likert_grid", "scale": {"points": 5}, "items": part}
        for at, part in enumerate(items[s : s + 20] for s in range(0, wanted, 20))
    ]
    document = Document.model_validate({"pages": [{"id": "p", "questions": grids}]})
    book = codebook({1: document}, about_of([document]))
    random = np.random.default_rng(1)
    columns = []
    for v in book.variables:
        kind = arrow_type(v)
        if v.kind == "scale":
            columns.append(pa.array(random.integers(1, 6, n).astype(np.int8)))
        elif v.name == "response":
            columns.append(pa.array(np.arange(1, n + 1)))
        elif v.name in ("started_at", "completed_at"):
            moments = np.datetime64("2026-03-02T01:00:00") + random.integers(0, 10**7, n)
            columns.append(pa.array([f"{m!s}+08:00".replace("T", " ") for m in moments]))
        elif kind == pa.string():
            columns.append(pa.array(["上海"] * n))
        elif kind == pa.float64():
            columns.append(pa.array(np.round(random.random(n) * 300, 3)))
        else:
            columns.append(pa.array(np.ones(n), pa.float64()).cast(kind))
    table = pa.table(columns, names=[v.name for v in book.variables])
    reasons = pa.table({v.name: pa.array(np.zeros(n, np.int8)) for v in book.answers})
    data = Dataset("size", "Asia/Shanghai", "en", book, table, reasons, {1: document})
    content = Content(data, {}, {}, (), "en")
    path, progress = folder / "size.csv", Progress(lambda *_: None, "", n)
    content.weights  # noqa: B018 - belongs to the study, not to the file
    began = time.process_time()
    csv_file.write(path, content, progress)
    written = time.process_time()
    csv_file.check(path, content, progress)
    checked = time.process_time()
    told = {"cpu": written - began, "check": checked - written, "bytes": path.stat().st_size}
    sys.stdout.write(json.dumps(told))


def measured(job: str, command: list[str]) -> dict[str, Any]:
    """Run the command; its CPU seconds (or those that it tells) and its peak."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said, trouble = process.stdout, process.stderr
    assert said is not None
    assert trouble is not None
    text, error = said.read(), trouble.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(error)
    told = json.loads(text)
    seconds = told.get("cpu", used.ru_utime + used.ru_stime)
    cpu, memory = LIMITS[job]
    return {
        "job": job,
        "cpu_s": round(seconds, 2),
        "check_s": round(told.get("check", 0), 2),
        "limit_s": cpu,
        "peak_mb": round(used.ru_maxrss / 1024),
        "limit_mb": memory,
    }


def main() -> None:
    """Measure and report."""
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for n, k in EXPORTED:
            call = f"from benchmarks.size import *; exported({n}, {k}, Path({place!r}))"
            rows.append(measured(f"export {n:,} x {k}", ["-c", call]))
        n, k = ANALYSED
        file = folder / "big.parquet"
        names = ",".join(table_file(file, n, k))
        command = ["-m", "flask", "--app", "wsgi", "analyse", str(file), "--items", names]
        rows.append(measured(f"analyse {n:,} x {k}", [*command, "--format", "json"]))
    report("size", rows)


if __name__ == "__main__":
    main()
