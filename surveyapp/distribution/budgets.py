"""What each channel spends a day and how fast: reserved before a call; money comes back when
nothing was sent.

Works in the caller's transaction, which holds the day's row until it ends: two senders cannot
spend the same money.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update

from surveyapp.database import db
from surveyapp.distribution.channel_models import ChannelDay
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.sms.channel import Channel

BURST_SECONDS = 1.0
"""What all workers may send at once after a silence, in seconds of the channel's rate."""


def day_of(channel: Channel, moment: datetime) -> date:
    """The channel's own calendar day."""
    return moment.astimezone(ZoneInfo(channel.timezone)).date()


@dataclass(frozen=True)
class Grant:
    """How many of some messages, in order, the budget pays for, and how many the pace allows."""

    paid: int
    paced: int

    @property
    def count(self) -> int:
        """How many may leave."""
        return min(self.paid, self.paced)


def reserve(channel: Channel, costs: Sequence[int], now: datetime) -> Grant:
    """Reserve money (`costs`, millionths) and pace for as many messages, in order, as may leave.

    Each worker keeps the pace by itself; here all workers together do. Real time counts for that,
    also where a test or a simulation has another calendar.
    """
    day, moment = day_of(channel, now), time.time()
    db.session.execute(
        insert_missing(ChannelDay).values(
            name=channel.name, day=day, spent=0, messages=0, paced_to=0.0
        )
    )
    row = db.session.execute(
        select(ChannelDay.spent, ChannelDay.paced_to)
        .where(*_at(channel.name, day))
        .with_for_update()
    ).one()
    begin = max(row.paced_to, moment - BURST_SECONDS)
    paced = max(0, int((moment - begin) * channel.rate + 1))
    grant = Grant(_affordable(channel, costs, row.spent), min(paced, len(costs)))
    if grant.count:
        _add(channel.name, day, sum(costs[: grant.count]), grant.count)
        _pace(channel.name, day, begin + grant.count / channel.rate)
    return grant


def _affordable(channel: Channel, costs: Sequence[int], spent: int) -> int:
    most = channel.budget_micros
    sums = accumulate(costs, initial=spent)
    next(sums)
    return sum(most is None or total <= most for total in sums)


def _pace(name: str, day: date, until: float) -> None:
    db.session.execute(
        update(ChannelDay)
        .where(*_at(name, day))
        .values(paced_to=until)
        .execution_options(synchronize_session=False)
    )


def give_back(name: str, day: date, costs: Iterable[int]) -> None:
    """Take back what was reserved for messages that were not sent."""
    known = list(costs)
    if known:
        _add(name, day, -sum(known), -len(known))


def spent_today(channels: Iterable[Channel], now: datetime) -> dict[str, tuple[int, int]]:
    """Channel → (millionths, messages) of its own today."""
    days = {channel.name: day_of(channel, now) for channel in channels}
    rows = db.session.execute(
        select(ChannelDay.name, ChannelDay.day, ChannelDay.spent, ChannelDay.messages).where(
            ChannelDay.day.in_(set(days.values()))
        )
    )
    return {name: (spent, n) for name, day, spent, n in rows if days.get(name) == day}


def _at(name: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return (ChannelDay.name == name, ChannelDay.day == day)


def _add(name: str, day: date, micros: int, messages: int) -> None:
    db.session.execute(
        update(ChannelDay)
        .where(*_at(name, day))
        .values(spent=ChannelDay.spent + micros, messages=ChannelDay.messages + messages)
        .execution_options(synchronize_session=False)
    )
