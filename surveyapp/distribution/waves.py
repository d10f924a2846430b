"""Waves become messages: the invitation, reminders to who has not answered, the thank-you.

Expanding is one INSERT … SELECT … ON CONFLICT DO NOTHING per wave: repeated, interrupted or run
twice at once, it queues each message exactly once. Follow-ups are rows that become due, never
timers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import UtcDateTime, commit_resumable, db
from surveyapp.distribution import chunks, dispositions, due, periods, trials, triggering
from surveyapp.distribution.holding import hold, hold_for_long
from surveyapp.distribution.inserting import Inserter, insert_missing
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.findings import N_
from surveyapp.jobs.registry import Progress

CHUNK = 20_000
"""Messages queued in one transaction: well under a second."""
COLUMNS = ("invitation_id", "wave_id", "due_at", "not_after")


def expand_due(study_id: int | None = None, progress: Progress = lambda *_: None) -> int:
    """Start the waves whose time has come, open the periods that begin, invite whom something
    happened to, and queue what is due, of one study or of all; how many texts are new.

    Commits after each chunk: on SQLite nobody else writes meanwhile, and answers must not wait.
    """
    now = clock.now()
    start_due()
    periods.open_due(study_id)
    triggering.invite_due(study_id)
    waves, total = _running(study_id), 0
    expected = sum(due_count(wave, now) for wave in waves)
    progress(N_("Queueing the texts"), 0, expected)
    for wave in waves:
        for queued in _expansions(wave, now):
            total += queued
            progress(N_("Queueing the texts"), total, max(total, expected))
    db.session.commit()
    return total


def start_due() -> None:
    """Let the waves run whose time has come; commits."""
    _start(clock.now())
    db.session.commit()  # whoever holds a study waits for no wave, and the other way round


def due_studies() -> set[int]:
    """Studies whose waves have texts to queue now. Writes nothing."""
    now = clock.now()
    return {wave.study_id for wave in _running(None) if _is_due(wave, now)}


def _running(study_id: int | None) -> Sequence[Wave]:
    rows = select(Wave).join(Study, Study.id == Wave.study_id)
    rows = rows.where(Wave.state == "running", Study.state == "running").order_by(Wave.id)
    ours = rows if study_id is None else rows.where(Wave.study_id == study_id)
    return db.session.scalars(ours).all()


def _is_due(wave: Wave, now: datetime) -> bool:
    """Whether a look of the wave would find anybody, or is due to keep the next ones small."""
    if wave.kind != "invitation" and due.is_old(wave, now):
        return True
    return db.session.scalar(_waiting(wave, now).limit(1)) is not None


def _waiting(wave: Wave, now: datetime) -> Select[*tuple[Any, ...]]:
    """Whose message of the wave is still to be queued."""
    if wave.kind == "invitation":
        return _due_for(wave, now).where(Invitation.id > wave.expanded_to)
    if due.of_everyone(wave, now):
        return _members(wave, now)
    return _members(wave, now).where(Invitation.id.in_(due.candidates(wave, now)))


def expand(wave: Wave, now: datetime | None = None) -> int:
    """Queue all messages of `wave` that are due at `now`, in the caller's transaction."""
    return _queue(wave, _members(wave, now or clock.now()), Inserter(Message, COLUMNS))


def queue_for(wave: Wave, whose: ColumnElement[bool], now: datetime) -> int:
    """Queue the messages of `wave` that are due for some invitations, in the caller's
    transaction.
    """
    return _queue(wave, _members(wave, now).where(whose), Inserter(Message, COLUMNS))


def _expansions(wave: Wave, now: datetime) -> Iterator[int]:
    """Queue a wave chunk by chunk; the new messages of each.

    Everyone is invited once, so an invitation wave goes on behind the last one that it queued; who
    is to be reminded or thanked is looked for among those who became due since the last look.
    Whoever invites holds the study until the invitations are there: none appears later behind the
    last one.
    """
    once = wave.kind == "invitation"
    after = wave.expanded_to if once else 0
    ids, look = due.candidates(wave, now), due.Look(wave, now)
    inserter = Inserter(Message, COLUMNS)
    while ends := _ends(wave, ids, after):
        for upto in ends:
            if once:
                hold(wave.study_id)
            rows = _chunk(wave, now, None if look.everyone else ids, after, upto)
            queued = _queue(wave, rows, inserter)
            after = upto
            if once:
                wave.expanded_to = upto
            commit_resumable()
            yield queued
    look.finish()
    db.session.commit()


