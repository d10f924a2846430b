"""Import invented customers into SQLite: seconds in all, seconds of ciphers, memory.

Targets: 5,842 rows under 2 s, 100,000 within 10 s, 1,000,000 within 2 minutes, encryption
included, in memory that does not grow with the file but for 70 bytes per number. `cpu_s` is what
counts on a machine that does other things as well.
"""

from __future__ import annotations

import csv
import resource
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import config
from benchmarks._report import report
from surveyapp import create_app
from surveyapp.customers import generator, mapping
from surveyapp.customers.importing import import_rows
from surveyapp.customers.rejects import Rejects
from surveyapp.database import db, vault
from surveyapp.languages import explain
from surveyapp.tabular.table import open_rows

SIZES = (5_842, 100_000, 1_000_000)


def write_file(path: Path, n: int) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(generator.HEADER)
        writer.writerows(generator.generate(n, today=date.today()))  # noqa: DTZ011


def import_file(path: Path) -> tuple[float, float]:
    """Wall and processor seconds of one import."""
    wall, cpu = time.perf_counter(), time.process_time()
    rejected = path.with_suffix(".rejects")
    with open_rows(path) as table, Rejects(rejected, table.header, explain, sealed=True) as bad:
        outcome = import_rows(table, mapping.guess(table.header), bad, lambda *_: None)
    assert outcome.rejected == 0
    return time.perf_counter() - wall, time.process_time() - cpu


def cipher_seconds(n: int) -> float:
    """Processor seconds of the encryption and the look-up hash alone."""
    cpu = time.process_time()
    for _ in range(n):
        vault.encrypt("+8613800138000", "customer.phone")
        vault.encrypt("王小明", "customer.name")
        vault.fingerprint("+8613800138000", "phone")
    return time.process_time() - cpu


def measure(n: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.load({"INSTANCE_PATH": folder}))
        path = Path(folder) / "customers.csv"
        write_file(path, n)
        with app.app_context():
            db.create_all()
            ciphers = cipher_seconds(n)
            rows = [row(step, n, *import_file(path), ciphers) for step in ("first", "again")]
            db.session.remove()
            db.engine.dispose()
    return rows


def row(step: str, n: int, wall: float, cpu: float, ciphers: float) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "import": step,
        "rows": n,
        "wall_s": wall,
        "cpu_s": cpu,
        "cipher_share": ciphers / cpu if step == "first" else None,
        "peak_mb": peak,
    }


def main() -> None:
    report("customers_import", [line for n in SIZES for line in measure(n)])
