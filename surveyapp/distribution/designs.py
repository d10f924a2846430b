"""Stored designs: a frame frozen, a sample drawn from a seed, and the proof that it was.

`preview` writes nothing. `draw` stores the frame, the allocation, the seed and everyone drawn
with probability and weight. `redraw` does it again from what was stored and compares.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import eligibility, plans, population
from surveyapp.distribution.frame import Frame, Key, Unit, freeze, unpack
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence
from surveyapp.distribution.plans import Draw, Plan, Spec
from surveyapp.distribution.population import Population
from surveyapp.findings import N_, Finding, SurveyError

Member = tuple[str, str, float, float]
"""Customer number, stratum's label, inclusion probability, design weight."""
CHUNK = 5_000
"""Customer numbers in one query; every database takes so many parameters."""


@dataclass(frozen=True)
class Redraw:
    """A second draw beside the stored one. frame_intact: the stored frame still has its hash."""

    stored_hash: str
    hash: str
    frame_intact: bool
    members_equal: bool

    @property
    def identical(self) -> bool:
        """Whether everything came out bit by bit the same."""
        return self.frame_intact and self.members_equal and self.hash == self.stored_hash


def new_seed() -> int:
    """A seed nobody chose."""
    return secrets.randbelow(plans.LARGEST_SEED)


def frame_now(
    study: Study, strata_by: tuple[str, ...], measure: str, chosen: Population | None = None
) -> Frame:
    """The frame of a population (default: the study's) as the customers are at this moment."""
    chosen = chosen or population.read(study.population)
    columns = [getattr(Customer, name).label(f"key_{name}") for name in strata_by]
    wanted = [*columns, getattr(Customer, measure).label("measure")]
    rows = eligibility.eligible_rows(chosen, study, wanted)
    return freeze(strata_by, measure, (_unit(tuple(row)) for row in rows))


def _unit(row: tuple[object, ...]) -> Unit:
    number, *key, measure = row
    return Unit(str(number), tuple(str(value) for value in key), _decimal_text(measure))


