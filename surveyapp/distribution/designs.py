"""Stored designs: a frame frozen, a sample drawn from a seed, and the proof that it was.

`preview` writes nothing. `draw` stores the frame, the allocation, the seed and everyone released
with probability and weight. `redraw` does it again from what was stored and compares.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import eligibility, plans, population, sample_members, selecting, specs
from surveyapp.distribution.frame import Frame, Key, Unit, freeze, unpack
from surveyapp.distribution.holding import hold, hold_for_long
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
    Wave,
)
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence
from surveyapp.distribution.plans import Draw, Plan
from surveyapp.distribution.population import Population
from surveyapp.distribution.release_models import SampleRelease
from surveyapp.distribution.sample_members import label
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_, Finding, SurveyError


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
    return secrets.randbelow(specs.LARGEST_SEED)


def frame_now(
    study: Study,
    strata_by: tuple[str, ...],
    measure: str,
    chosen: Population | None = None,
    also: tuple[str, ...] = (),
    caps: eligibility.Caps = None,
) -> Frame:
    """The frame of a population (default: the study's) as the customers are at this moment."""
    chosen = chosen or population.read(study.population)
    columns = [getattr(Customer, name).label(f"key_{name}") for name in strata_by]
    more = [getattr(Customer, name).label(f"also_{name}") for name in also]
    wanted = [*columns, *more, getattr(Customer, measure).label("measure")]
    rows = eligibility.eligible_rows(chosen, study, wanted, caps)
    units = (_unit(tuple(row), len(strata_by)) for row in rows)
    return freeze(strata_by, measure, units, also)


def _unit(row: tuple[object, ...], strata: int) -> Unit:
    number, *values, measure = row
    texts = [str(value) for value in values]
    also = tuple(texts[strata:])
    return Unit(str(number), tuple(texts[:strata]), _decimal_text(measure), also)


def _decimal_text(measure: object) -> str | None:
    """`12.50` and `12.5` are one number; databases differ in the zeros that they give back."""
    if measure is None:
        return None
    text = format(measure, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def preview(
    study: Study,
    spec: Spec,
    chosen: Population | None = None,
    caps: eligibility.Caps = None,
) -> Plan:
    """The allocation over today's frame. SurveyError says what stands in the way."""
    specs.check(spec)
    also = selecting.kept(spec)
    return plans.plan(spec, frame_now(study, spec.strata_by, spec.measure, chosen, also, caps))


def current(study: Study) -> SampleDesign | None:
    """The study's sample: its newest draw."""
    return db.session.scalar(
        select(SampleDesign)
        .where(SampleDesign.study_id == study.id, SampleDesign.drawn_at.is_not(None))
        .order_by(SampleDesign.id.desc())
        .limit(1)
    )


def draw(
    study: Study, spec: Spec, frame: Frame | None = None, period: StudyPeriod | None = None
) -> SampleDesign:
    """Freeze the frame (or take one that was frozen before: a panel's), draw, store it all in the
    caller's transaction.

    A new draw replaces the sample of the study, or of this period: the members of the old one go,
    its frame, seed and hash stay as a record. Once somebody is invited that is refused: the
    weights would be wrong.
    """
    hold_for_long(study.id)
    refuse_late(study, period)
    planned = preview(study, spec) if frame is None else plans.plan(spec, frame)
    drawn = plans.draw(planned)
    hold(study.id)
    refuse_late(study, period)
    earlier = select(SampleDesign.id).where(
        SampleDesign.study_id == study.id, SampleDesign.period_id == (period and period.id)
    )
    db.session.execute(
        delete(SampleMember)
        .where(SampleMember.design_id.in_(earlier))
        .execution_options(synchronize_session=False)
    )
    design = _store_design(study, drawn, period)
    sample_members.store(design, drawn.members(), drawn.clusters)
    audit.record(
        "sample.draw",
        f"study:{study.id}",
        design=design.id,
        n=design.n,
        released=drawn.plan.released,
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
    try:
        members = again.members(released_sizes(design, again))
    except ValueError:
        return Redraw(design.draw_hash, again.hash, intact, False)
    equal = sample_members.expected(members, again.clusters) == sample_members.stored(design)
    return Redraw(design.draw_hash, again.hash, intact, equal)


def drawn_again(design: SampleDesign) -> Draw:
    """The draw from the stored frame and seed; SurveyError when that is no longer the same."""
    again = plans.draw(plans.plan(spec_of(design), unpack(design.frame or b"")))
    if again.hash != design.draw_hash:
        raise SurveyError(
            Finding(
                "design.not_reproduced",
                f"design:{design.id}",
                N_("The stored frame does not give the stored draw any more; compare them first."),
            )
        )
    return again


def released_sizes(design: SampleDesign, drawn: Draw) -> dict[Key, int]:
    """Stratum → how many are released: those of the draw, and of every release since."""
    sizes = {row.stratum.key: row.released for row in drawn.plan.rows}
    keys = {stratum.id: stratum_key(design, stratum) for stratum in design.strata}
    rows = select(SampleRelease.strata).where(SampleRelease.design_id == design.id)
    for strata in db.session.scalars(rows):
        for stratum_id, n in strata.items():
            sizes[keys[int(stratum_id)]] += n
    return sizes


def stratum_key(design: SampleDesign, stratum: DesignStratum) -> Key:
    """The stratum's values in the order of the design's attributes."""
    return tuple(stratum.key[name] for name in design.strata_by)


def spec_of(design: SampleDesign) -> Spec:
    """What was asked for when `design` was drawn."""
    plain = {
        "n": design.n,
        "seed": design.seed,
        "strata_by": design.strata_by,
        "method": design.method,
        "measure": design.measure,
        "minimum": design.min_per_stratum,
    }
    return specs.read({**plain, **design.options})


def refuse_late(
    study: Study, period: StudyPeriod | None = None, recurring: bool | None = None
) -> None:
    """SurveyError when the sample of the study, or of its period, can no longer change.

    recurring: whether the study recurs, where that is known already.
    """
    if study.state == "closed":
        raise SurveyError(
            Finding("design.study_closed", "study", N_("The study is closed; nothing is drawn."))
        )
    if recurring is None:
        recurring = period is None and db.session.get(StudyRecurrence, study.id) is not None
    if period is None and recurring:
        raise SurveyError(
            Finding(
                "design.recurring",
                "study",
                N_("This study recurs: every period draws its own sample when it begins."),
            )
        )
    preparing = (Wave.kind == "invitation", Wave.state == "starting")
    if period is None and db.session.scalar(
        select(Wave.id).where(Wave.study_id == study.id, *preparing)
    ):
        raise SurveyError(
            Finding(
                "design.being_invited",
                "study",
                N_("The sample is being invited: cancel that before you draw another."),
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
        n=drawn.plan.n,
        min_per_stratum=spec.minimum,
        seed=spec.seed,
        options={**spec.options(), **({} if spec.n == drawn.plan.n else {"n": spec.n})},
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
