"""What each channel spends a day: reserved before a call, given back when nothing was sent.

Works in the caller's transaction, which holds the day's row until it ends: two senders cannot
spend the same money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update

from surveyapp.database import db
from surveyapp.distribution.channel_models import ChannelDay
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.sms.channel import Channel


def day_of(channel: Channel, moment: datetime) -> date:
    """The channel's own calendar day."""
    return moment.astimezone(ZoneInfo(channel.timezone)).date()


def reserve(channel: Channel, costs: Sequence[int], now: datetime) -> int:
    """Reserve for as many of the messages that cost `costs` (millionths), in order, as fit."""
    day = day_of(channel, now)
    db.session.execute(
        insert_missing(ChannelDay).values(name=channel.name, day=day, spent=0, messages=0)
    )
    spent = db.session.scalar(
        select(ChannelDay.spent).where(*_at(channel.name, day)).with_for_update()
    )
    granted, total, most = 0, 0, channel.budget_micros
    for cost in costs:
        if most is not None and (spent or 0) + total + cost > most:
            break
        granted, total = granted + 1, total + cost
    if granted:
        _add(channel.name, day, total, granted)
    return granted


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
