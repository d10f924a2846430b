"""Saving answers: the response begins with the first of them, and each one is kept for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp import clock
from surveyapp.answering import cards, moments, photos
from surveyapp.answering.batches import Batch
from surveyapp.answering.merging import mark, merge, standing
from surveyapp.answering.models import Response
from surveyapp.answering.origins import Origin
from surveyapp.answering.positions import Position, kept
from surveyapp.answering.visits import Visit
from surveyapp.database import commit, connection, rollback
from surveyapp.distribution import invitations, receipt_batches
from surveyapp.distribution.models import Touchpoint

LONGEST_TAG = 12
UNKNOWN = Origin()


class Saved(NamedTuple):
    """What a batch was merged into. newer: variables that another device answered later."""

    response_id: int
    newer: tuple[str, ...] = ()


def save(visit: Visit, batch: Batch, language: str, origin: Origin = UNKNOWN) -> Saved | None:
    """Merge and commit a batch; None when the response was submitted before."""
    saved = save_open(visit, batch, language, origin)
    if saved is None:
        rollback()
    else:
        commit()
    return saved


def save_open(visit: Visit, batch: Batch, language: str, origin: Origin = UNKNOWN) -> Saved | None:
    """The same in the caller's transaction, which then holds the response's row locked."""
    now = clock.now()
    response_id = visit.response_id or _begin(visit, batch, language, origin, now)
    pictures = {
        variable: (photos.keep(response_id, variable, jpeg), sequence)
        for variable, (jpeg, sequence) in batch.pictures.items()
    }
    changes = {**batch.changes, **pictures}
    stand = merge(
        response_id,
        changes,
        pages=list(batch.pages),
        claims=batch.claims,
        language=_stored(batch.language or language),
        now=now,
    )
    if stand is None:
        return None
    if marks := _marks(visit, batch):
        mark(response_id, marks)
    if visit.card is not None:
        cards.note(response_id, visit.card)
    if batch.photos:
        photos.tidy(response_id, batch.photos, standing(response_id).answers)
    newer = tuple(v for v, (_, sequence) in changes.items() if stand.get(v, 0) > sequence)
    return Saved(response_id, newer)


def _marks(visit: Visit, batch: Batch) -> Mapping[str, object]:
    if batch.place is None or not visit.asks_position:
        return batch.marks
    row = connection().execute(_STORE, {"touchpoint": visit.touchpoint_id}).one()
    if row.longitude is None:
        return batch.marks
    store = Position(row.latitude, row.longitude)
    return {**batch.marks, "place": kept(batch.place, store)}


_STORE = select(Touchpoint.latitude, Touchpoint.longitude).where(
    Touchpoint.id == bindparam("touchpoint")
)


def others(saved: Saved) -> dict[str, tuple[int, object]]:
    """What another device answered later: variable → sequence number and value, None if cleared."""
    if not saved.newer:
        return {}
    stand = standing(saved.response_id)
    return {v: (stand.sequences[v], stand.answers.get(v)) for v in saved.newer}


def _stored(language: str) -> str:
    """A tag as its column holds it; the few longer ones keep what tells languages apart."""
    return language[:LONGEST_TAG]


def mark_opened(visit: Visit) -> None:
    """Note that a person, not a link scanner, has the page before them."""
    if visit.invitation_id and not visit.opened:
        invitations.note(visit.invitation_id, "opened_at")
        commit()


def _begin(visit: Visit, batch: Batch, language: str, origin: Origin, now: datetime) -> int:
    """The id of this person's response: a new row, or the one that another request just made.

    The database's unique keys decide; whoever comes second finds the first one's row.
    """
    opened = moments.read(visit.key, batch.opened)
    paradata = {"saves": 0, "pages": {}, "claims": {}, **origin.told(visit.study_id)}
    if opened:
        paradata["opened"] = opened.isoformat(timespec="milliseconds")
    under_way = connection()
    began = under_way.execute(
        _beginning(under_way.dialect.name),
        {
            "study_id": visit.study_id,
            "version_id": visit.version_id,
            "invitation_id": visit.invitation_id,
            "touchpoint_id": visit.touchpoint_id,
            "token_hash": visit.token_hash,
            "mode": visit.mode,
            "language": _stored(batch.language or language),
            "seed": visit.seed,
            "facts": visit.facts,
            "paradata": paradata,
            "started_at": now,
        },
    ).scalar()
    if began is None:
        return int(under_way.execute(_MINE, whose(visit)).scalar_one())
    if visit.invitation_id:
        invitations.note(visit.invitation_id, "started_at", now)
    if visit.slip:
        receipt_batches.note_use(visit.slip)
    return int(began)


def whose(visit: Visit) -> dict[str, Any]:
    """The parameters of MINE."""
    return {"invitation": visit.invitation_id, "hash": visit.token_hash}


MINE = or_(
    Response.invitation_id == bindparam("invitation"), Response.token_hash == bindparam("hash")
)
"""One person's response. As parameters: compared with None in Python, it would be everybody's."""
_MINE = select(Response.id).where(MINE)


@lru_cache
def _beginning(dialect: str) -> Any:
    """The insert that a second request finds done, built once."""
    table = cast(Table, Response.__table__)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing().returning(table.c.id)
