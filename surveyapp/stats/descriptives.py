"""What one question was answered: counts with their base, mean, standard deviation."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from surveyapp.findings import N_, Finding
from surveyapp.stats.intervals import Interval, wilson
from surveyapp.stats.scores import Estimate, mean_estimate


@dataclass(frozen=True)
class Description:
    """A numeric question. n: answers, missing: rows without one. sd, low, high: None without."""

    n: int
    missing: int
    mean: Estimate
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Category:
    """One answer: how many gave it, its share of the base (None for an empty base), interval."""

    value: Hashable
    count: int
    share: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Frequencies:
    """The answers to one question.

    base: those whose shares these are (respondents who answered), never rows as such. Shares of
    a single choice add up to 1; of a multiple choice they need not.
    """

    base: int
    missing: int
    categories: tuple[Category, ...]
    findings: tuple[Finding, ...] = ()


def describe(
    values: ArrayLike, weights: ArrayLike | None = None, *, level: float = 0.95
) -> Description:
    """Mean with interval, standard deviation (n - 1, weights relative) and range."""
    y = np.asarray(values, dtype=float)
    there = np.isfinite(y)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    mean = mean_estimate(y, weights, level=level)
    n = int(there.sum())
    some = mean.value is not None
    return Description(
        n,
        len(y) - n,
        mean,
        _sd(y[there], w[there], mean.value),
        float(y[there].min()) if some else None,
        float(y[there].max()) if some else None,
    )


def _sd(y: np.ndarray, w: np.ndarray, mean: float | None) -> float | None:
    if mean is None or len(y) < 2:
        return None
    scaled = w * len(y) / w.sum()  # weights count relative to each other
    return math.sqrt(float(scaled @ (y - mean) ** 2) / (len(y) - 1))


def frequencies(
    answers: Iterable[Hashable | None],
    categories: Sequence[Hashable],
    weights: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Frequencies:
    """Counts of a single choice; None is no answer. Every category appears, also with none.

    An answer that is no category is counted in the base and reported by a finding.
    """
    given = list(answers)
    return _counted([None if a is None else (a,) for a in given], categories, weights, level)


def multiple_frequencies(
    answers: Iterable[Iterable[Hashable] | None],
    categories: Sequence[Hashable],
    weights: ArrayLike | None = None,
    *,
    level: float = 0.95,
) -> Frequencies:
    """Counts of a multiple choice per respondent; None is no answer, an empty choice is one."""
    given = [None if a is None else tuple(a) for a in answers]
    return _counted(given, categories, weights, level)


def _counted(
    answers: list[tuple[Hashable, ...] | None],
    categories: Sequence[Hashable],
    weights: ArrayLike | None,
    level: float,
) -> Frequencies:
    w = np.ones(len(answers)) if weights is None else np.asarray(weights, dtype=float)
    there = np.array([answer is not None for answer in answers], dtype=bool)
    base, heavy = int(there.sum()), float(w[there].sum())
    effective = heavy**2 / float(w[there] @ w[there]) if heavy else 0.0
    rows = []
    for category in categories:
        chosen = np.array([a is not None and category in a for a in answers], dtype=bool)
        share = min(float(w[chosen].sum()) / heavy, 1.0) if heavy else None
        interval = None if share is None else wilson(share, effective, level)
        rows.append(Category(category, int(chosen.sum()), share, interval))
    return Frequencies(base, len(answers) - base, tuple(rows), _unknown(answers, categories, base))


def _unknown(
    answers: list[tuple[Hashable, ...] | None], categories: Sequence[Hashable], base: int
) -> tuple[Finding, ...]:
    found = []
    known = set(categories)
    strange = [value for answer in answers for value in answer or () if value not in known]
    if strange:
        template = N_('{count} answers are none of the categories, the first "{value}".')
        params = {"count": len(strange), "value": strange[0]}
        found.append(Finding("frequencies.unknown_answer", "answers", template, params, "warning"))
    if not base:
        template = N_("There are no answers yet.")
        found.append(Finding("frequencies.empty_base", "answers", template, {}, "warning"))
    return tuple(found)
