"""What the timeline of an invitation tells of its calls."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.calling.models import CallAttempt, CallCase
from surveyapp.calling.outcomes import BY_KEY
from surveyapp.database import db
from surveyapp.distribution.timeline import Happening
from surveyapp.findings import N_

CALLED = N_("Called by telephone")
TAKEN_BACK = N_("Outcome of a call taken back")


def happenings(invitation_id: int) -> Iterator[Happening]:
    """Each call with AAPOR's code of its outcome, and who made it; no notes, which are personal."""
    rows = db.session.execute(
        select(CallAttempt, User.name)
        .join(CallCase, CallCase.id == CallAttempt.case_id)
        .join(User, User.id == CallAttempt.user_id)
        .where(CallCase.invitation_id == invitation_id)
    )
    for attempt, name in rows:
        detail = f"{BY_KEY[attempt.outcome].code} {attempt.outcome} · {name}"
        yield Happening(attempt.finished_at, CALLED, detail)
        if attempt.undone_at:
            yield Happening(attempt.undone_at, TAKEN_BACK, detail)
