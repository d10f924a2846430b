"""Quiet hours in bulk: what became due outside its study's window waits for the next opening."""

from __future__ import annotations

from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import contact
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.outbox_states import Event, State, after


def defer() -> int:
    """Move the due messages of closed windows to the next opening; how many there were.

    Only spares the senders a look at each: they check the window again for every message.
    """
    now, moved, shared = clock.now(), 0, contact.current()
    if shared.customer_zone:
        return 0  # every customer has hours of their own: the senders look at each
    for study in db.session.scalars(select(Study).where(Study.state == "running")).all():
        window = shared.window(study)
        opening = window.next_opening(now)
        if opening is None or opening == now:
            continue
        waves = select(Wave.id).where(Wave.study_id == study.id)
        rows = db.session.scalars(
            update(Message)
            .where(Message.state == State.QUEUED, Message.due_at <= now, Message.wave_id.in_(waves))
            .values(state=after(State.QUEUED, Event.DEFER), due_at=opening, reason="quiet_hours")
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
        moved += len(rows)
    db.session.commit()
    return moved
