"""Raking within bounds: of all weights that meet the margins and stay within them, the nearest.

Minimises the raking distance Σ d (g log g - g + 1) over the factors g = w / d under L <= g <= U
(Deville, Särndal & Sautory 1993, Journal of the American Statistical Association 88, whose
multiplicative method this is without bounds; truncated as their linear one). The solution is g =
clip(exp(x'λ), L, U), as of R's survey::calibrate(calfun = "raking", bounds = c(L, U)); λ is found
by Newton's method on the concave dual, with a step that never lowers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surveyapp.stats.sampling.calibration import indicators, pseudo_inverse

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
SHIFTS, SHORTEST = 90, 1e-12
ROUNDS, PATIENCE = 200, 30
"""Margins that can be met take about five rounds, a hundred where the bounds hardly leave room;
those that cannot come no nearer, which is waited for so many rounds.
"""


class _Problem:
    """The dual t'λ - Σ d φ(x'λ) with φ' = clip(exp, L, U)."""

    def __init__(
        self,
        base: Floats,
        places: Sequence[Places],
        targets: Sequence[Floats],
        bounds: tuple[float, float],
    ) -> None:
        from scipy.sparse import hstack

        self.base, self.places, self.wanted = base, places, targets
        self.x: Any = hstack([indicators(place) for place in places], format="csr")
        self.targets = np.concatenate(list(targets))
        self.held = np.asarray(self.x.T @ base, dtype=np.float64)
        self.ends = np.array(bounds, dtype=np.float64)
        with np.errstate(divide="ignore"):
            self.logs = np.log(self.ends)

    @property
    def possible(self) -> bool:
        """Whether each margin by itself can be met within the bounds."""
        level = self.targets / self.held
        return bool((level >= self.ends[0]).all() and (level <= self.ends[1]).all())

    def factors(self, u: Floats) -> Floats:
        return np.clip(np.exp(np.clip(u, *self.logs)), *self.ends)

    def free(self, g: Floats) -> Floats:
        """How fast the weights grow with u: not at all at a bound."""
        return np.where((g > self.ends[0]) & (g < self.ends[1]), self.base * g, 0.0)

    def value(self, slopes: Floats, u: Floats, g: Floats) -> float:
        """φ is g where exp is inside; beyond a bound it goes on with the bound as its slope."""
        beyond = u - np.clip(u, *self.logs)
        return float(self.targets @ slopes - self.base @ (g + g * beyond))

    def missing(self, g: Floats) -> Floats:
        return np.asarray(self.targets - self.x.T @ (self.base * g), dtype=np.float64)


def within_bounds(
    base: Floats,
    places: Sequence[Places],
    targets: Sequence[Floats],
    bounds: tuple[float, float],
    close: float,
    rounds: int = ROUNDS,
) -> tuple[Floats, list[float]]:
    """The weights, and per round how far the worst category is from its target.

    places: per margin the category of each row; targets: per margin the total of each category.
    Ends where none is farther than `close`, where none comes nearer, or the rounds are used up.
    """
    problem = _Problem(base, places, targets, bounds)
    if not problem.possible:
        rounds = 1
    slopes, course = np.zeros(len(problem.targets)), [np.inf]
    while len(course) <= rounds and course[-1] > close and not _stuck(course):
        if course[-1] > course[-2:][0] / 4 or len(course) == 1:
            slopes = _swept(problem, slopes)
        slopes = _climbed(problem, slopes)
        g = problem.factors(problem.x @ slopes)
        course.append(float(np.abs(problem.missing(g)).max()))
    return base * g, course[1:]


def _stuck(course: Sequence[float]) -> bool:
    return len(course) > 2 * PATIENCE and min(course[-PATIENCE:]) > 0.9 * min(course[:-PATIENCE])


def _swept(problem: _Problem, slopes: Floats) -> Floats:
    """One margin after the other met by a shift of each category's slope, as raking does: leaves no
    category with all rows at a bound, where Newton's method would not see a way back.
    """
    slopes, start = slopes.copy(), 0
    for place, wanted in zip(problem.places, problem.wanted, strict=True):
        own = slice(start, start + len(wanted))
        slopes[own] += _shift(problem, problem.x @ slopes, place, wanted, problem.held[own])
        start = own.stop
    return slopes


def _shift(problem: _Problem, u: Floats, place: Places, wanted: Floats, held: Floats) -> Floats:
    """What to add to u in each category so that the weights of its rows add up to what is wanted:
    Newton's method in a bracket, which bisects where it leaves it and every third time.
    """
    level = np.clip(np.log(wanted / held), *problem.logs)
    least, most = np.full(len(wanted), np.inf), np.full(len(wanted), -np.inf)
    np.minimum.at(least, place, u)
    np.maximum.at(most, place, u)
    low, high = level - most, level - least
    shift = (low + high) / 2
    for turn in range(SHIFTS):
        g = problem.factors(u + shift[place])
        left = wanted - np.bincount(place, problem.base * g, minlength=len(wanted))
        if np.all(np.abs(left) <= 1e-14 * wanted):
            break
        low, high = np.where(left > 0, shift, low), np.where(left > 0, high, shift)
        pace = np.bincount(place, problem.free(g), minlength=len(wanted))
        newton = shift + np.divide(left, pace, out=np.full_like(left, np.inf), where=pace > 0)
        inside = (newton > low) & (newton < high) & (turn % 3 < 2)
        shift = np.where(inside, newton, (low + high) / 2)
    return np.asarray(shift, dtype=np.float64)


def _climbed(problem: _Problem, slopes: Floats) -> Floats:
    """After the longest of Newton's step, its half, … that raises the dual enough (Armijo)."""
    u = problem.x @ slopes
    g = problem.factors(u)
    missing = problem.missing(g)
    step = _newton(problem, g, missing)
    before, du = problem.value(slopes, u, g), problem.x @ step
    noise = 1e-13 * (abs(before) + float(problem.targets.sum()))
    rise, length = float(missing @ step), 1.0

    def risen() -> bool:
        after = u + length * du
        found = problem.value(slopes + length * step, after, problem.factors(after))
        return found >= before + 1e-4 * length * rise - noise

    while length > SHORTEST and not risen():
        length /= 2
    return np.asarray(slopes + length * step, dtype=np.float64)


def _newton(problem: _Problem, g: Floats, missing: Floats) -> Floats:
    """With a ridge that goes with the distance, for categories whose rows all sit at a bound."""
    from scipy.sparse import diags_array

    curve = (problem.x.T @ diags_array(problem.free(g)) @ problem.x).toarray()
    ridge = 1e-3 * float(np.abs(missing).max() / problem.wanted[0].sum())
    return np.asarray(pseudo_inverse(curve + ridge * np.diag(problem.held)) @ missing)
