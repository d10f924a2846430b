"""Response rates that differ between strata: answers are split, and each stratum is asked for its
share of them at its own rate. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from surveyapp.distribution.frame import Key
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.allocation import Allocation, Stratum, allocate
from surveyapp.stats.sampling.size import needed, to_invite


def rate_of(spec: Spec, key: Key) -> float:
    """The rate expected of a stratum: the lowest that is named for one of its values, or that of
    the whole sample.
    """
    return min((rate for value, rate in spec.rates if value in key), default=spec.response_rate)


def is_certain(spec: Spec, stratum: Stratum) -> bool:
    """Whether the stratum is to be drawn whole."""
    return stratum.size <= spec.take_all or any(value in spec.certain for value in stratum.key)


def allocate_answers(spec: Spec, strata: Sequence[Stratum]) -> Allocation:
    """Split the answers wanted as `spec` says, and invite what they take; sizes are invitations.

    Minimums and precision count answers. A stratum gives at most what all of its customers are
    expected to, rounded up, so that a small one is never out of reach. SurveyError when all of
    them together give too few.
    """
    rates = [rate_of(spec, stratum.key) for stratum in strata]
    asked = [_in_answers(spec, s, rate) for s, rate in zip(strata, rates, strict=True)]
    n = spec.n or sum(max(s.least, min(spec.minimum, s.cap)) for s in asked)
    _refuse_few(asked, n)
    made = allocate(asked, n, spec.method, spec.minimum, power=spec.power)
    pairs = zip(strata, made.sizes, rates, strict=True)
    sizes = tuple(min(s.size, to_invite(answers, rate)) for s, answers, rate in pairs)
    return replace(made, sizes=sizes)


def _in_answers(spec: Spec, stratum: Stratum, rate: float) -> Stratum:
    most = math.ceil(stratum.size * Fraction(str(rate)))
    least = needed(spec.margin, stratum.size) if spec.margin else 0
    return replace(
        stratum, least=most if is_certain(spec, stratum) else min(least, most), most=most
    )


def _refuse_few(asked: Sequence[Stratum], n: int) -> None:
    possible = sum(stratum.cap for stratum in asked)
    if n > possible > 0:
        raise SurveyError(
            Finding(
                "sample.too_few_answers",
                "n",
                N_(
                    "At these response rates all {frame} customers of the frame are expected to"
                    " give {possible} answers, fewer than the {n} wanted."
                ),
                {"frame": sum(s.size for s in asked), "possible": possible, "n": n},
            )
        )
