"""How many units each stratum contributes to a sample of n: equal, proportional, Neyman, power.

Totals are exact integers, a minimum per stratum and the stratum's own size hold together, and
ties go to the stratum that comes first, so the same request always gives the same table.

Equal and proportional shares are solved in fractions within the bounds and rounded by largest
remainders (Cochran 1977, 5.5). Neyman's optimum is the exact integer one (Wright 2012, The
American Statistician 66): unit after unit goes where it lowers the variance most. With costs a
stratum's share is N_h S_h / sqrt(c_h) (Cochran 1977, 5.5). The power allocation (Bankier 1988, The
American Statistician 42) takes N_h^q S_h, between equal precision in all strata (q = 0) and
Neyman's (q = 1).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.findings import N_, Finding, SurveyError

METHODS = ("equal", "proportional", "neyman", "cost", "power")
"""How a sample can be split. cost is Neyman's with unequal costs; with equal ones they are one."""
OPTIMAL = ("neyman", "cost")


@dataclass(frozen=True)
class Stratum:
    """A part of the frame. key: its values, one per stratifying attribute; size: units in the
    frame (N_h); sd: standard deviation of the design measure in it (n - 1), None when unknown;
    cost: of one interview, against the others; least: units that it needs for its own precision;
    most: units that it can give, by default all.
    """

    key: tuple[str, ...]
    size: int
    sd: float | None = None
    cost: float = 1.0
    least: int = 0
    most: int | None = None

    @property
    def cap(self) -> int:
        """What an allocation gives it at most."""
        return self.size if self.most is None else min(self.size, self.most)

    @property
    def place(self) -> str:
        """How findings name it."""
        return "stratum:" + "/".join(self.key)


