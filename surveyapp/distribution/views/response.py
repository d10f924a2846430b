"""Response: final dispositions and outcome rates of a study, by stratum and by channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask import render_template, request
from sqlalchemy import func, select

from surveyapp.database import db
from surveyapp.distribution import designs, dispositions, periods, progress, releases, trials, ways
from surveyapp.distribution.dispositions import Disposition
from surveyapp.distribution.models import DesignStratum, SampleDesign, SampleMember, Study
from surveyapp.distribution.outcome_rates import Rates, outcomes, rates, summed
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.sequence import MEDIA
from surveyapp.distribution.sms.providers import configured
from surveyapp.distribution.views.blueprint import distribution, study_or_404
from surveyapp.distribution.ways import Way
from surveyapp.extensions import settings


@distribution.get("/studies/<int:study_id>/response")
def response(study_id: int) -> str:
    """Who answered, who refused, who was not reached; `?verified=1`: the list is eligible."""
    study = study_or_404(study_id)
    verified = request.args.get("verified") == "1"
    opened = [period for period in periods.of(study) if period.state == "open"]
    period = _chosen(opened)
    period_id = period.id if period else None
    counts = progress.disposition_counts(study.id, period_id)
    weights = _weights(study.id, period_id)
    parts = {label: outcomes(found, verified=verified) for label, found in counts.items()}
    whole = summed(parts.values())
    weighted = summed(part.weighted(weights[label]) for label, part in parts.items())
    totals = {one: sum(found[one] for found in counts.values()) for one in dispositions.ALL}
    return render_template(
        "distribution/response.html",
        study=study,
        verified=verified,
        periods=opened,
        trials=trials.results(study),
        period=period,
        dispositions=[one for one in totals if totals[one] or one not in dispositions.CALLED],
        counts=counts,
        **_reserve(study, counts, period_id),
        by_stratum={label: rates(part) for label, part in parts.items()},
        by_way=_by_way(study.id, period_id, verified=verified),
        media=MEDIA,
        totals=totals,
        cases=int(whole.cases),
        rates=rates(whole),
        weighted=rates(weighted),
    )


def _by_way(
    study_id: int, period_id: int | None, *, verified: bool
) -> list[tuple[Way, int, Rates]]:
    """Way, members, rates."""
    kinds = {channel.name: channel.medium for channel in configured(settings())}
    counts = ways.by_way(study_id, kinds, period_id)
    parts = ((way, outcomes(found, verified=verified)) for way, found in counts.items())
    return [(way, int(part.cases), rates(part)) for way, part in parts]


def _reserve(
    study: Study, counts: Mapping[str, Mapping[Disposition, int]], period_id: int | None
) -> dict[str, Any]:
    """Who is missing by stratum, and what of it the reserve of this period's sample can give."""
    design = designs.current(study)
    if design is not None and design.period_id != period_id:
        design = None
    strata = releases.standing(design) if design else []
    missing = releases.short(study, design) if design else {}
    by_label = {one.stratum.label: one for one in strata}
    short = {label: missing[by_label[label].stratum.id] for label in counts if label in by_label}
    return {
        "missing": {label: short.get(label, 0) for label in counts},
        "reserve": {label: one.reserve for label, one in by_label.items()},
        "replaced": sum(one.replaced for one in strata),
        "stratum_ids": {label: one.stratum.id for label, one in by_label.items()},
        "seen": sum(one.released for one in strata),
    }


def _chosen(opened: Sequence[StudyPeriod]) -> StudyPeriod | None:
    """The period in the query string, else the newest; rates of one sample must not mix."""
    asked = request.args.get("period", "")
    newest = opened[0] if opened else None
    return next((period for period in opened if period.label == asked), newest)


def _weights(study_id: int, period_id: int | None) -> dict[str, Fraction]:
    """Stratum's label → customers of the frame that one drawn member stands for."""
    rows = db.session.execute(
        select(DesignStratum.label, DesignStratum.size, func.count(SampleMember.id))
        .join(SampleDesign, SampleDesign.id == DesignStratum.design_id)
        .join(SampleMember, SampleMember.stratum_id == DesignStratum.id)
        .where(SampleDesign.study_id == study_id, SampleDesign.period_id == period_id)
        .group_by(DesignStratum.id)
    )
    drawn = {label: Fraction(size, drawn) for label, size, drawn in rows}
    return {**drawn, progress.EVENTS: Fraction(1)}
