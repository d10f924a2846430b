"""Who has the same questionnaire open in the editor at this moment, and at which part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.designer.models import Presence
from surveyapp.designer.proofs import owner

EVERY = 20
"""Seconds between two signs of life of one editor."""
LASTS = timedelta(seconds=60)
"""How long somebody counts as present after the last one."""


@dataclass(frozen=True)
class Present:
    """One other person. place: the part that is selected there."""

    name: str
    place: str


def note(questionnaire_id: int, user_id: int, place: str) -> None:
    """A sign of life of a user (in the caller's transaction); forgets those who left."""
    values = {"place": owner(place)[:120], "seen_at": clock.now()}
    keys = {"questionnaire_id": questionnaire_id, "user_id": user_id}
    table = cast(Table, Presence.__table__)
    engine: Any = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insert = engine.insert(table).values(**keys, **values)
    db.session.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=values))
    gone = Presence.seen_at < clock.now() - 10 * LASTS
    db.session.execute(delete(Presence).where(gone))


def leave(questionnaire_id: int, user_id: int) -> None:
    """The user closed the editor."""
    mine = Presence.questionnaire_id == questionnaire_id, Presence.user_id == user_id
    db.session.execute(delete(Presence).where(*mine))


def others(questionnaire_id: int, user_id: int) -> list[Present]:
    """Everybody else who is present, by name."""
    rows = (
        select(User.name, Presence.place)
        .join(User, User.id == Presence.user_id)
        .where(Presence.questionnaire_id == questionnaire_id)
        .where(Presence.user_id != user_id, Presence.seen_at >= clock.now() - LASTS)
        .order_by(User.name)
    )
    return [Present(name, place) for name, place in db.session.execute(rows)]
