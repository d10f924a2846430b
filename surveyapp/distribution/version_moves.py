"""A study goes over to another version of its questionnaire, at once or at a chosen moment.

Nothing happens at that moment: it stands in the study's row beside the version that is asked from
then on, and whoever reads the row compares it with the clock. Responses keep the version that they
began with, so people in the middle finish on theirs; links, waves and codes stay as they are.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, Finding, SurveyError


def plan(study: Study, version: QuestionnaireVersion, at: datetime | None = None) -> datetime:
    """Ask `version` of everybody who begins at `at` or later (now when none is given).

    In the caller's transaction. A move that was planned before and has not happened is replaced.
    Raises SurveyError for a closed study, another questionnaire, or the version asked already.
    """
    now = clock.now()
    moment = max(at or now, now)
    # To the millisecond, like the moments at which pages were opened.
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    asked = study.asked
    _check(study, asked, version)
    values = {
        "version_id": asked.id,
        "next_version_id": version.id,
        "next_version_at": moment,
    }
    _write(study, values)
    audit.record(
        "study.version_move",
        f"study:{study.id}",
        before=asked.content_hash,
        after=version.content_hash,
        number=version.number,
        at=moment.isoformat(),
    )
    return moment


def cancel(study: Study) -> None:
    """Take back a move that has not happened yet (in the caller's transaction)."""
    if study.planned_version is None:
        template = N_("No change of version is planned any more.")
        raise SurveyError(_refusal(study, "study.no_move", template))
    number = study.planned_version.number
    _write(study, {"next_version_id": None, "next_version_at": None})
    audit.record("study.version_move_cancelled", f"study:{study.id}", number=number)


def _check(study: Study, asked: QuestionnaireVersion, version: QuestionnaireVersion) -> None:
    if study.state == "closed":
        template = N_("The study is closed; its settings stay as they were.")
        raise SurveyError(_refusal(study, "study.closed", template))
    if version.questionnaire_id != asked.questionnaire_id:
        template = N_("This version is of another questionnaire. Make a new study for it.")
        raise SurveyError(_refusal(study, "study.other_questionnaire", template))
    if version.id == asked.id:
        template = N_("The study asks version {number} already.")
        raise SurveyError(_refusal(study, "study.same_version", template, number=version.number))


def _write(study: Study, values: dict[str, object]) -> None:
    """Write unless somebody else planned something in the meantime (the update decides)."""
    unchanged = (
        Study.id == study.id,
        Study.version_id == study.version_id,
        Study.next_version_id.is_not_distinct_from(study.next_version_id),
        Study.state != "closed",
    )
    written = db.session.scalar(
        update(Study)
        .where(*unchanged)
        .values(values)
        .returning(Study.id)
        .execution_options(synchronize_session=False)
    )
    db.session.expire(study)
    if written is None:
        template = N_("Someone else changed the study at this moment. Look again.")
        raise SurveyError(_refusal(study, "study.changed", template))


def _refusal(study: Study, code: str, template: str, **params: object) -> Finding:
    return Finding(code, f"study:{study.id}", template, params)
