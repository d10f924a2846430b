"""Cronbach's alpha and what goes with it, from moments alone.

Equal to R psych 2.2.9 `alpha(x, check.keys = FALSE)` to 1e-9 (tests/reference), except where that
prints something meaningless: alpha without one of only two items is undefined here. Nothing is
reversed, clipped or left out without being said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from surveyapp.findings import N_, Finding
from surveyapp.stats.intervals import Interval, feldt
from surveyapp.stats.moments import Floats, Missing, Moments, PairSums, correlations

_NOTHING = 1e-12  # share of the items' variance below which a total does not vary


@dataclass(frozen=True)
class ItemReliability:
    """One item. n, mean and sd over its own answers (listwise: over complete rows), None without.

    item_total_r: correlation with the sum of the other items. alpha_if_deleted: raw alpha of the
    other items. None where undefined, and for items that were left out.
    """

    id: str
    n: int
    mean: float | None
    sd: float | None
    item_total_r: float | None = None
    alpha_if_deleted: float | None = None


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of one scale.

    n: rows that the interval rests on (pairwise: all rows, as psych; listwise: complete rows).
    k: items in alpha, those left out not counted. alpha, standardised: from covariances and from
    correlations. interval: Feldt's, of the raw alpha. average_r: mean correlation between items.
    """

    n_rows: int
    n_complete: int
    n: int
    k: int
    missing: Missing
    alpha: float | None
    standardised: float | None
    interval: Interval | None
    average_r: float | None
    items: tuple[ItemReliability, ...]
    findings: tuple[Finding, ...]


def reverse(
    moments: Moments, items: Sequence[str], reversed_items: Sequence[str], ends: tuple[float, float]
) -> Moments:
    """The moments with some items turned round: low end + high end - answer.

    ValueError for an item that is not among `items`.
    """
    unknown = set(reversed_items) - set(items)
    if unknown:
        raise ValueError(f"cannot reverse {sorted(unknown)}: not among the items")
    turned = np.array([item in reversed_items for item in items])
    return moments.reversed(np.where(turned, -1.0, 1.0), np.where(turned, sum(ends), 0.0))


def reliability(
    moments: Moments,
    items: Sequence[str],
    *,
    missing: Missing = "pairwise",
    level: float = 0.95,
) -> Reliability:
    """Alpha of the items whose moments these are; see `Reliability`."""
    sums = moments.under(missing)
    findings = without_answers_or_variance(moments, items, missing)
    named = {finding.params["item"] for finding in findings}
    used = [place for place, item in enumerate(items) if item not in named]
    n = moments.n_rows if missing == "pairwise" else moments.n_complete
    problem = _unusable(sums, items, used, n)
    if problem:
        findings.append(problem)
        return _result(moments, missing, n, used, _described(sums, items), tuple(findings))
    return _computed(moments, items, missing, level, used, findings)


def without_answers_or_variance(
    moments: Moments, items: Sequence[str], missing: Missing
) -> list[Finding]:
    """A finding for each item that no scale can use, `params["item"]` naming it.

    Among fewer than two rows nothing varies, so only items without any answer are named then.
    """
    sums = moments.under(missing)
    enough = (moments.n_rows if missing == "pairwise" else moments.n_complete) > 1
    found = []
    for place, item in enumerate(items):
        if moments.n_rows and moments.pairwise.n[place] == 0:
            found.append(no_answers(item))
        elif enough and sums.constant[place]:
            template = N_('"{item}" does not vary (every answer is {value:g}) and is left out.')
            value = float(sums.only[place])
            found.append(_left_out("constant_item", item, template, value=value))
    return found


def no_answers(item: str) -> Finding:
    """The finding that an item has no answer at all."""
    return _left_out("no_answers", item, N_('"{item}" has no answers and is left out.'))


def _left_out(code: str, item: str, template: str, **params: object) -> Finding:
    return Finding(f"items.{code}", f"item:{item}", template, {"item": item, **params}, "warning")


def _unusable(sums: PairSums, items: Sequence[str], used: list[int], n: int) -> Finding | None:
    if n < 2:
        return Finding(
            "reliability.too_few_answers",
            "scale",
            N_("Reliability needs at least two answered rows; there are {n}."),
            {"n": n},
        )
    if len(used) < 2:
        return Finding(
            "reliability.too_few_items",
            "scale",
            N_("Reliability needs at least two items that vary; there are {k}."),
            {"k": len(used)},
        )
    pairs = sums.counts[np.ix_(used, used)]
    if pairs.min() < 2:
        a, b = np.unravel_index(int(pairs.argmin()), pairs.shape)
        return Finding(
            "reliability.no_common_answers",
            f"item:{items[used[int(a)]]}",
            N_('"{one}" and "{other}" are answered together in fewer than two rows.'),
            {"one": items[used[int(a)]], "other": items[used[int(b)]]},
        )
    covariance = sums.covariance[np.ix_(used, used)]
    if covariance.sum() <= _NOTHING * covariance.trace():
        return Finding(
            "reliability.no_total_variance",
            "scale",
            N_("The sum of the items does not vary: the items cancel out. Is one keyed backwards?"),
        )
    return None


