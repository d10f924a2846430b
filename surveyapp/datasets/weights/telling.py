"""What a study's weights are, step by step, and what each step does to the headline: plain JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from surveyapp.datasets.scoring import dimension_scores, nps_values, total_scores
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import Weighting, as_json, spread_of
from surveyapp.datasets.weights.chain import Chain, Step
from surveyapp.jobs.refusals import as_stored
from surveyapp.stats.sampling.weights import kish

Json = dict[str, Any]
MOST = 200
"""Lines of classes that a report shows; the widest factors come first."""


def told(data: Dataset, weights: Weighting) -> Json:
    """recipe: its hash; sample: status → drawn customers; unweighted: the headline when every
    answer counts the same; steps: key, n, sum, weights (least, median, most), deff, effective
    (Kish), total and nps under the weights so far, findings, and what the step says of itself.
    """
    scored = total_scores(data, dimension_scores(data))
    outcomes = {"total": (scored, (0.0, 100.0)), "nps": (nps_values(data), (-100.0, 100.0))}
    known = {name: one for name, one in outcomes.items() if one[0] is not None}
    same = Step("unweighted", np.ones(len(weights.weights)), {})
    return {
        "recipe": data.weighing.recipe.hash,
        "sample": _sample(data),
        "unweighted": _headline(weights, same, known),
        "steps": [_step(weights, one, known) for one in weights.chain.steps],
    }


def _sample(data: Dataset) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for cell in data.weighing.cells:
        counts.update(cell.counts)
    return dict(counts)


def _step(weights: Weighting, step: Step, outcomes: Any) -> Json:
    w, cost = step.weights, kish(step.weights.tolist())
    shown = dict(step.told)
    if "classes" in shown:
        lines = sorted(shown["classes"], key=lambda one: -(one["factor"] or np.inf))
        shown |= {"classes": lines[:MOST], "more": max(len(lines) - MOST, 0)}
    return {
        "key": step.key,
        "answers": len(w),
        "sum": float(w.sum()),
        "weights": spread_of(w),
        "deff": cost.deff if cost else None,
        "effective": cost.n_effective if cost else None,
        **_headline(weights, step, outcomes),
        **shown,
        "findings": [as_stored(finding) for finding in step.findings],
    }


def _headline(weights: Weighting, step: Step, outcomes: Any) -> Json:
    """Under the weights of a step."""
    own = replace(weights, chain=Chain((step,)))
    return {name: as_json(own.estimate(values, ends)) for name, (values, ends) in outcomes.items()}
