"""Quiet hours in bulk: what became due outside its study's window waits for the next opening."""

from __future__ import annotations

from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.outbox_states import Event, State, after
from surveyapp.distribution.policy import Window


def defer() -> int:
    """Move the due messages of closed windows to the next opening; how many there were.

    Only spares the senders a look at each: they check the window again for every message.
    """
    now, moved = clock.now(), 0
    for study in db.session.scalars(select(Study).where(Study.state == "running")).all():
        window = Window(study.timezone, study.send_from, study.send_until)
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
