"""How seldom an attentive person gives so long a run of equal answers.

A fixed length or share of the items is no cut-off: half of six items are alike for a third of
attentive people, half of forty for none. So the length is held against a model of attentive
answering: one trait common to the items (its sign turned where an item is reversed), thresholds
from this sample's shares of each answer to each item, answers independent given the trait. The
strength of the trait is the one that gives neighbouring items the mean correlation that they have
in the sample. The longest run of each answer then has an exact distribution (Gauss-Hermite over the
trait, and over the items the usual recursion for success runs, Feller 1968, XIII.7).

Careless people in the sample raise that correlation and make long runs look less strange: the error
is on the side of flagging nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
MOST_ANSWERS = 101
"""More distinct answers are no scale of points: a slider from 0 to 100 still is one."""
STRONGEST = 0.99
HALVINGS = 30
NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(61)
WEIGHTS: Floats = _WEIGHTS / _WEIGHTS.sum()


def chance_of_runs(
    X: ArrayLike, reverse: Sequence[bool], presented: ArrayLike | None = None
) -> Floats:
    """Per person the chance that an attentive one has a run as surprising as their longest.

    X: people by items in presented order, raw, NaN where unanswered. reverse: items that are keyed
    the other way. presented: X as the runs are to be counted (default: X). Runs of different
    answers are looked at apart, since a row of the commonest answer says least; the smallest chance
    times the number of distinct answers bounds the chance of any of them. At most `a` of attentive
    people have a chance of `a` or less. NaN: nobody's correlations are defined (fewer than two
    people or items, or no item varies), more than MOST_ANSWERS distinct answers, or a person
    without any.
    """
    x = np.asarray(X, dtype=np.float64)
    values = np.unique(x[np.isfinite(x)])
    nobody = np.full(len(x), np.nan)
    if not 0 < len(values) <= MOST_ANSWERS:
        return nobody
    signs = np.where(np.asarray(reverse, dtype=bool), -1.0, 1.0)
    wanted = _neighbours(x, signs)
    if wanted is None:
        return nobody
    shares = _shares(x, values)
    strength = _strength(shares, signs, values, wanted)
    lengths = _longest(x if presented is None else np.asarray(presented, np.float64), values)
    chances = _table(_given_trait(shares, signs, strength), lengths)
    found = np.minimum(chances.min(axis=1) * len(values), 1.0)
    return np.where(np.isfinite(x).any(axis=1), found, np.nan)


def _shares(x: Floats, values: Floats) -> Floats:
    """Items by answers: the share of each answer, with half an answer more so that none is 0."""
    counts = np.stack([(x == value).sum(axis=0) for value in values], axis=1) + 0.5
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _neighbours(x: Floats, signs: Floats) -> float | None:
    """Mean correlation of each item with the next, keyed; None where none is defined."""
    both = np.isfinite(x[:, :-1]) & np.isfinite(x[:, 1:])
    n = np.maximum(both.sum(axis=0), 1)
    left, right = (np.where(both, half, 0.0) for half in (x[:, :-1], x[:, 1:]))
    left, right = (np.where(both, half - half.sum(axis=0) / n, 0.0) for half in (left, right))
    spread = np.sqrt((left**2).sum(axis=0) * (right**2).sum(axis=0))
    known = spread > 0
    if not known.any():
        return None
    r = (left * right).sum(axis=0)[known] / spread[known]
    return float((r * (signs[:-1] * signs[1:])[known]).mean())


def _given_trait(shares: Floats, signs: Floats, strength: float) -> Floats:
    """Items by answers by nodes: the probability of each answer at each level of the trait."""
    cuts = ndtri(np.clip(shares.cumsum(axis=1)[:, :-1], 0, 1))
    level = np.sqrt(strength) * signs[:, None, None] * NODES
    below = ndtr((cuts[:, :, None] - level) / np.sqrt(1 - strength))
    ends = np.zeros((len(shares), 1, len(NODES)))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=1), axis=1)


def _strength(shares: Floats, signs: Floats, values: Floats, wanted: float) -> float:
    """The latent correlation under which neighbouring answers correlate as wanted, by bisection."""
    low, high = 0.0, STRONGEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        implied = _implied(_given_trait(shares, signs, middle), shares, signs, values)
        low, high = (middle, high) if implied < wanted else (low, middle)
    return low


def _implied(given: Floats, shares: Floats, signs: Floats, values: Floats) -> float:
    mean = shares @ values
    sd = np.sqrt(np.maximum(shares @ values**2 - mean**2, 0))
    sd = np.where(sd > 0, sd, 1.0)
    expected = (np.einsum("ian,a->in", given, values) - mean[:, None]) / sd[:, None]
    r = (expected[:-1] * expected[1:]) @ WEIGHTS
    return float((r * signs[:-1] * signs[1:]).mean())


def _longest(x: Floats, values: Floats) -> NDArray[np.intp]:
    """People by answers: the longest run of each answer."""
    longest = np.zeros((len(x), len(values)), dtype=np.intp)
    current = np.zeros_like(longest)
    for column in x.T:
        current = np.where(column[:, None] == values, current + 1, 0)
        np.maximum(longest, current, out=longest)
    return longest


def _table(given: Floats, lengths: NDArray[np.intp]) -> Floats:
    """People by answers: the chance of a run of at least their length."""
    chances = np.ones((len(given) + 1, given.shape[1]))
    for length in np.unique(lengths[lengths > 0]).tolist():
        chances[length] = at_least(given, length) @ WEIGHTS
    return chances[lengths, np.arange(given.shape[1])]


def at_least(p: Floats, length: int) -> Floats:
    """The chance of `length` or more successes in a row, in independent trials along the first axis
    of p, their probabilities; for each of its other axes.

    The first such run ends at trial j if no run ended before the failure in front of it:
    none(j) = none(j-1) - none(j-length-1) (1 - p[j-length-1]) p[j-length] ... p[j-1].
    """
    trials = len(p)
    whole = np.lib.stride_tricks.sliding_window_view(p, length, axis=0).prod(axis=-1)
    none = np.ones((trials + 1, *p.shape[1:]))
    for end in range(length, trials + 1):
        start = end - length
        before = none[start - 1] * (1 - p[start - 1]) if start else 1.0
        none[end] = none[end - 1] - before * whole[start]
    chance: Floats = np.clip(1 - none[trials], 0, 1)
    return chance
