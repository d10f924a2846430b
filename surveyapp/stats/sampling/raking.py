"""Raking: weights whose totals agree with known margins of the population.

Iterative proportional fitting (Deming and Stephan 1940), as R's survey::rake, which it equals where
the margins can be met: of all weights that meet them, those nearest to the base weights by the
raking distance Σ d (g log g - g + 1). Within bounds the nearest by the same distance are found by
Newton's method (`raking_bounds`), as by R's calibrate(calfun = "raking", bounds = …). Without, it
finishes what fitting in turn nears by ever less, where few rows carry what a margin lacks. Every
margin is checked after the last step, because the weights of margins that contradict each other
stop changing, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling.calibration import scaled
from surveyapp.stats.sampling.raking_bounds import within_bounds
from surveyapp.stats.sampling.weights import kish

Floats = NDArray[np.float64]
Margin = Mapping[str, float]
CLOSE = 1e-9
"""Relative to the population: how far a category may be off its target at the end."""
ROUNDS = 2000
ANY = (1e-30, 1e30)
"""Factors of Newton's method when no bounds are asked for."""


@dataclass(frozen=True)
class MarginFit:
    """One category after raking: its target, and the sum of its weights."""

    margin: str
    category: str
    target: float
    reached: float

    @property
    def off(self) -> float:
        """How far the sum is from the target."""
        return abs(self.reached - self.target)


@dataclass(frozen=True)
class Raked:
    """weights: one per row; rounds: cycles over all margins (steps of Newton's method with bounds);
    fits: every category of every margin; deff: Kish's 1 + cv² of the weights; ratio: smallest and
    largest weight against the one before; findings: margins that are not met, named (then the
    weights are not fit for use). course: (round, how far the worst category then was from its
    target, relative to the population), a few rounds of many; at_bounds: rows held at the lower and
    at the upper bound.
    """

    weights: Floats
    rounds: int
    fits: tuple[MarginFit, ...]
    deff: float
    ratio: tuple[float, float]
    findings: tuple[Finding, ...] = ()
    course: tuple[tuple[int, float], ...] = ()
    at_bounds: tuple[int, int] = (0, 0)

    @property
    def feasible(self) -> bool:
        """Whether every margin is met."""
        return not self.findings


def rake(
    groups: Mapping[str, Sequence[str]],
    margins: Mapping[str, Margin],
    weights: ArrayLike | None = None,
    *,
    bounds: tuple[float, float] | None = None,
    rounds: int = ROUNDS,
) -> Raked:
    """Rake to `margins`: margin → category → population total.

    groups: margin → the category of each row. weights: base weights, default 1. bounds: smallest
    and largest ratio of a new weight to its base weight. Raises SurveyError `rake.*` for margins
    that cannot be met whatever the weights: a category without rows or without target, totals that
    differ, targets that are not positive. ValueError for bounds that are none.
    """
    if bounds is not None and not 0 <= bounds[0] < bounds[1]:
        raise ValueError("bounds are two ratios, the smaller first, not below 0")
    base = _base(weights, len(next(iter(groups.values()), ())))
    places = {name: _places(name, groups[name], margin) for name, margin in margins.items()}
    targets = {name: np.array(list(margin.values()), float) for name, margin in margins.items()}
    _check_totals({name: float(target.sum()) for name, target in targets.items()})
    _check_rows(margins, places, base)
    total = max(float(target.sum()) for target in targets.values())
    close = CLOSE * total / 10
    if bounds is None:
        w, course = _free(base, places, targets, close, rounds)
    else:
        w, course = within_bounds(base, [*places.values()], [*targets.values()], bounds, close)
    fits = _fits(w, margins, places)
    ratio = w[base > 0] / base[base > 0]
    loss = kish(w.tolist())
    return Raked(
        w,
        len(course),
        fits,
        loss.deff if loss else 1.0,
        (float(ratio.min()), float(ratio.max())),
        _unmet(fits, CLOSE * total),
        _thinned([off / total for off in course]),
        _held(ratio, bounds),
    )


def _free(
    base: Floats,
    places: Mapping[str, NDArray[np.intp]],
    targets: Mapping[str, Floats],
    close: float,
    rounds: int,
) -> tuple[Floats, list[float]]:
    """In turn, then by Newton's method; what that does not meet stays as it was after the turns."""
    w, course = _cycles(base, places, targets, close, rounds)
    if course[-1] <= 10 * close:
        return w, course
    found, more = within_bounds(w, [*places.values()], [*targets.values()], ANY, close)
    return (found, [*course, *more]) if more[-1] <= 10 * close else (w, course)


