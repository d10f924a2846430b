"""Panels: recruited once, asked in rotation groups, each wave as a study of its own.

Works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import designs, plans, specs
from surveyapp.distribution.frame import unpack
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, SampleDesign, Study
from surveyapp.distribution.panel_models import Panel, PanelWave
from surveyapp.distribution.specs import Spec
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.stats.sampling import rotation
from surveyapp.stats.sampling.rotation import Pattern

MOST_WAVES = 24


def recruit(
    title: str, study: Study, pattern: Pattern, waves: int, per_wave: int, spec: Spec
) -> Panel:
    """Draw a panel of which each wave asks about `per_wave` customers.

    The population, the contact cap and the frame of this moment are those of `study`. spec: seed,
    strata and allocation; n is computed. SurveyError when the frame cannot give so many.
    """
    asked = request(pattern, waves, per_wave, spec)
    plan = designs.preview(study, asked)
    panel = Panel(
        title=title,
        spec=asked.as_json(),
        frame=plan.frame.packed(),
        frame_hash=plan.frame.hash,
        frame_size=len(plan.frame.units),
        draw_hash=plans.draw(plan).hash,
        n=plan.n,
        stay=pattern.stay,
        away=pattern.away,
        again=pattern.again,
        waves=waves,
        created_by=audit.actor(),
    )
    db.session.add(panel)
    db.session.flush()
    audit.record("panel.recruit", f"panel:{panel.id}", n=panel.n, hash=panel.draw_hash)
    return panel


def request(pattern: Pattern, waves: int, per_wave: int, spec: Spec) -> Spec:
    """What a panel asks of its draw; SurveyError when that takes too many groups."""
    planned = rotation.schedule(pattern, waves)
    parts = rotation.groups(planned)
    if parts > specs.MOST_REPLICATES:
        raise SurveyError(
            Finding(
                "panel.too_many_groups",
                "waves",
                N_("That takes {parts} groups, more than {most}: plan fewer waves."),
                {"parts": parts, "most": specs.MOST_REPLICATES},
            )
        )
    n = -(-per_wave * parts // len(planned[0]))
    return replace(spec, n=n, selection="simple", replicates=parts, released=parts)


def every() -> Sequence[Panel]:
    """All panels, newest first."""
    return db.session.scalars(select(Panel).order_by(Panel.id.desc())).all()


def schedule(panel: Panel) -> list[tuple[int, ...]]:
    """Per planned wave the groups that are in it."""
    return rotation.schedule(Pattern(panel.stay, panel.away, panel.again), panel.waves)


def waves_of(panel: Panel) -> dict[int, PanelWave]:
    """Wave's number → the study that is it."""
    rows = (
        select(PanelWave)
        .where(PanelWave.panel_id == panel.id)
        .options(joinedload(PanelWave.study))
        .order_by(PanelWave.number)
    )
    return {wave.number: wave for wave in db.session.scalars(rows)}


def free_studies() -> Sequence[Study]:
    """Studies that can become a wave: open, nobody invited, no wave yet."""
    rows = select(Study).where(
        Study.state != "closed",
        Study.id.not_in(select(PanelWave.study_id)),
        Study.id.not_in(select(Invitation.study_id)),
    )
    return db.session.scalars(rows.order_by(Study.id.desc()).limit(200)).all()


def is_intact(panel: Panel) -> bool:
    """Whether the stored frame and request still give the panel that was recruited."""
    try:
        plan = plans.plan(specs.read(panel.spec), unpack(panel.frame))
    except (ValueError, SurveyError):
        return False
    return plans.draw(plan).hash == panel.draw_hash


def refuse_wave(study: Study) -> None:
    """SurveyError when the study is a wave: its sample is the panel's, no other can replace it."""
    if db.session.scalar(select(PanelWave.id).where(PanelWave.study_id == study.id)) is not None:
        raise _refusal(
            "panel.study_taken",
            N_("This study is a wave of a panel; its sample are the groups of that wave."),
        )


def draw_wave(panel: Panel, number: int, study: Study) -> SampleDesign:
    """Give `study` the members of the groups of this wave as its sample.

    Their chance is that of the panel's draw times the share of its places that the groups hold; it
    is drawn, stored and replayed like any other sample. SurveyError when the wave is taken, or the
    study has invited somebody, or is a wave already.
    """
    planned = refuse_taken(panel, number, study)
    if not is_intact(panel):
        raise _refusal(
            "panel.not_reproduced", N_("The stored frame does not give the stored panel any more.")
        )
    spec = replace(specs.read(panel.spec), groups=planned[number - 1])
    design = designs.draw(study, spec, unpack(panel.frame))
    _take(panel, number, study)
    audit.record("panel.wave", f"panel:{panel.id}", wave=number, study=study.id, design=design.id)
    return design


def refuse_taken(panel: Panel, number: int, study: Study) -> list[tuple[int, ...]]:
    """The schedule; SurveyError when this wave or this study is taken."""
    planned, taken = schedule(panel), waves_of(panel)
    if not 1 <= number <= len(planned) or number in taken:
        raise _taken(number)
    refuse_wave(study)
    designs.refuse_late(study)
    return planned


def _take(panel: Panel, number: int, study: Study) -> None:
    """The constraints decide between two who take a wave, or a study, at once."""
    wave = insert_missing(PanelWave).values(panel_id=panel.id, number=number, study_id=study.id)
    if db.session.scalar(wave.returning(PanelWave.id)) is None:
        raise _taken(number)


def _taken(number: int) -> SurveyError:
    return _refusal(
        "panel.wave_taken", N_("Wave {number} is drawn already, or not planned."), number=number
    )


def _refusal(code: str, template: str, **params: object) -> SurveyError:
    return SurveyError(Finding(code, "panel", template, params))
