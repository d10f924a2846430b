"""Intervals and tail probabilities that several measures share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special  # scipy.stats would cost every command seconds of importing

from surveyapp.stats.proportions import wilson_ends


@dataclass(frozen=True)
class Interval:
    """An interval estimate: its ends, its confidence level and the method's name."""

    low: float
    high: float
    level: float
    method: str


def t_interval(
    estimate: float,
    standard_error: float,
    df: float,
    level: float = 0.95,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Interval:
    """Student's interval, cut at the ends of the scale."""
    half = float(special.stdtrit(df, (1 + level) / 2)) * standard_error
    low, high = bounds
    return Interval(max(estimate - half, low), min(estimate + half, high), level, "t")


def wilson(share: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion, never outside 0 to 1 (R: prop.test without
    continuity correction). `n` may be an effective sample size.
    """
    return Interval(*wilson_ends(share, n, level), level, "wilson")


def feldt(alpha: float, n: int, k: int, level: float = 0.95) -> Interval:
    """Feldt's interval of Cronbach's alpha from n rows and k items (R: psych::alpha.ci)."""
    df = (n - 1, (n - 1) * (k - 1))
    tail = (1 - level) / 2
    low = 1 - (1 - alpha) * float(special.fdtri(*df, 1 - tail))
    high = 1 - (1 - alpha) * float(special.fdtri(*df, tail))
    return Interval(low, high, level, "feldt")


def log10_chi2_sf(x: float, df: float) -> float:
    """The decimal logarithm of the upper chi-square tail, finite where the tail itself is 0.

    Beyond the range of doubles by Lentz's continued fraction of the incomplete gamma function
    (R: pchisq(lower.tail = FALSE, log.p = TRUE)).
    """
    tail = float(special.chdtrc(df, x))
    if tail > 1e-290:
        return math.log10(tail)
    a, half = df / 2, x / 2
    log = a * math.log(half) - half - float(special.gammaln(a)) + math.log(_fraction(a, half))
    return log / math.log(10)


def _fraction(a: float, x: float) -> float:
    """Converges in a few steps, because x is far above a wherever the tail is that small."""
    tiny = float(np.finfo(float).tiny)
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value, change, i = d, 0.0, 0
    while abs(change - 1) > 1e-14:
        i += 1
        step = -i * (i - a)
        b += 2
        d = 1 / _away_from_zero(step * d + b, tiny)
        c = _away_from_zero(b + step / c, tiny)
        change = d * c
        value *= change
    return value


def _away_from_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