def _computed(
    moments: Moments,
    items: Sequence[str],
    missing: Missing,
    level: float,
    used: list[int],
    findings: list[Finding],
) -> Reliability:
    sums = moments.under(missing)
    covariance = sums.covariance[np.ix_(used, used)]
    k, n = len(used), moments.n_rows if missing == "pairwise" else moments.n_complete
    alpha = _alpha(covariance.trace(), covariance.sum(), k)
    average_r = _average_r(covariance)
    described = {item.id: item for item in _described(sums, items)}
    names = [items[place] for place in used]
    for name, r, without in zip(
        names, _item_total(covariance), _if_deleted(covariance), strict=True
    ):
        plain = described[name]
        described[name] = ItemReliability(
            name, plain.n, plain.mean, plain.sd, _number(r), _number(without)
        )
    rows = tuple(described[item] for item in items)
    findings += _remarks(moments, missing, alpha, rows, k)
    return _result(
        moments,
        missing,
        n,
        used,
        rows,
        tuple(findings),
        alpha,
        _standardised(average_r, k),
        feldt(alpha, n, k, level),
        average_r,
    )


def _alpha(trace: float, total: float, k: int) -> float:
    return k / (k - 1) * (1 - trace / total)


def _average_r(covariance: Floats) -> float:
    k = len(covariance)
    return float((correlations(covariance).sum() - k) / (k * (k - 1)))


def _standardised(average_r: float, k: int) -> float | None:
    spread = 1 + (k - 1) * average_r
    return k * average_r / spread if spread > _NOTHING else None


def _item_total(covariance: Floats) -> Floats:
    """Correlation of each item with the sum of the others; NaN where that sum does not vary."""
    own, rows = covariance.diagonal(), covariance.sum(axis=1)
    rest = covariance.sum() - 2 * rows + own
    with np.errstate(invalid="ignore", divide="ignore"):
        r: Floats = (rows - own) / np.sqrt(own * rest)
    return np.where(rest > _NOTHING * covariance.trace(), r, np.nan)


def _if_deleted(covariance: Floats) -> Floats:
    """Alpha of the others for each item, in closed form; NaN for two items or no variance left."""
    k, own = len(covariance), covariance.diagonal()
    rest = covariance.sum() - 2 * covariance.sum(axis=1) + own
    if k < 3:
        return np.full(k, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha: Floats = (k - 1) / (k - 2) * (1 - (covariance.trace() - own) / rest)
    return np.where(rest > _NOTHING * covariance.trace(), alpha, np.nan)


def _described(sums: PairSums, items: Sequence[str]) -> tuple[ItemReliability, ...]:
    sd = np.sqrt(np.maximum(sums.covariance.diagonal(), 0.0))
    return tuple(
        ItemReliability(item, int(n), _number(mean), _number(deviation))
        for item, n, mean, deviation in zip(items, sums.n, sums.means, sd, strict=True)
    )


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _remarks(
    moments: Moments, missing: Missing, alpha: float, items: Sequence[ItemReliability], k: int
) -> list[Finding]:
    remarks = [
        Finding(
            "items.against_the_scale",
            f"item:{item.id}",
            N_('"{item}" goes against the other items (r = {r:.2f}). Should it be reversed?'),
            {"item": item.id, "r": item.item_total_r},
            "warning",
        )
        for item in items
        if item.item_total_r is not None and item.item_total_r < 0
    ]
    if alpha < 0:
        remarks.append(
            Finding(
                "reliability.negative_alpha",
                "scale",
                N_("Alpha is negative: the items do not measure one thing, or keys are wrong."),
                {},
                "warning",
            )
        )
    if k == 2:
        remarks.append(
            Finding(
                "reliability.two_items",
                "scale",
                N_("With two items there is no alpha without one of them."),
                {},
                "info",
            )
        )
    return remarks + _rows_remarks(moments, missing)


def _rows_remarks(moments: Moments, missing: Missing) -> list[Finding]:
    counts: Mapping[str, object] = {
        "n": moments.n_rows,
        "complete": moments.n_complete,
        "empty": moments.n_empty,
    }
    if missing == "listwise" and moments.n_complete < moments.n_rows:
        template = N_("Alpha uses the {complete} rows of {n} that answer every item.")
        return [Finding("reliability.rows_dropped", "scale", template, counts, "info")]
    if missing == "pairwise" and moments.n_empty:
        template = N_("{empty} of {n} rows answer none of the items; they count in n.")
        return [Finding("reliability.empty_rows", "scale", template, counts, "info")]
    return []


def _result(
    moments: Moments,
    missing: Missing,
    n: int,
    used: list[int],
    items: tuple[ItemReliability, ...],
    findings: tuple[Finding, ...],
    alpha: float | None = None,
    standardised: float | None = None,
    interval: Interval | None = None,
    average_r: float | None = None,
) -> Reliability:
    return Reliability(
        moments.n_rows,
        moments.n_complete,
        n,
        len(used),
        missing,
        alpha,
        standardised,
        interval,
        average_r,
        items,
        findings,
    )