def _thinned(course: Sequence[float]) -> tuple[tuple[int, float], ...]:
    """The first rounds, then ever fewer, and the last."""
    last = len(course)
    shown = {*range(1, 6), *(round(2 ** (k / 2)) for k in range(5, 40)), last}
    return tuple((place, course[place - 1]) for place in sorted(shown) if place <= last)


def _held(ratio: Floats, bounds: tuple[float, float] | None) -> tuple[int, int]:
    if bounds is None:
        return 0, 0
    low, high = bounds[0] * (1 + 1e-12), bounds[1] * (1 - 1e-12)
    return int((ratio <= low).sum()), int((ratio >= high).sum())


def _base(weights: ArrayLike | None, n: int) -> Floats:
    w = np.ones(n) if weights is None else np.array(weights, dtype=np.float64)
    if w.shape != (n,) or np.any(~np.isfinite(w)) or np.any(w < 0):
        raise ValueError("weights must be finite, not negative and one per row")
    return w


def _places(name: str, groups: Sequence[str], margin: Margin) -> NDArray[np.intp]:
    order = {category: place for place, category in enumerate(margin)}
    for category in groups:
        if category not in order:
            template = N_(
                'Margin "{margin}" has no total for "{category}", which occurs in the rows: add it.'
            )
            raise _error("rake.no_target", name, template, category)
    for category, target in margin.items():
        if not (np.isfinite(target) and target > 0):
            template = N_('The total of "{category}" in margin "{margin}" must be above 0.')
            raise _error("rake.bad_target", name, template, category)
    return np.array([order[category] for category in groups], dtype=np.intp)


def _check_totals(totals: Mapping[str, float]) -> None:
    first = next(iter(totals), "")
    for name, total in totals.items():
        if abs(total - totals[first]) > CLOSE * totals[first]:
            template = N_(
                'Margin "{margin}" adds up to {total:.12g}, margin "{category}" to {other:.12g};'
                " both are the whole population and must agree."
            )
            more = {"total": total, "other": totals[first]}
            raise _error("rake.totals_differ", name, template, first, **more)


def _check_rows(
    margins: Mapping[str, Margin], places: Mapping[str, NDArray[np.intp]], base: Floats
) -> None:
    for name, margin in margins.items():
        held = np.bincount(places[name], base, minlength=len(margin))
        for category, weight in zip(margin, held, strict=True):
            if weight == 0:
                template = N_(
                    'No row stands for "{category}" in margin "{margin}": merge it with another'
                    " category."
                )
                raise _error("rake.empty_category", name, template, category)


def _cycles(
    base: Floats,
    places: Mapping[str, NDArray[np.intp]],
    targets: Mapping[str, Floats],
    close: float,
    rounds: int,
) -> tuple[Floats, list[float]]:
    """Scale to each margin in turn until all are met, or the rounds are used up; and per round how
    far the worst category is from its target.
    """
    w, course = base, list[float]()
    while len(course) < rounds:
        for name, place in places.items():
            w, _sums = scaled(w, place, targets[name])
        course.append(_worst(w, places, targets))
        if course[-1] <= close:
            break
    return w, course


def _worst(
    w: Floats, places: Mapping[str, NDArray[np.intp]], targets: Mapping[str, Floats]
) -> float:
    return max(
        float(np.abs(np.bincount(place, w, minlength=len(targets[name])) - targets[name]).max())
        for name, place in places.items()
    )


def _fits(
    w: Floats, margins: Mapping[str, Margin], places: Mapping[str, NDArray[np.intp]]
) -> tuple[MarginFit, ...]:
    found = []
    for name, margin in margins.items():
        sums = np.bincount(places[name], w, minlength=len(margin))
        for (category, target), reached in zip(margin.items(), sums, strict=True):
            found.append(MarginFit(name, category, float(target), float(reached)))
    return tuple(found)


def _unmet(fits: Sequence[MarginFit], close: float) -> tuple[Finding, ...]:
    """One finding a margin, at its worst category."""
    worst: dict[str, MarginFit] = {}
    for fit in fits:
        if fit.off > close and (fit.margin not in worst or fit.off > worst[fit.margin].off):
            worst[fit.margin] = fit
    template = N_(
        'Margin "{margin}" cannot be met together with the others: "{category}" has {reached:.6g}'
        " where {target:.6g} is wanted. Check the totals, merge categories or widen the bounds."
    )
    return tuple(
        Finding(
            "rake.infeasible",
            f"margin:{fit.margin}",
            template,
            {
                "margin": fit.margin,
                "category": fit.category,
                "reached": fit.reached,
                "target": fit.target,
            },
        )
        for fit in worst.values()
    )


def _error(code: str, margin: str, template: str, category: str, **more: float) -> SurveyError:
    params = {"margin": margin, "category": category, **more}
    return SurveyError(Finding(code, f"margin:{margin}", template, params))
