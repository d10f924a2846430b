"""Bursts: many answers at once where others do not answer at once.

Answers come in waves: after a text has gone out, at noon, when a shop is full. A burst is only what
those waves do not explain. So the answers of one network, browser or interviewer are held against
everybody else's, and a minute against the minutes around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]
AROUND = 5
"""Minutes before and after one that it is compared with."""
TIMES_AS_MANY = 3
"""A minute with fewer than so many times its neighbours' mean may be the top of a wave."""


@dataclass(frozen=True)
class Bursts:
    """count: answers of the burst that each is part of, at least itself; chance: of a burst that
    large somewhere in the collection, at most; 1 for who is part of none, NaN without a key.
    """

    count: Counts
    chance: Floats


def bursts_by(times: ArrayLike, keys: Sequence[str | None], width: float) -> Bursts:
    """Answers with the same key within `width` seconds, held against those of other keys.

    times: seconds, one an answer; keys: what they may share. From each answer on, the count c of
    the key's n answers within the width is held against a binomial: of the other n - 1 each falls
    there as often as the answers of other keys do, (m + 1) / (M + 2) where m of M do (Laplace's
    rule). The tail P(X ≥ c - 1), times the number of windows looked at, bounds the chance of such a
    count in any. With no other keys nothing is told apart from a wave.
    """
    when = np.asarray(times, dtype=np.float64)
    count, chance = np.ones(len(when), dtype=np.intp), np.full(len(when), np.nan)
    groups = list(_grouped(keys))
    known = np.array([at for places in groups for at in places], dtype=np.intp)
    chance[known] = 1.0
    everybody = np.sort(when[known])
    for places in groups:
        if 1 < len(places) < len(known):
            own = places[np.argsort(when[places], kind="stable")]
            _mark(own, when[own], everybody, width, count, chance)
    return Bursts(count, chance)


def _grouped(keys: Sequence[str | None]) -> Iterator[Counts]:
    places: dict[str, list[int]] = {}
    for at, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(at)
    return (np.array(found, dtype=np.intp) for found in places.values())


def _mark(
    own: Counts, times: Floats, everybody: Floats, width: float, count: Counts, chance: Floats
) -> None:
    """Write the windows of one key, its answers in order of time, into count and chance."""
    ends = np.searchsorted(times, times + width, side="right")
    within = ends - np.arange(len(times))
    first = np.searchsorted(everybody, times, side="left")
    last = np.searchsorted(everybody, times + width, side="right")
    same = np.searchsorted(times, times, side="left")
    others = (last - first) - (ends - same)
    share = (others + 1) / (len(everybody) - len(times) + 2)
    tails = np.minimum(_tail(within - 1, len(times) - 1, share) * len(everybody), 1.0)
    for start in np.flatnonzero(tails < 1).tolist():
        members = own[start : ends[start]]
        better = members[tails[start] < chance[members]]
        count[better], chance[better] = within[start], tails[start]


def bursts_by_minute(times: ArrayLike) -> Bursts:
    """Minutes with more answers than the five before and after let one expect.

    times: seconds. Of the answers in the eleven minutes each is in the middle one with chance 1/11;
    the tail of that binomial, times the number of minutes in which anybody answered, bounds the
    chance of such a count in any. Waves rise and fall over several minutes, so a minute also has
    three times as many as the mean of the ten others, or it is none.
    """
    when = np.asarray(times, dtype=np.float64)
    minutes, back, counts = np.unique(when // 60, return_inverse=True, return_counts=True)
    sums = np.concatenate([[0], np.cumsum(counts)])
    low = np.searchsorted(minutes, minutes - AROUND, side="left")
    high = np.searchsorted(minutes, minutes + AROUND, side="right")
    around = sums[high] - sums[low] - counts
    tails = _tail(counts, counts + around, np.full(len(minutes), 1 / (2 * AROUND + 1)))
    stands_out = counts * 2 * AROUND >= TIMES_AS_MANY * around
    chance = np.where(stands_out & (counts > 1), np.minimum(tails * len(minutes), 1.0), 1.0)
    return Bursts(counts[back].astype(np.intp), chance[back])


def _tail(least: Counts, of: Counts | int, share: Floats) -> Floats:
    """P(X ≥ least) of a binomial."""
    from scipy.special import bdtrc

    return np.asarray(bdtrc(least - 1.0, of, share), dtype=np.float64)
