"""Who becomes due again without a moment that a look reads (due.py): an opt-out or a merge that is
taken back, the outcome of a call that is corrected.

The taking back is the moment: in its transaction the texts are queued that a look at everyone
would queue for these people. Whatever else forbids them is asked when they are sent, as always.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from surveyapp import clock
from surveyapp.customers import opting
from surveyapp.database import db
from surveyapp.distribution import waves
from surveyapp.distribution.models import Invitation, Study, Wave

CHUNK = 1_000
"""People in one statement; every database takes so many parameters."""


def look_at(whose: ColumnElement[bool]) -> int:
    """Queue what is due for the invitations that `whose` describes, in the caller's transaction;
    how many texts. Also where texting pauses: a look after the pause would not find them.
    """
    theirs = select(Invitation.study_id).where(whose, Invitation.invited_at.is_not(None))
    rows = select(Wave).join(Study, Study.id == Wave.study_id).where(
        Study.id.in_(theirs),
        Study.state.in_(("running", "paused")),
        Wave.kind != "invitation",
        Wave.state != "done",
    )  # fmt: skip
    now = clock.now()
    return sum(waves.queue_for(wave, whose, now) for wave in db.session.scalars(rows).all())


@opting.allowed_again.connect
def _when_customers_may_be_texted_again(_sender: object, *, customer_ids: Sequence[int]) -> None:
    for start in range(0, len(customer_ids), CHUNK):
        look_at(Invitation.customer_id.in_(customer_ids[start : start + CHUNK]))
