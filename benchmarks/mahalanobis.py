"""Mahalanobis flags against the floor: one numpy `X.T @ X` of the same matrix.

CPU time of one thread, the best of some rounds; floors are measured in turn with the jobs. The
target for the flags of 50 items is twice the floor; scikit-learn is the peer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.covariance import EmpiricalCovariance
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks._report import report
from surveyapp.stats.careless.distance import cut_off, far_out, mahalanobis

SIZES = ((100_000, 10), (1_000_000, 50))
ROUNDS = 5
TARGET = 2.0


def answers(n: int, k: int) -> np.ndarray:
    """One factor plus noise on a 1 to 5 scale, a byte an answer."""
    rng = np.random.default_rng(1)
    level = rng.standard_normal((n, 1), dtype=np.float32)
    noise = rng.standard_normal((n, k), dtype=np.float32)
    scale: np.ndarray = np.clip(np.rint(3 + level + noise), 1, 5).astype(np.int8)
    return scale


def scikit(X: np.ndarray) -> np.ndarray:
    distances = EmpiricalCovariance().fit(X).mahalanobis(X)
    flags: np.ndarray = distances > cut_off(X.shape[1], 0.001)
    return flags


def main() -> None:
    rows: list[dict[str, Any]] = []
    with threadpool_limits(1):
        for n, k in SIZES:
            rows += _measured(n, k)
    report("mahalanobis", rows)


def _measured(n: int, k: int) -> list[dict[str, Any]]:
    whole = answers(n, k)
    X = whole.astype(np.float64)
    jobs: dict[str, tuple[Callable[[], object], float | None]] = {
        "flags, bytes": (lambda: far_out(whole), TARGET if k == 50 else None),
        "flags, doubles": (lambda: far_out(X), None),
        "distances, doubles": (lambda: mahalanobis(X), None),
        "scikit-learn": (lambda: scikit(X), None),
    }
    rows = []
    for name, (job, target) in jobs.items():
        floors, times = [], []
        for _ in range(ROUNDS if name != "scikit-learn" else 2):
            floors.append(_cpu(lambda: X.T @ X))
            times.append(_cpu(job))
        ratio = min(times) / min(floors)
        rows.append(
            {
                "job": f"{name}, {n:,} × {k}",
                "ms": 1000 * min(times),
                "floor ms": 1000 * min(floors),
                "ratio": ratio,
                "target": target,
            }
        )
    return rows


def _cpu(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


if __name__ == "__main__":
    main()
