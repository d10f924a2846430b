"""Which studies may be archived, and which archives stand."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.archive.models import Archive
from surveyapp.distribution.models import Study
from surveyapp.extensions import settings
from surveyapp.findings import N_, Finding, SurveyError


@dataclass(frozen=True)
class Standing:
    """archive: the one that stands, if any; responses: rows of the study; due_at: from when it may
    be archived (None: it is not closed, or nobody answered).
    """

    archive: Archive | None
    responses: int
    due_at: datetime | None

    @property
    def is_due(self) -> bool:
        """Whether it may be archived now."""
        return self.archive is None and self.due_at is not None and self.due_at <= clock.now()


def standing_archive(study_id: int) -> Archive | None:
    """The study's archive, unless it was restored."""
    return db.session.scalar(
        select(Archive).where(Archive.study_id == study_id, Archive.restored_at.is_(None))
    )


def archives_of(study_id: int) -> list[Archive]:
    """Every archive of the study, newest first."""
    rows = select(Archive).where(Archive.study_id == study_id)
    return list(db.session.scalars(rows.order_by(Archive.id.desc()).limit(50)))


def standing(study: Study) -> Standing:
    """How a study stands to the archive. Closed studies are due some months after their newest
    answer was saved (ARCHIVE_AFTER_MONTHS).
    """
    counted = select(func.count(), func.max(Response.saved_at))
    count, newest = db.session.execute(counted.where(Response.study_id == study.id)).one()
    due = None
    if study.state == "closed" and newest is not None:
        due = months_later(newest, settings().archive_after_months)
    return Standing(standing_archive(study.id), count, due)


def refuse_early(study: Study) -> None:
    """Raises SurveyError `archive.not_closed`, `archive.early`, `archive.twice`."""
    found = standing(study)
    if found.archive is not None:
        raise _refusal("archive.twice", N_("The answers of this study are in the archive already."))
    if found.due_at is None:
        raise _refusal(
            "archive.not_closed", N_("Only the answers of closed studies go to the archive.")
        )
    if not found.is_due:
        template = N_("The newest answers are too young: they may be archived from {day} on.")
        params = {"day": found.due_at.date().isoformat()}
        raise SurveyError(Finding("archive.early", "study", template, params))


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    last = monthrange(year, month + 1)[1]
    return moment.replace(year, month + 1, min(moment.day, last))


def _refusal(code: str, template: str) -> SurveyError:
    return SurveyError(Finding(code, "study", template))
