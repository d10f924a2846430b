"""How long ten thousand codes take: symbols, sheets of labels, pictures, and receipt codes.

Everything that a job does but the database: addresses of the usual length, four stores, both
languages. Files are written to disk; memory is the peak of the process so far.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks._report import report
from surveyapp.database import vault
from surveyapp.distribution import codes, receipt_codes
from surveyapp.distribution.labels.formats import FORMATS
from surveyapp.distribution.labels.layout import Label
from surveyapp.distribution.labels.matrices import matrices
from surveyapp.distribution.labels.pictures import write_pictures
from surveyapp.distribution.labels.sheets import write_sheets

N = 10_000
BASE = "https://survey.example.com/q/"
STORES = ("上海南京西路店", "杭州湖滨银泰旗舰店（三楼）", "Chengdu Taikoo Li", "徐汇店")
PLACES = ("收据", "Service slip", "购物袋")


def labels(n: int, base: str = BASE) -> list[Label]:
    found = []
    for i in range(n):
        code = codes.new_code()
        store, place = STORES[i % len(STORES)], PLACES[i % len(PLACES)]
        found.append(Label(base + code, store, place, codes.readable(code)))
    return found


def measured(what: str, n: int, work: Callable[[Path], object]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        began = time.perf_counter()
        work(path)
        seconds = time.perf_counter() - began
        size = path.stat().st_size / 1e6 if path.exists() else None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"what": what, "codes": n, "seconds": seconds, "MB": size, "peak MB": peak}


def sheets(found: Sequence[Label], size: str) -> Callable[[Path], object]:
    def work(path: Path) -> None:
        with path.open("wb") as file:
            write_sheets(file, found, FORMATS[size], 0, lambda *_: None)

    return work


def pictures(found: Sequence[Label], kind: str) -> Callable[[Path], object]:
    def work(path: Path) -> None:
        with path.open("wb") as file:
            write_pictures(file, found, kind, lambda *_: None)

    return work


def till(path: Path) -> None:
    rows = (f"{codes.readable(c)},{BASE}ABCD2345/{c}\n" for c in receipt_codes.codes_of(1, N))
    path.write_text("".join(rows), "utf-8")


def main() -> None:
    """Print and store the table."""
    vault.open({"b1": bytes(32)}, "benchmark")
    found = labels(N)
    addresses = [one.address for one in found]
    rows = [
        measured("symbols", N, lambda _path: sum(1 for _ in matrices(addresses))),
        *(measured(f"PDF, {size}", N, sheets(found, size)) for size in ("24", "65", "roll")),
        measured("ZIP of SVG", N, pictures(found, "svg")),
        measured("ZIP of PNG", N, pictures(found, "png")),
        measured("receipt codes, CSV", N, till),
    ]
    report("labels", rows)


if __name__ == "__main__":
    main()