def _decimal_text(measure: object) -> str | None:
    """`12.50` and `12.5` are one number; databases differ in the zeros that they give back."""
    if measure is None:
        return None
    text = format(measure, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def preview(study: Study, spec: Spec, chosen: Population | None = None) -> Plan:
    """The allocation over today's frame. SurveyError says what stands in the way."""
    plans.check(spec)
    return plans.plan(spec, frame_now(study, spec.strata_by, spec.measure, chosen))


def current(study: Study) -> SampleDesign | None:
    """The study's sample: its newest draw."""
    return db.session.scalar(
        select(SampleDesign)
        .where(SampleDesign.study_id == study.id, SampleDesign.drawn_at.is_not(None))
        .order_by(SampleDesign.id.desc())
        .limit(1)
    )


def draw(study: Study, spec: Spec, period: StudyPeriod | None = None) -> SampleDesign:
    """Freeze the frame, draw, store it all in the caller's transaction.

    A new draw replaces the sample of the study, or of this period: the members of the old one go,
    its frame, seed and hash stay as a record. Once somebody is invited that is refused: the
    weights would be wrong.
    """
    hold(study)
    refuse_late(study, period)
    planned = preview(study, spec)
    drawn = plans.draw(planned)
    earlier = select(SampleDesign.id).where(
        SampleDesign.study_id == study.id, SampleDesign.period_id == (period and period.id)
    )
    db.session.execute(
        delete(SampleMember)
        .where(SampleMember.design_id.in_(earlier))
        .execution_options(synchronize_session=False)
    )
    design = _store_design(study, drawn, period)
    _store_members(design, drawn)
    audit.record(
        "sample.draw",
        f"study:{study.id}",
        design=design.id,
        n=spec.n,
        seed=spec.seed,
        hash=drawn.hash,
    )
    return design


def redraw(design: SampleDesign) -> Redraw:
    """Draw again from the stored frame and seed, and compare every member; writes nothing."""
    packed = design.frame or b""
    try:
        intact = hashlib.sha256(zlib.decompress(packed)).hexdigest() == design.frame_hash
        frame = unpack(packed)
    except (ValueError, zlib.error):
        return Redraw(design.draw_hash, "", False, False)
    again = plans.draw(plans.plan(spec_of(design), frame))
    equal = _expected_members(again) == _stored_members(design)
    return Redraw(design.draw_hash, again.hash, intact, equal)


def spec_of(design: SampleDesign) -> Spec:
    """What was asked for when `design` was drawn."""
    return Spec(
        n=design.n,
        seed=design.seed,
        strata_by=tuple(design.strata_by),
        method=design.method,
        measure=design.measure,
        minimum=design.min_per_stratum,
    )


def label(key: Key) -> str:
    """How a stratum is called in tables; a customer without the attribute shows as a dash."""
    return " · ".join(value or "–" for value in key) or "*"


def hold(study: Study) -> None:
    """Keep others from drawing or inviting for this study until the transaction ends.

    PostgreSQL locks the row; on SQLite the first write makes everyone else wait anyway.
    """
    db.session.execute(select(Study.id).where(Study.id == study.id).with_for_update())


def refuse_late(study: Study, period: StudyPeriod | None = None) -> None:
    """SurveyError when the sample of the study, or of its period, can no longer change."""
    if study.state == "closed":
        raise SurveyError(
            Finding("design.study_closed", "study", N_("The study is closed; nothing is drawn."))
        )
    if period is None and db.session.get(StudyRecurrence, study.id) is not None:
        raise SurveyError(
            Finding(
                "design.recurring",
                "study",
                N_("This study recurs: every period draws its own sample when it begins."),
            )
        )
    occasion = period.label if period else ""
    invited = select(func.count()).where(
        Invitation.study_id == study.id, Invitation.occasion == occasion
    )
    if db.session.scalar(invited):
        raise SurveyError(
            Finding(
                "design.already_invited",
                "study",
                N_("The sample has been invited, so it cannot be drawn again: make a new study."),
            )
        )


def _store_design(study: Study, drawn: Draw, period: StudyPeriod | None) -> SampleDesign:
    spec, frame = drawn.plan.spec, drawn.plan.frame
    chosen = population.read(study.population)
    design = SampleDesign(
        study_id=study.id,
        period=period,
        strata_by=list(spec.strata_by),
        method=spec.method,
        measure=spec.measure,
        n=spec.n,
        min_per_stratum=spec.minimum,
        seed=spec.seed,
        population=chosen.as_json(),
        frame=frame.packed(),
        frame_hash=frame.hash,
        frame_size=len(frame.units),
        excluded=eligibility.count(chosen, study).excluded,
        draw_hash=drawn.hash,
        drawn_at=clock.now(),
        created_by=audit.actor(),
    )
    db.session.add(design)
    design.strata = [
        DesignStratum(
            key=dict(zip(spec.strata_by, row.stratum.key, strict=True)),
            label=label(row.stratum.key)[:300],
            size=row.stratum.size,
            n=row.n,
            sd=row.stratum.sd,
        )
        for row in drawn.plan.rows
    ]
    db.session.flush()
    return design


def _store_members(design: SampleDesign, drawn: Draw) -> None:
    ids = _customer_ids(number for numbers in drawn.drawn.values() for number in numbers)
    rows = []
    for stratum, row in zip(design.strata, drawn.plan.rows, strict=True):
        weights = row.weights
        for number in drawn.drawn[row.stratum.key]:
            rows.append(
                {
                    "design_id": design.id,
                    "stratum_id": stratum.id,
                    "customer_id": ids[number],
                    "inclusion_probability": float(weights.probability),
                    "design_weight": float(weights.weight or 0),
                }
            )
    db.session.execute(insert(SampleMember), rows)


def _customer_ids(numbers: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    waiting = list(numbers)
    for start in range(0, len(waiting), CHUNK):
        chunk = waiting[start : start + CHUNK]
        rows = select(Customer.number, Customer.id).where(Customer.number.in_(chunk))
        found.update(dict(db.session.execute(rows).all()))
    return found


def _expected_members(drawn: Draw) -> set[Member]:
    """(number, stratum, probability, weight) of everyone that a draw gives."""
    return {
        (
            number,
            label(row.stratum.key)[:300],
            float(row.weights.probability),
            float(row.weights.weight or 0),
        )
        for row in drawn.plan.rows
        for number in drawn.drawn[row.stratum.key]
    }


def _stored_members(design: SampleDesign) -> set[Member]:
    rows = (
        select(
            Customer.number,
            DesignStratum.label,
            SampleMember.inclusion_probability,
            SampleMember.design_weight,
        )
        .join(Customer, Customer.id == SampleMember.customer_id)
        .join(DesignStratum, DesignStratum.id == SampleMember.stratum_id)
        .where(SampleMember.design_id == design.id)
    )
    return set(db.session.execute(rows).all())
