"""The blueprints of telephone interviews, and what their views share."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.calling import outcomes
from surveyapp.calling.models import CallCase
from surveyapp.calling.recording import lost
from surveyapp.calling.states import STATE_NAMES
from surveyapp.calling.timing import is_missed
from surveyapp.customers.phones import masked
from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Study
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

calling = Blueprint("calling", __name__)
caller = roles("interviewer", "researcher")
supervisor = roles("researcher")


@calling.app_context_processor
def _names() -> dict[str, object]:
    return {"call_outcomes": outcomes.BY_KEY, "call_state_names": STATE_NAMES}


def mine_or_refuse(case_id: int) -> CallCase:
    """The case that the signed-in user has before them; SurveyError for any other."""
    found = mine(case_id)
    if found is None:
        raise lost(case_id)
    return found


def mine(case_id: int) -> CallCase | None:
    """The same, or None."""
    return db.session.scalar(
        select(CallCase)
        .where(
            CallCase.id == case_id,
            CallCase.lease_by == signed_in().id,
            CallCase.lease_until > clock.now(),
        )
        .options(joinedload(CallCase.invitation).joinedload(Invitation.customer))
    )


def say(refusal: SurveyError) -> None:
    """Each finding at the top of the next page, in words."""
    db.session.rollback()
    for finding in refusal.findings:
        flash(explain(finding), finding.severity)


@calling.app_template_filter()
def overdue(moment: datetime | None) -> bool:
    """Whether a promised call back was missed."""
    return moment is not None and is_missed(moment, clock.now())


@calling.app_template_filter()
def day_and_time(moment: datetime | None, study: Study) -> str:
    """A moment on the study's wall clock, short, with today's day left out."""
    if moment is None:
        return "–"
    zone = ZoneInfo(study.timezone)
    local, today = moment.astimezone(zone), clock.now().astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%m-%d %H:%M}"


calling.add_app_template_filter(masked, "masked_phone")
