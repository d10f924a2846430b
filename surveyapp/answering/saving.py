"""Saving answers: the response begins with the first of them, and each one is kept for good."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from surveyapp import clock
from surveyapp.answering import moments
from surveyapp.answering.batches import Batch
from surveyapp.answering.merging import Merged, merge
from surveyapp.answering.models import Response
from surveyapp.answering.visits import Visit
from surveyapp.database import db
from surveyapp.distribution import invitations
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation


def save(visit: Visit, batch: Batch, language: str, device: str = "") -> bool:
    """Merge and commit a batch; False when the response was submitted before."""
    merged = save_open(visit, batch, language, device)
    db.session.commit()
    return merged is not None


def save_open(visit: Visit, batch: Batch, language: str, device: str = "") -> Merged | None:
    """The same in the caller's transaction, which then holds the response's row locked."""
    now = clock.now()
    response_id = visit.response_id or _begin(visit, batch, language, device, now)
    return merge(
        response_id,
        batch.changes,
        pages=list(batch.pages),
        claims=batch.claims,
        language=batch.language or language,
        now=now,
    )


def mark_opened(visit: Visit) -> None:
    """Note that a person, not a link scanner, has the page before them."""
    if visit.invitation_id and not visit.opened:
        invitations.mark_opened(db.session.get_one(Invitation, visit.invitation_id))
        db.session.commit()


def _begin(visit: Visit, batch: Batch, language: str, device: str, now: datetime) -> int:
    """The id of this person's response: a new row, or the one that another request just made.

    The database's unique keys decide; whoever comes second finds the first one's row.
    """
    opened = moments.read(visit.key, batch.opened)
    began = db.session.scalar(
        insert_missing(Response)
        .values(
            study_id=visit.study_id,
            version_id=visit.version_id,
            invitation_id=visit.invitation_id,
            touchpoint_id=visit.touchpoint_id,
            token_hash=visit.token_hash,
            mode="link" if visit.invitation_id else "qr",
            language=batch.language or language,
            seed=secrets.randbits(53),
            facts=visit.facts,
            paradata={
                "saves": 0,
                "pages": {},
                "claims": {},
                "device": device,
                **({"opened": opened.isoformat(timespec="milliseconds")} if opened else {}),
            },
            started_at=now,
        )
        .returning(Response.id)
    )
    if began is None:
        mine = (
            Response.invitation_id == visit.invitation_id
            if visit.invitation_id
            else Response.token_hash == visit.token_hash
        )
        return db.session.scalars(select(Response.id).where(mine)).one()
    if visit.invitation_id:
        invitations.mark_started(db.session.get_one(Invitation, visit.invitation_id), now)
    return int(began)
