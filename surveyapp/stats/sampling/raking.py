"""Raking: weights whose totals agree with known margins of the population.

Iterative proportional fitting (Deming and Stephan 1940), as R's survey::rake, which it equals where
the margins can be met. Where a few rows carry what a margin lacks, fitting in turn comes closer by
ever less; Newton's method on the same problem (Deville and Särndal 1992, as R's calibrate with
calfun = "raking") then finishes it. Every margin is checked after the last step, because the
weights of margins that contradict each other stop changing, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surveyapp.findings import N_, Finding, SurveyError

Floats = NDArray[np.float64]
Margin = Mapping[str, float]
CLOSE = 1e-9
"""Relative to the population: how far a category may be off its target at the end."""
ROUNDS = 2000
STEPS = 60
FURTHEST = 2.0
"""A step of Newton's method multiplies no weight by more than e to this."""


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
    """weights: one per row; rounds: cycles over all margins; fits: every category of every margin;
    deff: Kish's 1 + cv² of the weights; ratio: smallest and largest weight against the one before;
    findings: margins that are not met, named (then the weights are not fit for use).
    """

    weights: Floats
    rounds: int
    fits: tuple[MarginFit, ...]
    deff: float
    ratio: tuple[float, float]
    findings: tuple[Finding, ...] = ()

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
    and largest ratio of a new weight to its base weight; weights are held inside after each
    cycle. Raises SurveyError `rake.*` for margins that cannot be met whatever the weights: a
    category without rows or without target, totals that differ, targets that are not positive.
    """
    base = _base(weights, len(next(iter(groups.values()), ())))
    places = {name: _places(name, groups[name], margin) for name, margin in margins.items()}
    targets = {name: np.array(list(margin.values()), float) for name, margin in margins.items()}
    _check_totals({name: float(target.sum()) for name, target in targets.items()})
    _check_rows(margins, places, base)
    total = max(float(target.sum()) for target in targets.values())
    w, used = _cycles(base, places, targets, bounds, CLOSE * total / 10, rounds)
    if bounds is None and _worst(w, places, targets) > CLOSE * total:
        w = _finished(w, places, targets, CLOSE * total / 10)
    fits = _fits(w, margins, places)
    ratio = w[base > 0] / base[base > 0]
    deff = len(w) * float(w @ w) / float(w.sum()) ** 2
    ends = float(ratio.min()), float(ratio.max())
    return Raked(w, used, fits, deff, ends, _unmet(fits, CLOSE * total))


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
    bounds: tuple[float, float] | None,
    close: float,
    rounds: int,
) -> tuple[Floats, int]:
    """Scale to each margin in turn until all are met, or the rounds are used up."""
    w, used = base.copy(), 0
    while used < rounds:
        used += 1
        for name, place in places.items():
            sums = np.bincount(place, w, minlength=len(targets[name]))
            w *= (targets[name] / np.where(sums > 0, sums, 1.0))[place]
        if bounds is not None:
            np.clip(w, base * bounds[0], base * bounds[1], out=w)
        if _worst(w, places, targets) <= close:
            break
    return w, used


def _finished(
    w: Floats, places: Mapping[str, NDArray[np.intp]], targets: Mapping[str, Floats], close: float
) -> Floats:
    """The weights w · exp(λ of the row's categories) that meet all margins; else w."""
    wanted, found = np.concatenate(list(targets.values())), w
    for _ in range(STEPS):
        if _worst(found, places, targets) <= close:
            return found
        together = _together(found, places, targets)
        step = np.linalg.lstsq(together, wanted - together.diagonal())[0].astype(np.float64)
        by_row = np.zeros(len(w))
        for part, place in _parts(step, places, targets):
            by_row += part[place]
        found = found * np.exp(by_row * min(1.0, FURTHEST / max(float(np.abs(by_row).max()), 1e-9)))
    return w


def _together(
    w: Floats, places: Mapping[str, NDArray[np.intp]], targets: Mapping[str, Floats]
) -> Floats:
    """Categories by categories of all margins: the weight of the rows that are in both."""
    blocks = [
        [
            np.bincount(
                place * len(targets[other]) + places[other], w, len(target) * len(targets[other])
            ).reshape(len(target), -1)
            for other in targets
        ]
        for target, place in ((targets[name], places[name]) for name in targets)
    ]
    whole: Floats = np.block(blocks)
    return whole


def _parts(
    step: Floats, places: Mapping[str, NDArray[np.intp]], targets: Mapping[str, Floats]
) -> list[tuple[Floats, NDArray[np.intp]]]:
    ends = np.cumsum([len(target) for target in targets.values()])[:-1]
    return list(zip(np.split(step, ends), places.values(), strict=True))


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
