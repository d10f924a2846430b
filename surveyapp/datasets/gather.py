"""The responses of a study from the database, streamed by ascending id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from surveyapp.answering.models import Response, ResponseMember
from surveyapp.database import db
from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.archive.due import standing_archive
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.reading import Body, bodies
from surveyapp.datasets.archive.stores import gone
from surveyapp.datasets.plausible import terms_of
from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import Dataset, build
from surveyapp.datasets.weights.gathering import weighing_for
from surveyapp.designer.document import Document
from surveyapp.designer.mapping import Mappings, read
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
    Touchpoint,
)
from surveyapp.distribution.period_models import StudyPeriod, StudyRecurrence

PER_FETCH = 1000
COMPLETED, FINISHED_OR_NOT = ("completed",), ("completed", "started")
"""States of the responses that make a dataset."""
TERMS = (Study.visit_days, Touchpoint.open_from, Touchpoint.open_until, Touchpoint.radius)
"""Columns that say what a study expects of the visit behind a response."""


def dataset(study_id: int, *, unfinished: bool = False) -> Dataset:
    """The study's completed responses as a table. Heavy (Arrow): for the worker, not for pages.

    unfinished: also what was begun and not completed, which enters no estimate.
    """
    study = db.session.get_one(Study, study_id)
    versions = versions_of(study)
    return build(
        _rows(study_id, FINISHED_OR_NOT if unfinished else COMPLETED),
        versions,
        title=study.title,
        timezone=study.timezone,
        language=versions[study.asked.number].default_language,
        about=about_of(versions.values(), replace(uses_of(study), unfinished=unfinished)),
        mappings=mappings_of(study, versions),
        weighing=weighing_for(study_id),
    )


def uses_of(study: Study) -> Uses:
    """What the study and its printed codes say of visits."""
    counted = select(
        func.count(Touchpoint.id),
        func.count(Touchpoint.open_from),
        func.count(Touchpoint.latitude),
        func.count(case((Touchpoint.channel == "kiosk", 1))),
    ).where(Touchpoint.study_id == study.id)
    codes, hours, places, terminals = db.session.execute(counted).one()
    recurs = db.session.get(StudyRecurrence, study.id) is not None
    known = (codes > 0, hours > 0, places > 0, terminals > 0)
    return Uses(study.visit_days is not None, *known, _has_clusters(study), recurs)


def _has_clusters(study: Study) -> bool:
    """Whether stores were drawn first for the study's sample."""
    rows = (
        select(SampleMember.id)
        .join(SampleDesign, SampleDesign.id == SampleMember.design_id)
        .where(SampleDesign.study_id == study.id, SampleMember.cluster.is_not(None))
    )
    return db.session.scalar(rows.limit(1)) is not None


def completed(study_id: int) -> int:
    """How many completed responses the study has."""
    counted = select(func.count()).where(
        Response.study_id == study_id, Response.state == "completed"
    )
    return db.session.execute(counted).scalar_one()


def versions_of(study: Study) -> dict[int, Document]:
    """Number → document of every version that the study asks or has asked."""
    asked = select(Response.version_id).where(Response.study_id == study.id).distinct()
    wanted = QuestionnaireVersion.id.in_(asked) | (QuestionnaireVersion.id == study.asked.id)
    found = db.session.scalars(select(QuestionnaireVersion).where(wanted))
    return {v.number: Document.model_validate(v.document) for v in found}


def mappings_of(study: Study, versions: Mapping[int, Document]) -> Mappings:
    """What was decided about earlier answers, up to the newest version that the study asks."""
    rows = select(QuestionnaireVersion.number, QuestionnaireVersion.mapping).where(
        QuestionnaireVersion.questionnaire_id == study.version.questionnaire_id,
        QuestionnaireVersion.number <= max(versions),
    )
    return {number: read(stored) for number, stored in db.session.execute(rows)}


def _query(study_id: int, states: tuple[str, ...]) -> Select[Any]:
    return (
        select(
            Response.id,
            Response.state,
            Response.saved_at,
            QuestionnaireVersion.number,
            Response.mode,
            Response.language,
            Response.answers,
            Response.facts,
            Response.started_at,
            Response.completed_at,
            DesignStratum.label,
            StudyPeriod.label.label("period"),
            SampleMember.inclusion_probability,
            SampleMember.design_weight,
            DesignStratum.size,
            SampleMember.cluster,
            Response.paradata,
            *TERMS,
            ResponseMember.customer_id,
            ResponseMember.facts.label("member"),
        )
        .join(QuestionnaireVersion, Response.version_id == QuestionnaireVersion.id)
        .outerjoin(Invitation, Response.invitation_id == Invitation.id)
        .outerjoin(SampleMember, Invitation.member_id == SampleMember.id)
        .outerjoin(DesignStratum, SampleMember.stratum_id == DesignStratum.id)
        .outerjoin(SampleDesign, DesignStratum.design_id == SampleDesign.id)
        .outerjoin(StudyPeriod, _period())
        .join(Study, Response.study_id == Study.id)
        .outerjoin(Touchpoint, Response.touchpoint_id == Touchpoint.id)
        .outerjoin(ResponseMember, ResponseMember.response_id == Response.id)
        .where(Response.study_id == study_id, Response.state.in_(states))
        .where(Response.completed_at.is_not(None) | (Response.state == "started"))
        .order_by(Response.id)
    )


def _period() -> ColumnElement[bool]:
    """The period whose sample a response is of; of answers without one, the period of the day."""
    of_day = and_(
        SampleDesign.id.is_(None),
        StudyPeriod.study_id == Response.study_id,
        StudyPeriod.starts_at <= Response.started_at,
        StudyPeriod.ends_at > Response.started_at,
    )
    return or_(StudyPeriod.id == SampleDesign.period_id, of_day)


def _rows(study_id: int, states: tuple[str, ...] = COMPLETED) -> Iterator[Row]:
    """Row by row; pages of `PER_FETCH` by id, so that no cursor stays open on the database."""
    after, away = 0, _archived(study_id)
    while True:
        page = db.session.execute(
            _query(study_id, states).where(Response.id > after).limit(PER_FETCH)
        )
        found = [_row(_whole(record._mapping, away)) for record in page]
        yield from found
        if len(found) < PER_FETCH:
            return
        after = found[-1].id


def _archived(study_id: int) -> Iterator[tuple[int, Body]] | None:
    """What the archive keeps of the study's responses, if it does."""
    row = standing_archive(study_id)
    return None if row is None else bodies(store(), row)


def _whole(record: Mapping[Any, Any], away: Iterator[tuple[int, Body]] | None) -> Mapping[Any, Any]:
    """A record with its body from the archive, which has those of completed ones in this order."""
    if away is None or record["state"] == "started":
        return record
    body = next((body for response, body in away if response == record["id"]), None)
    if body is None:
        raise gone(f"response-{record['id']}")
    return {**record, **body}


def _row(record: Mapping[Any, Any]) -> Row:
    return Row(
        id=record["id"],
        version=record["number"],
        mode=record["mode"],
        language=record["language"],
        answers=record["answers"],
        facts=record["facts"],
        started_at=record["started_at"],
        completed_at=record["completed_at"] or record["saved_at"],
        finished=record["completed_at"] is not None,
        stratum=record["label"] or "",
        period=record["period"] or "",
        probability=record["inclusion_probability"],
        weight=record["design_weight"],
        stratum_size=record["size"],
        cluster=record["cluster"],
        paradata=record["paradata"],
        terms=terms_of(record),
        member=record["member"] if record["customer_id"] else None,
    )
