"""Intervals of a share under a design: on the logit scale, or Wilson's."""

from __future__ import annotations

import math
from typing import Literal

from surveyapp.stats.proportions import wilson_ends
from surveyapp.stats.sampling.design import t_quantile

Kind = Literal["logit", "wilson"]


def share_interval(
    share: float, se: float, n: int, df: int, confidence: float = 0.95, kind: Kind = "logit"
) -> tuple[float, float] | None:
    """The ends of the interval of a share with its standard error, n rows and df ≥ 1.

    logit: R's svyciprop(method = "logit"); None at 0 and 1, where the logit is undefined.
    wilson: Wilson's score interval with the effective number of rows p (1 - p) / se², times the
    squared ratio of the t quantiles of n - 1 and of df (Korn & Graubard 1998, as svyciprop's beta);
    with n itself at 0 and 1, and the share alone where it is certain.
    """
    inside = 0 < share < 1
    if inside and se == 0:
        return share, share
    if kind == "logit":
        return _logit(share, t_quantile(confidence, df) * se) if inside else None
    return wilson_ends(share, _effective(share, se, n, df, confidence) if inside else n, confidence)


def _logit(share: float, half: float) -> tuple[float, float]:
    centre, reach = math.log(share / (1 - share)), half / (share * (1 - share))
    return _expit(centre - reach), _expit(centre + reach)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _effective(share: float, se: float, n: int, df: int, confidence: float) -> float:
    plain = share * (1 - share) / (se * se)
    if n < 2:
        return plain
    return plain * (t_quantile(confidence, n - 1) / t_quantile(confidence, df)) ** 2
