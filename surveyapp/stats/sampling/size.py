"""How large a sample must be for a share to be known within a margin."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist


@dataclass(frozen=True)
class SampleSize:
    """n: completed answers needed; invite: people to ask at the expected response rate;
    exact: n before rounding up.
    """

    n: int
    invite: int
    exact: float


def sample_size(
    margin: float,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
    population: int | None = None,
    deff: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed so that the interval of a share is ± margin (Cochran 1977, chapter 4).

    n0 = z² p (1 - p) / margin² × deff, then n0 / (1 + (n0 - 1) / N) for a finite population.
    margin, share, confidence and response_rate are fractions of 1.
    """
    if not (0 < margin < 1 and 0 < share < 1 and 0 < confidence < 1 and 0 < response_rate <= 1):
        raise ValueError("margin, share, confidence and response rate lie between 0 and 1")
    if deff <= 0 or (population is not None and population < 1):
        raise ValueError("design effect and population are positive")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    exact = deff * z**2 * share * (1 - share) / margin**2
    if population is not None:
        exact /= 1 + (exact - 1) / population
    n = math.ceil(exact)
    return SampleSize(n, to_invite(n, response_rate), exact)


def to_invite(answers: int, response_rate: float) -> int:
    """How many to invite for so many expected answers.

    The rate is read as its decimal digits: 7 answers at 0.7 take 10, which floats make 11.
    """
    return math.ceil(Fraction(answers) / Fraction(str(response_rate)))


def needed(margin: float, population: int, response_rate: float = 1.0) -> int:
    """Units of a stratum to invite for its share to be known within ± margin; at most all."""
    if population < 1:
        return 0
    answers = sample_size(margin, population=population).n
    return min(population, to_invite(answers, response_rate))


def margin_of(
    n: float,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
    population: int | None = None,
) -> float | None:
    """The ± that n answers give a share: `sample_size` the other way round. None below 1 answer.

    z √(p (1 - p) / n × (N - n) / (N - 1)), at most 1.
    """
    if n < 1:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    variance = share * (1 - share) / n
    if population is not None:
        variance *= max(0.0, population - n) / max(1, population - 1)
    return min(1.0, z * math.sqrt(variance))


def overall_margin(
    parts: Iterable[tuple[int, float]], *, share: float = 0.5, confidence: float = 0.95
) -> float | None:
    """The ± of a share over strata (N_h, n_h), each weighted by its size (Cochran 1977, 5.3).

    None when a stratum with units expects less than one answer: nothing is known of it.
    """
    known = [
        (size, margin_of(n, share=share, confidence=confidence, population=size))
        for size, n in parts
        if size
    ]
    total = sum(size for size, _margin in known)
    if not known or any(margin is None for _size, margin in known):
        return None
    return math.sqrt(math.fsum((size / total * (margin or 0.0)) ** 2 for size, margin in known))
