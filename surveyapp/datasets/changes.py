"""Now against before: each headline with the interval of its difference, under the design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from surveyapp.datasets.experience import TOP
from surveyapp.datasets.outcomes import Outcome, outcomes
from surveyapp.datasets.standings import large_enough, picked
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.weighting import weighting
from surveyapp.stats.ranking import differences
from surveyapp.stats.sampling.domains import domain_means

Json = dict[str, Any]
NOW, BEFORE = "now", "before"


def changes(data: Dataset, sides: Sequence[str | None], minimum: int) -> dict[str, Json]:
    """Outcome → difference (now - before), low, high, p, differ, before (mean then), n_before.

    sides: NOW, BEFORE or None per row. Outcomes of which one side has fewer answers than `minimum`,
    or answers that do not vary, are not in it. Besides what groups are ranked by, the shares of
    satisfied customers (in per cent) and the means of effort: `experience.` and the question.
    """
    weights = weighting(data)
    labels = [side for side, use in zip(sides, weights.use, strict=True) if use]
    found = {}
    for outcome in (*outcomes(data), *_experience(data)):
        means = domain_means(outcome.values[weights.use], labels, weights.design)
        kept = picked(means, large_enough(means, minimum))
        if set(kept.names) == {NOW, BEFORE}:
            (pair,) = differences(kept.names, kept.n, kept.means, kept.covariance, kept.df)
            then = kept.names.index(BEFORE)
            turned = 1 if pair.a == NOW else -1
            ends = sorted((turned * pair.low, turned * pair.high))
            found[outcome.id] = {
                "difference": turned * pair.difference,
                "low": ends[0],
                "high": ends[1],
                "p": pair.p_adjusted,
                "differ": pair.differ,
                "before": float(kept.means[then]),
                "n_before": int(kept.n[then]),
            }
    return found


def _experience(data: Dataset) -> Iterator[Outcome]:
    for v in data.codebook.answers:
        if v.type in ("csat", "ces") and v.kind == "scale":
            values, low, high = data.floats(v.name), float(v.low or 0), float(v.high or 0)
            if v.type == "csat":
                values = np.where(np.isfinite(values), 100.0 * (values > high - TOP), np.nan)
                low, high = 0.0, 100.0
            yield Outcome(f"experience.{v.name}", v.label, values, (low, high))
