"""The channels as they stand: their order, their switches, their health. Kept in the database,
so that all workers and the administrators' page know the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import budgets
from surveyapp.distribution.channel_models import ChannelState
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.sms import breaker
from surveyapp.distribution.sms.breaker import Health
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import Outcome
from surveyapp.distribution.sms.routing import Live

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """One channel for the page. spent: millionths, today. messages: today, in flight included."""

    channel: Channel
    paused: bool
    health: Health
    trouble: str
    trouble_at: datetime | None
    spent: int
    messages: int


def standings(channels: Sequence[Channel]) -> list[Standing]:
    """Every configured channel in its order; reads only."""
    now = clock.now()
    rows = {row.name: row for row in db.session.scalars(select(ChannelState))}
    spent = budgets.spent_today(channels, now)
    ordered = sorted(channels, key=lambda c: _place(rows.get(c.name), channels.index(c)))
    return [_standing(c, rows.get(c.name), *spent.get(c.name, (0, 0))) for c in ordered]


def live(channels: Sequence[Channel]) -> list[Live]:
    """The channels that may be used now, in order, in a transaction of its own.

    A channel whose breaker is due for a probe is in the list of exactly one caller.
    """
    found = [
        Live(it.channel, _left(it), it.health.state != breaker.State.CLOSED)
        for it in standings(channels)
        if not it.paused and _usable(it)
    ]
    db.session.commit()
    return found


def note(name: str, outcomes: Iterable[Outcome]) -> None:
    """Let the health of a channel learn from calls, in the caller's transaction."""
    known, now = list(outcomes), clock.now()
    row = _locked(name)
    before = _health(row)
    after = breaker.after(before, [outcome.ending for outcome in known], now)
    _write(row, after)
    failures = [it for it in known if it.ending in breaker.FAILURES]
    if failures:
        row.trouble, row.trouble_at = _words(failures[-1]), now
    if after.state != before.state:
        log.error("the channel %s is %s (%s)", name, after.state.value, row.trouble)


def pause(name: str, *, paused: bool) -> bool:
    """Switch a channel off or on, in the caller's transaction; whether that changed anything."""
    row = _locked(name)
    changed = row.paused != paused
    row.paused = paused
    return changed


def arrange(names: Sequence[str]) -> None:
    """Give the channels this order, in the caller's transaction."""
    rows = {name: _locked(name) for name in sorted(names)}  # as every sender, or both wait
    for position, name in enumerate(names, 1):
        rows[name].position = position


def try_now(name: str) -> None:
    """Let the next message probe a channel in trouble, in the caller's transaction."""
    row = _locked(name)
    if row.state != breaker.State.CLOSED:
        row.open_until = clock.now()


def return_probe(name: str) -> None:
    """Let the next message be the probe that this caller did not make; commits."""
    db.session.execute(
        update(ChannelState)
        .where(ChannelState.name == name, ChannelState.state == breaker.State.HALF_OPEN.value)
        .values(state=breaker.State.OPEN.value, open_until=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def _place(row: ChannelState | None, listed: int) -> tuple[int, int]:
    """Channels that nobody has arranged yet keep the order of their file, behind the others."""
    return (row.position if row and row.position else 1_000_000, listed)


def _standing(channel: Channel, row: ChannelState | None, spent: int, messages: int) -> Standing:
    if row is None:
        return Standing(channel, False, Health(), "", None, spent, messages)
    health = _health(row)
    return Standing(channel, row.paused, health, row.trouble, row.trouble_at, spent, messages)


def _left(it: Standing) -> int | None:
    budget = it.channel.budget_micros
    return None if budget is None else max(0, budget - it.spent)


def _usable(it: Standing) -> bool:
    if it.health.state == breaker.State.CLOSED:
        return True
    probing = breaker.probe(it.health, clock.now())
    return probing is not None and _takes_probe(it.channel.name, it.health, probing)


def _takes_probe(name: str, before: Health, probing: Health) -> bool:
    """Whether this caller, and no other one, makes the probe."""
    taken = db.session.execute(
        update(ChannelState)
        .where(ChannelState.name == name, ChannelState.open_until == before.open_until)
        .values(state=probing.state.value, open_until=probing.open_until)
        .returning(ChannelState.name)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def _locked(name: str) -> ChannelState:
    """The channel's row, made when there is none, held until the transaction ends."""
    db.session.execute(
        insert_missing(ChannelState).values(
            name=name, position=0, paused=False, state="closed",
            failures=0, calls=0, failed=0, trips=0, trouble="",
        )
    )  # fmt: skip
    query = select(ChannelState).where(ChannelState.name == name).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _health(row: ChannelState) -> Health:
    return Health(
        state=breaker.State(row.state),
        failures=row.failures,
        calls=row.calls,
        failed=row.failed,
        window_from=row.window_from,
        open_until=row.open_until,
        trips=row.trips,
    )


def _write(row: ChannelState, health: Health) -> None:
    for name, value in asdict(health).items():
        setattr(row, name, value)
    row.state = health.state.value


def _words(outcome: Outcome) -> str:
    said = " ".join(filter(None, (outcome.code, outcome.detail)))
    return f"{outcome.ending.value}: {said}"[:200]
