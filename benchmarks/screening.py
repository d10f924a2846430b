"""Screening on simulated respondents of known behaviour: who is caught, by which layer.

Per behaviour the share of its respondents that each layer flags and that the default recipe
excludes. For `genuine` these are mistakes. Precision: of the excluded, those who were not
genuine. Means over five seeds of 1,500 respondents with 20 % careless, and one mixture with 5 %.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from benchmarks._mixtures import mixture
from benchmarks._report import report
from surveyapp.datasets.screening.engine import Screening, screen
from surveyapp.datasets.screening.recipe import Recipe
from surveyapp.datasets.table import build
from surveyapp.designer.library import template

MIXTURES: dict[str, Mapping[str, int]] = {
    "20 % careless": {
        "genuine": 1200, "speeding": 75, "straight_lining": 75, "contradictory": 60,
        "random": 45, "alpha_tuned": 45,
    },
    "5 % careless": {
        "genuine": 1425, "speeding": 20, "straight_lining": 20, "contradictory": 15,
        "random": 10, "alpha_tuned": 10,
    },
    "all genuine": {"genuine": 1500},
}  # fmt: skip
SEEDS = range(101, 106)


def main() -> None:
    rows = []
    for name, counts in MIXTURES.items():
        runs = [_run(counts, seed) for seed in SEEDS]
        for kind in counts:
            rows.append({"mixture": name, "behaviour": kind, **_means(runs, kind)})
        caught = [_precision(kinds, outcome) for kinds, outcome, _ in runs]
        known = [share for share in caught if share is not None]
        rows.append(
            {
                "mixture": name,
                "behaviour": "precision of exclusions",
                "layer 1": None,
                "layer 2": None,
                "excluded": fmean(known) if known else None,
                "seconds": fmean(seconds for _, _, seconds in runs),
            }
        )
    report("screening", rows)


def _run(counts: Mapping[str, int], seed: int) -> tuple[dict[int, str], Screening, float]:
    made, kinds = mixture(counts, seed)
    data = build(made, {1: template("aftersales")}, timezone="Asia/Shanghai")
    began = time.process_time()
    outcome = screen(data, Recipe())
    return dict(enumerate(kinds, 1)), outcome, time.process_time() - began


def _means(runs: list[tuple[dict[int, str], Screening, float]], kind: str) -> dict[str, Any]:
    layers: dict[str, list[float]] = {"layer 1": [], "layer 2": [], "excluded": []}
    for kinds, outcome, _ in runs:
        members = {response for response, k in kinds.items() if k == kind}
        for layer in (1, 2):
            flagged = {hit.response for hit in outcome.hits if hit.layer == layer}
            layers[f"layer {layer}"].append(len(flagged & members) / len(members))
        layers["excluded"].append(len(members & set(outcome.excluded)) / len(members))
    return {**{name: fmean(shares) for name, shares in layers.items()}, "seconds": None}


def _precision(kinds: dict[int, str], outcome: Screening) -> float | None:
    excluded = [kinds[response] for response in outcome.excluded]
    return sum(k != "genuine" for k in excluded) / len(excluded) if excluded else None


if __name__ == "__main__":
    main()
