"""Studies: made from a published version, moved through their states, listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution import study_states
from surveyapp.distribution.models import Invitation, SampleDesign, Study
from surveyapp.distribution.population import Population
from surveyapp.findings import N_, Finding, SurveyError


@dataclass(frozen=True)
class Standing:
    """How far a study is, for the list of studies."""

    study: Study
    sampled: int
    invited: int
    completed: int


def create(title: str, version: QuestionnaireVersion, **settings: Any) -> Study:
    """A new draft study in the caller's transaction; `settings` are columns of Study."""
    chosen = {"population": Population().as_json(), "created_by": audit.actor(), **settings}
    study = Study(title=title, version_id=version.id, **chosen)
    db.session.add(study)
    db.session.flush()
    audit.record("study.create", f"study:{study.id}", version=version.content_hash)
    return study


def move(study: Study, event: str) -> str:
    """Let `event` happen to the study in the caller's transaction; the new state.

    Two people at once: the database lets one of them move it. SurveyError when the event is not
    allowed in the state that the study is in.
    """
    before = study.state
    target = study_states.after(before, event)
    moved = target and db.session.scalar(
        update(Study)
        .where(Study.id == study.id, Study.state == before)
        .values(state=target)
        .returning(Study.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(study, ["state"])
    if not moved:
        raise SurveyError(
            Finding(
                "study.illegal_move",
                f"study:{study.id}",
                N_("The study is {state} by now, so this is not possible any more."),
                {"state": study.state},
            )
        )
    audit.record(f"study.{event}", f"study:{study.id}", before=before, after=target)
    return str(target)


def published_versions() -> Sequence[QuestionnaireVersion]:
    """Every published version with its questionnaire, newest first."""
    return db.session.scalars(
        select(QuestionnaireVersion)
        .options(joinedload(QuestionnaireVersion.questionnaire))
        .order_by(QuestionnaireVersion.published_at.desc(), QuestionnaireVersion.id.desc())
    ).all()


def standings() -> list[Standing]:
    """Every study, newest first, in three queries however many there are."""
    studies = db.session.scalars(
        select(Study)
        .options(joinedload(Study.version).joinedload(QuestionnaireVersion.questionnaire))
        .order_by(Study.id.desc())
    ).all()
    newest = select(func.max(SampleDesign.id)).where(SampleDesign.drawn_at.is_not(None))
    drawn = dict(
        db.session.execute(
            select(SampleDesign.study_id, SampleDesign.n).where(
                SampleDesign.id.in_(newest.group_by(SampleDesign.study_id))
            )
        ).all()
    )
    reached = {
        study_id: (invited, completed)
        for study_id, invited, completed in db.session.execute(
            select(
                Invitation.study_id,
                func.count(Invitation.invited_at),
                func.count(Invitation.completed_at) - func.count(Invitation.ineligible_at),
            ).group_by(Invitation.study_id)
        )
    }
    return [Standing(s, drawn.get(s.id, 0), *reached.get(s.id, (0, 0))) for s in studies]
