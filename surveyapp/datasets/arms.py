"""The arms of an experiment beside each other, drawn by chance: random blocks, wordings of texts.

Chance made the groups alike, so they are compared as they are, without the weights of the sample:
two by Welch's t, more by Games and Howell's test (`stats/comparison.py` has the rule).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from surveyapp.datasets.experiments import compared
from surveyapp.datasets.invariance import invariance
from surveyapp.datasets.outcomes import Outcome, outcomes
from surveyapp.datasets.suppression import shown
from surveyapp.datasets.table import Dataset
from surveyapp.stats.comparison import compare_groups

Json = dict[str, Any]


def compare_arms(data: Dataset, arms: Sequence[str | None], minimum: int) -> Json:
    """The keys of `comparing.compare_within`, and `random`: true. Arms with fewer answers than
    `minimum` take no part, nor do those from which they could be computed.
    """
    return {
        "random": True,
        "sizes": {arm: list(arms).count(arm) for arm in dict.fromkeys(arms) if arm is not None},
        "outcomes": [_outcome(one, arms, minimum) for one in outcomes(data)],
        "scales": invariance(data, arms, minimum),
    }


def _outcome(outcome: Outcome, arms: Sequence[str | None], minimum: int) -> Json:
    every = compared(compare_groups(outcome.values, arms))["groups"]
    answered = int(np.isfinite(outcome.values).sum())
    sizes = {name: group["n"] for name, group in every.items()}
    large = set(shown(sizes, minimum, answered - sum(sizes.values())))
    found = compared(
        compare_groups(outcome.values, [arm if arm in large else None for arm in arms])
    )
    varying = {name for pair in found["pairs"] for name in (pair["a"], pair["b"])}
    return {
        "outcome": outcome.id,
        "label": outcome.label,
        "groups": [
            {"name": name, **group} for name, group in found["groups"].items() if name in varying
        ],
        "small": [
            {"name": name, "n": group["n"]} for name, group in every.items() if name not in varying
        ],
        "pairs": [
            {**pair, "difference": pair["mean"], "plain_p": pair["p"]} for pair in found["pairs"]
        ],
        "welch": {k: v for k, v in found.items() if k not in ("groups", "pairs")},
    }