@dataclass(frozen=True)
class Allocation:
    """sizes: units to draw from each stratum, in the order given, summing to n; findings: what
    the planner should know (a stratum that nobody is drawn from, a minimum that was capped).
    """

    sizes: tuple[int, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def n(self) -> int:
        """The sample's size."""
        return sum(self.sizes)


def allocate(
    strata: Sequence[Stratum],
    n: int,
    method: str = "proportional",
    minimum: int = 0,
    *,
    power: float = 0.5,
) -> Allocation:
    """Split n over the strata.

    minimum: at least so many per stratum (more where `Stratum.least` says so), or the whole stratum
    where it is smaller. power: q of the power allocation. Costs count for all but equal and
    proportional.
    n is at most what the strata can give (`Stratum.cap`).
    Raises SurveyError when no such allocation exists: n below 1 or above the frame, minimums
    that together exceed n, Neyman without any standard deviation.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}")
    low = [min(max(minimum, s.least, 0), s.cap) for s in strata]
    _refuse_impossible(strata, n, minimum, low)
    caps = [s.cap for s in strata]
    if method in OPTIMAL and len({s.cost for s in strata}) == 1:
        sizes = optimal_integers(_spread_weights(strata, 1.0), low, caps, n)
    else:
        sizes = largest_remainders(_shares(strata, method, power, low, caps, n))
    return Allocation(tuple(sizes), tuple(_remarks(strata, sizes, method, minimum)))


def _shares(
    strata: Sequence[Stratum],
    method: str,
    power: float,
    low: Sequence[int],
    caps: Sequence[int],
    n: int,
) -> list[Fraction]:
    """The real-valued shares of the methods that are rounded by largest remainders.

    What strata of weight 0 must take, because the others are full, follows their room.
    """
    if method in ("equal", "proportional"):
        weights = [Fraction(s.size if method == "proportional" else s.size > 0) for s in strata]
    else:
        spread = _spread_weights(strata, 1.0 if method in OPTIMAL else power)
        weights = [Fraction(w) for w in spread]
    full = [cap if w else bound for w, cap, bound in zip(weights, caps, low, strict=True)]
    if sum(full) >= n:
        return bounded_shares(weights, low, caps, n)
    return bounded_shares(
        [Fraction(cap - at) for cap, at in zip(caps, full, strict=True)], full, caps, n
    )


def bounded_shares(
    weights: Sequence[Fraction], low: Sequence[int], caps: Sequence[int], n: int
) -> list[Fraction]:
    """The real-valued shares clip(t * weight, low, cap) whose sum is exactly n.

    The sum is piecewise linear and rises with t, so the right piece is found at its kinks and t
    solved in fractions. Needs sum(low) <= n <= sum(caps), positive weights where low < cap.
    """
    kinks = sorted(
        (Fraction(bound) / w, i) for i, w in enumerate(weights) if w for bound in (low[i], caps[i])
    )
    total, slope, at = Fraction(sum(low)), Fraction(0), Fraction(0)
    rising: set[int] = set()
    for kink, i in kinks:
        if slope and total + slope * (kink - at) >= n:
            break
        total, at = total + slope * (kink - at), kink
        slope += -weights[i] if i in rising else weights[i]
        rising ^= {i}
    t = at + (n - total) / slope if slope else at
    return [min(max(t * w, Fraction(low[i])), Fraction(caps[i])) for i, w in enumerate(weights)]


def largest_remainders(shares: Sequence[Fraction]) -> list[int]:
    """Integers with the same total: floors first, then one each to the largest remainders."""
    floors = [int(share) for share in shares]
    missing = int(sum(shares)) - sum(floors)
    by_remainder = sorted(range(len(shares)), key=lambda i: (floors[i] - shares[i], i))
    for i in by_remainder[:missing]:
        floors[i] += 1
    return floors


def optimal_integers(
    weights: Sequence[float], low: Sequence[int], caps: Sequence[int], n: int
) -> list[int]:
    """Integers between low and cap, summing to n, that minimise sum(weight² / size).

    The m-th unit of a stratum lowers the sum by weight² / (m (m - 1)), less each time, so the
    greedy choice is the optimum. Strata of weight 0 only take what no other stratum can.
    """
    sizes = _head_start(weights, low, caps, n)
    heap = [(_turn(w, sizes[i]), i) for i, w in enumerate(weights) if w > 0 and sizes[i] < caps[i]]
    heapq.heapify(heap)
    missing = n - sum(sizes)
    while missing and heap:
        i = heap[0][1]
        sizes[i] += 1
        missing -= 1
        if sizes[i] < caps[i]:
            heapq.heapreplace(heap, (_turn(weights[i], sizes[i]), i))
        else:
            heapq.heappop(heap)
    if not missing:
        return sizes
    room = [Fraction(cap - size) for cap, size in zip(caps, sizes, strict=True)]
    return largest_remainders(bounded_shares(room, sizes, caps, n))


def _head_start(
    weights: Sequence[float], low: Sequence[int], caps: Sequence[int], n: int
) -> list[int]:
    """Sizes that the optimum exceeds by a few units, so that no million is counted one by one.

    Where the optimum's last unit lowers the sum's root by λ, its sizes lie between w / λ - 1/2 and
    w / λ + 3/2. Shares t w of two units a stratum fewer than n have t < 1 / λ, or it would have
    fewer than n; so one less than each share is not too many.
    """
    full = [cap if w > 0 else bound for w, bound, cap in zip(weights, low, caps, strict=True)]
    fewer = min(n, sum(full)) - 2 * len(weights) - 2
    if fewer <= sum(low):
        return list(low)
    shares = bounded_shares([Fraction(w) for w in weights], low, full, fewer)
    return [max(int(share) - 1, bound) for share, bound in zip(shares, low, strict=True)]


def variance_of_mean(strata: Sequence[Stratum], sizes: Sequence[int]) -> float | None:
    """Var of the stratified mean under simple draws, with finite population correction.

    None when a stratum with units has no sd or nobody is drawn from one that varies.
    """
    total, variance = sum(s.size for s in strata), 0.0
    for stratum, drawn in zip(strata, sizes, strict=True):
        if stratum.size == 0 or stratum.sd == 0:
            continue
        if stratum.sd is None or drawn == 0:
            if drawn < stratum.size:
                return None
            continue
        share = stratum.size / total
        variance += share**2 * stratum.sd**2 * (1 / drawn - 1 / stratum.size)
    return variance


def _turn(weight: float, size: int) -> tuple[bool, float]:
    """Smaller comes first: first units before all others, then the larger gain (its root)."""
    return size > 0, -weight / math.sqrt(size * (size + 1)) if size else -weight


def _spread_weights(strata: Sequence[Stratum], power: float) -> list[float]:
    """N_h^q S_h / sqrt(c_h); a stratum without an sd (fewer than two values) counts as not
    varying.
    """
    if all(s.sd is None for s in strata):
        raise SurveyError(
            Finding(
                "sample.no_sd",
                "method",
                N_("This allocation needs a measure with at least two values in some stratum."),
            )
        )
    return [s.size**power * (s.sd or 0.0) / math.sqrt(s.cost) if s.size else 0.0 for s in strata]


def _refuse_impossible(strata: Sequence[Stratum], n: int, minimum: int, low: Sequence[int]) -> None:
    frame = sum(s.size for s in strata)
    if frame == 0:
        raise SurveyError(Finding("sample.empty_frame", "frame", N_("The frame has no units.")))
    if n < 1:
        raise SurveyError(
            Finding("sample.n_too_small", "n", N_("Draw at least 1 unit, not {n}."), {"n": n})
        )
    if n > frame:
        raise SurveyError(
            Finding(
                "sample.n_exceeds_frame",
                "n",
                N_("The frame has {frame} units, fewer than the {n} to draw."),
                {"n": n, "frame": frame},
            )
        )
    if sum(low) > n and any(s.least > minimum for s in strata):
        raise SurveyError(
            Finding(
                "sample.precision_exceeds_n",
                "n",
                N_(
                    "What the strata need for their own precision takes {needed} units, more than"
                    " {n}: draw more, allow wider intervals, or form fewer strata."
                ),
                {"needed": sum(low), "n": n},
            )
        )
    if sum(low) > n:
        raise SurveyError(
            Finding(
                "sample.minimums_exceed_n",
                "minimum",
                N_("A minimum of {minimum} in each stratum takes {needed} units, more than {n}."),
                {"minimum": minimum, "needed": sum(low), "n": n},
            )
        )


def _remarks(
    strata: Sequence[Stratum], sizes: Sequence[int], method: str, minimum: int
) -> list[Finding]:
    remarks = []
    for stratum, drawn in zip(strata, sizes, strict=True):
        remark = _remark(stratum, drawn, method, minimum)
        if remark is not None:
            code, template = remark
            params = {"stratum": " / ".join(stratum.key), "size": stratum.size}
            remarks.append(Finding(code, stratum.place, template, params, "warning"))
    return remarks


def _remark(stratum: Stratum, drawn: int, method: str, minimum: int) -> tuple[str, str] | None:
    """The one thing most worth saying about a stratum, if anything."""
    if stratum.size == 0:
        return "sample.empty_stratum", N_("Stratum {stratum} has no units.")
    if drawn == 0:
        return (
            "sample.stratum_unreached",
            N_(
                "Nobody is drawn from stratum {stratum} ({size} units), so the results do not"
                " cover it: raise n or the minimum per stratum."
            ),
        )
    if stratum.size == 1:
        return (
            "sample.single_unit",
            N_("Stratum {stratum} is one unit: it has no variance to estimate; merge it."),
        )
    if stratum.size < minimum:
        return (
            "sample.minimum_capped",
            N_("Stratum {stratum} has only {size} units, below the minimum; all are drawn."),
        )
    if method not in (*OPTIMAL, "power") or stratum.sd:
        return None
    if stratum.sd is None:
        return (
            "sample.unknown_sd",
            N_(
                "Nothing is known of the spread in stratum {stratum}, so this allocation gives it"
                " only the minimum."
            ),
        )
    return (
        "sample.zero_sd",
        N_(
            "The measure does not vary in stratum {stratum}, so this allocation gives it"
            " only the minimum."
        ),
    )
