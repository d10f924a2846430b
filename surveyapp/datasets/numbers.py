"""The results of a study from its dataset, as plain JSON: what pages, reports and demo show.

Every estimate carries its n, its interval under the sampling design, and what limits it; what
cannot be computed is null with a finding that names the culprit.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from surveyapp.datasets.experience import experience
from surveyapp.datasets.experiments import experiments
from surveyapp.datasets.grading import grading
from surveyapp.datasets.preferences import multiples, rankings
from surveyapp.datasets.scoring import dimension_scores, nps_values, total_scores
from surveyapp.datasets.table import Dataset
from surveyapp.datasets.unanswered import missing_answers
from surveyapp.datasets.weighting import Weighting, as_json, summed_up, weighting
from surveyapp.findings import Finding
from surveyapp.stats.accumulate import gather
from surveyapp.stats.dimensionality import dimensionality
from surveyapp.stats.keying import keying
from surveyapp.stats.moments import Moments
from surveyapp.stats.reliability import Reliability, reliability

Json = dict[str, Any]
GAIN = 0.005
"""An item spoils its scale when alpha without it is larger by at least this."""
BINS = tuple(range(0, 101, 10))


def results(data: Dataset) -> Json:
    """Everything that is shown of a study: the keys of `headline` and these.

    scales: per dimension alpha with interval, KMO, Bartlett, items, the item to drop; overall: the
    same over all scored items; distribution: respondents per ten points of the weighted total;
    frequencies: per closed question code → answers, with its base; grading, experience, multiples,
    rankings, experiments, missing: see the functions of these names; findings.
    """
    weights = weighting(data)
    scales = [_scale(data, name, label) for name, label, _ in data.codebook.dimensions]
    head, remarks = _headline(data, weights)
    scored = [v for v in data.codebook.answers if v.is_scored and v.kind == "scale"]
    return {
        **head,
        "dataset_hash": data.hash,
        "scales": [scale for scale in scales if scale["items"]],
        "overall": _reliability_of(data, [v.name for v in scored]),
        "distribution": _distribution(data),
        "frequencies": [_frequency(data, v.name) for v in data.codebook.answers if v.values],
        "grading": grading(data, weights),
        "experience": experience(data, weights),
        "multiples": multiples(data, weights),
        "rankings": rankings(data, weights),
        "experiments": experiments(data),
        "missing": missing_answers(data),
        "findings": [f.as_json() for f in summed_up([*weights.findings, *remarks])],
    }


def headline(data: Dataset) -> Json:
    """n; weighted_total, dimensions and nps, each with n, mean, se, low, high, deff (scores 0 to
    100, NPS -100 to 100, with the shares of promoters, passives, detractors); alpha per dimension.
    """
    head, _ = _headline(data, weighting(data))
    head["alpha"] = {
        name: _alpha(data, [v.name for v in items]) if len(items) > 1 else None
        for name, _, _ in data.codebook.dimensions
        if (items := data.codebook.items_of(name))
    }
    return head


def _headline(data: Dataset, weights: Weighting) -> tuple[Json, list[Finding]]:
    scores = dimension_scores(data)
    total = weights.estimate(total_scores(data, scores), (0, 100))
    estimates = {name: weights.estimate(values, (0, 100)) for name, values in scores.items()}
    dimensions = [
        {"id": name, "title": label, "weight": float(weight), **as_json(estimates[name])}
        for name, label, weight in data.codebook.dimensions
        if name in estimates
    ]
    head = {
        "n": len(data),
        "weighted_total": as_json(total),
        "dimensions": dimensions,
        "nps": _nps(data, weights),
    }
    remarks = [f for estimate in (total, *estimates.values()) for f in estimate.findings]
    return head, remarks


def _nps(data: Dataset, weights: Weighting) -> Json | None:
    values = nps_values(data)
    if values is None:
        return None
    shares = {
        name: weights.estimate(np.where(np.isfinite(values), values == code, np.nan), (0, 1)).mean
        for name, code in (("promoters", 100), ("passives", 0), ("detractors", -100))
    }
    return {**as_json(weights.estimate(values, (-100, 100))), **shares}


def _scale(data: Dataset, dimension: str, label: dict[Any, str]) -> Json:
    items = [v.name for v in data.codebook.items_of(dimension)]
    declared = {d.id: d.expected_alpha for d in data.newest.dimensions}
    lengths = {(data.codebook[name].low, data.codebook[name].high) for name in items}
    return {
        "dimension": dimension,
        "title": label,
        "expected": declared.get(dimension),
        "mixed": len(lengths) > 1,
        **_reliability_of(data, items),
    }


def _alpha(data: Dataset, items: list[str]) -> float | None:
    return reliability(_moments(data, items), items).alpha


def _moments(data: Dataset, items: list[str]) -> Moments:
    return gather(data.matrix([data.codebook[name] for name in items]))


def _reliability_of(data: Dataset, items: list[str]) -> Json:
    if not items:
        return {"items": []}
    moments = _moments(data, items)
    alpha, validity = reliability(moments, items), dimensionality(moments, items)
    test = validity.bartlett
    findings = {(f.code, f.place): f for f in (*alpha.findings, *validity.findings)}
    return {
        "k": alpha.k,
        "n": alpha.n,
        "n_complete": alpha.n_complete,
        "alpha": alpha.alpha,
        "standardised": alpha.standardised,
        "average_r": alpha.average_r,
        "low": alpha.interval.low if alpha.interval else None,
        "high": alpha.interval.high if alpha.interval else None,
        "kmo": validity.kmo,
        "bartlett": {"chi_square": test.chi_square, "df": test.df, "p": test.p} if test else None,
        "drop": _spoiler(alpha),
        "keying": asdict(keying(moments, alpha)),
        "items": [
            {
                "id": item.id,
                "label": data.codebook[item.id].label,
                "reverse": data.codebook[item.id].reverse,
                "n": item.n,
                "mean": item.mean,
                "sd": item.sd,
                "item_total_r": item.item_total_r,
                "alpha_if_deleted": item.alpha_if_deleted,
                "msa": validity.msa.get(item.id),
            }
            for item in alpha.items
        ],
        "findings": [finding.as_json() for finding in findings.values()],
    }


def _spoiler(alpha: Reliability) -> str | None:
    """The item without which alpha rises most, if it rises enough to matter."""
    if alpha.alpha is None:
        return None
    gains = [
        (item.alpha_if_deleted - alpha.alpha, item.id)
        for item in alpha.items
        if item.alpha_if_deleted is not None
    ]
    gain, item = max(gains, default=(0.0, ""))
    return item if gain >= GAIN else None


def _distribution(data: Dataset) -> list[Json]:
    """Respondents per ten points of the weighted total; 100 belongs to the last bin."""
    totals = total_scores(data, dimension_scores(data))
    counts, _ = np.histogram(totals[np.isfinite(totals)], BINS)
    return [
        {"from": low, "to": low + 10, "n": int(n)} for low, n in zip(BINS[:-1], counts, strict=True)
    ]


def _frequency(data: Dataset, name: str) -> Json:
    """Answers per code, in the codebook's order; codes without a label where they occur."""
    variable = data.codebook[name]
    answers = [value for value in data.table[name].to_pylist() if value is not None]
    counts: dict[Any, int] = {code: 0 for code, _ in variable.values}
    if variable.kind == "scale" and variable.low is not None and variable.high is not None:
        counts = dict.fromkeys(range(int(variable.low), int(variable.high) + 1), 0)
    for answer in answers:
        counts[answer] = counts.get(answer, 0) + 1
    labels = dict(variable.values)
    return {
        "variable": name,
        "label": variable.label,
        "base": len(answers),
        "counts": [{"code": c, "label": labels.get(c, {}), "n": n} for c, n in counts.items()],
    }
