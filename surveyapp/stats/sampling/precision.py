"""How precise an allocation makes each stratum, and which strata stay behind what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surveyapp.findings import N_, Finding
from surveyapp.stats.sampling.allocation import Stratum
from surveyapp.stats.sampling.size import margin_of


def points(
    strata: Sequence[Stratum], sizes: Sequence[int], response_rate: float = 1.0
) -> list[float | None]:
    """Expected ± of a share in each stratum, in points at 95 %; None below one answer."""
    pairs = zip(strata, sizes, strict=True)
    found = [margin_of(n * response_rate, population=s.size) if s.size else None for s, n in pairs]
    return [None if one is None else 100 * one for one in found]


def missed(
    strata: Sequence[Stratum], sizes: Sequence[int], response_rate: float, margin: float | None
) -> Iterator[Finding]:
    """Strata with units that do not reach ± margin points, if that was asked for."""
    for stratum, found in zip(strata, points(strata, sizes, response_rate), strict=True):
        if margin is None or not stratum.size or (found is not None and found <= margin + 1e-7):
            continue
        yield Finding(
            "sample.margin_missed",
            stratum.place,
            N_("Stratum {stratum} is too small for ± {margin} points: expect ± {points}."),
            {
                "stratum": " / ".join(stratum.key),
                "margin": f"{margin:g}",
                "points": "–" if found is None else f"{found:.1f}",
            },
            "warning",
        )