def _ends(wave: Wave, ids: Select[int], after: int) -> list[int]:
    """The last invitations of the chunks to come."""
    if wave.kind == "invitation":
        hold_for_long(wave.study_id)
    return chunks.ends(ids.where(ids.selected_columns[0] > after), CHUNK)


def _chunk(
    wave: Wave, now: datetime, few: Select[int] | None, after: int, upto: int
) -> Select[*tuple[Any, ...]]:
    """The members of a wave among the invitations behind `after` up to `upto`, or `few` of them.

    The few that a look reads are named, so that no engine walks through all ids in between.
    """
    if few is None:
        rows = _due_for(wave, now) if wave.kind == "invitation" else _members(wave, now)
        return rows.where(Invitation.id > after, Invitation.id <= upto)
    column = few.selected_columns[0]
    return _members(wave, now).where(Invitation.id.in_(few.where(column > after, column <= upto)))


def _queue(wave: Wave, rows: Select[*tuple[Any, ...]], inserter: Inserter) -> int:
    if not (variants := trials.tried(wave)):
        return inserter.insert(rows)
    inserting = insert_missing(Message).from_select(COLUMNS, rows, include_defaults=True)
    new = db.session.execute(inserting.returning(Message.id, Message.invitation_id)).all()
    trials.distribute(wave, variants, [(message, invitation) for message, invitation in new])
    return len(new)


def due_count(wave: Wave, now: datetime | None = None) -> int:
    """How many messages expanding `wave` at `now` would queue."""
    rows = _waiting(wave, now or clock.now()).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _start(now: datetime) -> None:
    """An invitation wave starts at its moment; reminders and thank-yous follow their study."""
    follows = Wave.kind != "invitation"
    db.session.execute(
        update(Wave)
        .where(
            Wave.state == "planned",
            or_(Wave.starts_at <= now, Wave.starts_at.is_(None) & follows),
            Wave.study_id.in_(select(Study.id).where(Study.state == "running")),
        )
        .values(state="running")
        .execution_options(synchronize_session=False)
    )


def _members(wave: Wave, now: datetime) -> Select[*tuple[Any, ...]]:
    """Whom the wave is for and who has no message of it yet."""
    already = aliased(Message)
    queued = exists().where(already.invitation_id == Invitation.id, already.wave_id == wave.id)
    return _due_for(wave, now).where(~queued)


def _due_for(wave: Wave, now: datetime) -> Select[*tuple[Any, ...]]:
    """Whom the wave is for. Where chunks follow each other nobody need be looked for among the
    messages, and without statistics PostgreSQL may read all of them for every chunk.
    """
    conditions = _condition(wave, now)
    rows = select(
        Invitation.id.label("invitation_id"),
        literal(wave.id).label("wave_id"),
        literal(now, UtcDateTime()).label("due_at"),
        _not_after(wave).label("not_after"),
    ).where(Invitation.study_id == wave.study_id, *conditions)
    if conditions:
        rows = rows.join(Customer, Customer.id == Invitation.customer_id)
    return rows.order_by(Invitation.id)


def _reached(condition: str) -> list[ColumnElement[bool]]:
    """How far somebody must have got, or not, for a reminder of this condition."""
    if condition == "unopened":
        return [Invitation.opened_at.is_(None)]
    if condition == "opened":
        return [Invitation.opened_at.is_not(None), Invitation.started_at.is_(None)]
    return [Invitation.started_at.is_not(None)] if condition == "begun" else []


def _not_after(wave: Wave) -> ColumnElement[Any]:
    """When a text is pointless: the moment of an event is over, or the link takes no answer."""
    if wave.kind == "thank_you":
        return null()
    if wave.kind == "invitation":
        return func.coalesce(Invitation.text_until, Invitation.expires_at)
    return Invitation.expires_at.expression


def _condition(wave: Wave, now: datetime) -> list[ColumnElement[bool]]:
    """Whom a wave of this kind is for.

    Who only opened the link is still reminded; whose invitation failed is not texted again.
    """
    willing = [
        Invitation.opted_out_at.is_(None),
        Customer.opted_out_at.is_(None),
        Customer.erased_at.is_(None),
        Customer.merged_into_id.is_(None),
    ]
    if wave.kind == "reminder":
        cutoff = now - wave.wait
        return [
            *willing,
            Invitation.invited_at <= cutoff,
            *_reached(wave.condition),
            or_(Invitation.expires_at.is_(None), Invitation.expires_at > now),
            Invitation.completed_at.is_(None),
            Invitation.failed_at.is_(None),
            Invitation.called_as.not_in(dispositions.UNWILLING),
        ]
    if wave.kind == "thank_you":
        return [*willing, Invitation.completed_at.is_not(None), Invitation.ineligible_at.is_(None)]
    return []
