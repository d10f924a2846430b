"""Alpha, KMO and Bartlett against the floor: one numpy `X.T @ X` of the same matrix.

Times are medians of CPU time, one thread. The ratio is taken against floors measured in turn with
the job, so that a busy machine slows both. Memory is the peak beyond the data: numpy's and
Arrow's own allocations. `target` is what the job must stay below.

R psych runs where Rscript and it are installed, timed by R itself and set against numpy's floor,
since Debian's R may come with a slow BLAS of its own (its crossprod is a row of the table);
factor_analyzer where it can be imported: in the same run, so that all see the same machine. Neither
is a dependency. `PEERS=/path/to/site-packages` adds a folder to look in.
"""

from __future__ import annotations

import importlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks._report import report
from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.reliability import reliability
from surveyapp.tabular.numbers import numeric_blocks

SIZES = ((100_000, 10), (1_000_000, 50))
ROUNDS = 5
R_ROUNDS = 1
"""psych's alpha of 1M x 50 takes minutes."""
R_SCRIPT = Path(__file__).with_name("_psych.R")
Job = Callable[[], object]


def answers(n: int, k: int) -> np.ndarray:
    """One factor plus noise on a 1 to 5 scale."""
    rng = np.random.default_rng(1)
    factor = rng.standard_normal((n, 1), dtype=np.float32)
    noise = rng.standard_normal((n, k), dtype=np.float32)
    scale: np.ndarray = np.clip(np.rint(3 + factor + noise), 1, 5).astype(np.int8)
    return scale


def with_gaps(data: np.ndarray, share: float) -> np.ndarray:
    gaps = data.astype(float)
    gaps[np.random.default_rng(2).random(gaps.shape, dtype=np.float32) < share] = np.nan
    return gaps


def cpu(job: Job) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def peak(job: Job) -> float:
    """Megabytes beyond what was there before."""
    usual = pyarrow.default_memory_pool()
    pool = pyarrow.proxy_memory_pool(usual)  # counts from zero
    pyarrow.set_memory_pool(pool)
    tracemalloc.start()
    job()
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    pyarrow.set_memory_pool(usual)
    return float(top + (pool.max_memory() or 0)) / 2**20


def measure(name: str, size: str, job: Job, floor: Job, target: float | None) -> dict[str, Any]:
    job()
    pairs = [(cpu(floor), cpu(job)) for _ in range(ROUNDS)]
    ratio = statistics.median(own for _, own in pairs) / statistics.median(low for low, _ in pairs)
    return {
        "job": name,
        "size": size,
        "cpu_ms": round(1000 * statistics.median(own for _, own in pairs), 2),
        "ratio": round(ratio, 2),
        "target": target,
        "peak_mb": round(peak(job), 1),
    }


def jobs(data: np.ndarray, folder: Path) -> dict[str, tuple[Job, float | None]]:
    """Name → job and its target ratio at 1M x 50."""
    k = data.shape[1]
    items = [f"q{number}" for number in range(k)]
    X, gaps, frame = data.astype(float), with_gaps(data, 0.05), pd.DataFrame(data.astype(float))
    path = folder / f"{data.shape[0]}x{k}.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({item: data[:, place] for place, item in enumerate(items)}), path
    )
    import pingouin

    return {
        "alpha, all deletions": (lambda: reliability(gather(X), items), 1.5),
        "KMO and Bartlett": (lambda: dimensionality(gather(X), items), 1.5),
        "alpha from int8": (lambda: reliability(gather(data), items), 1.5),
        "alpha, 5 % missing, pairwise": (lambda: reliability(gather(gaps), items), 4.0),
        "alpha from Parquet": (
            lambda: reliability(gather(numeric_blocks(path, items)()), items),
            3.5,
        ),
        "numpy.cov": (lambda: np.cov(X, rowvar=False), None),
        "pandas.cov": (lambda: frame.cov(), None),
        "pingouin alpha alone": (lambda: pingouin.cronbach_alpha(frame), None),
    }


def factor_jobs(data: np.ndarray) -> dict[str, Job]:
    """factor_analyzer's KMO and Bartlett, where it can be imported."""
    sys.path.extend(filter(None, [os.environ.get("PEERS")]))  # behind our own packages
    try:
        module = importlib.import_module("factor_analyzer.factor_analyzer")
    except ImportError:
        return {}
    frame = pd.DataFrame(data.astype(float))
    return {
        "factor_analyzer KMO": lambda: module.calculate_kmo(frame),
        "factor_analyzer Bartlett": lambda: module.calculate_bartlett_sphericity(frame),
    }


def psych(data: np.ndarray, size: str, folder: Path) -> list[dict[str, Any]]:
    """psych's times as ratios to numpy's floor; nothing without R and psych."""
    if shutil.which("Rscript") is None:
        return []
    path = folder / "answers.bytes"
    data.T.tofile(path)
    words = ["Rscript", str(R_SCRIPT), str(path), str(data.shape[1]), str(R_ROUNDS)]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(words, env=one_thread, capture_output=True, text=True, check=False)
    X = data.astype(float)
    low = statistics.median(cpu(lambda: X.T @ X) for _ in range(ROUNDS))
    rows = []
    for line in done.stdout.splitlines():
        name, own = line.split("\t")
        ratio = round(float(own) / low, 2)
        told = {"job": name, "size": size, "cpu_ms": round(1000 * float(own), 2), "ratio": ratio}
        rows.append({**told, "target": None, "peak_mb": None})
    return rows


def main() -> None:
    rows = []
    with threadpool_limits(1), tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for n, k in SIZES:
            data = answers(n, k)
            X = data.astype(float)
            size = f"{n // 1000}k x {k}"
            for name, (job, target) in jobs(data, Path(folder)).items():
                limit = target if k == 50 else None
                rows.append(measure(name, size, job, lambda X=X: X.T @ X, limit))  # type: ignore[misc]
            for name, job in factor_jobs(data).items():
                rows.append(measure(name, size, job, lambda X=X: X.T @ X, None))  # type: ignore[misc]
            rows += psych(data, size, Path(folder))
    report("reliability", rows)


if __name__ == "__main__":
    main()
