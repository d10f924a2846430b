"""Which channel takes each of a claimed batch: routed, within the pace, paid for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.distribution import budgets, policy
from surveyapp.distribution.checks import Verdict
from surveyapp.distribution.models import Attempt, Message
from surveyapp.distribution.sms.breaker import FAILURES
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.routing import Need, Nowhere, Routes, choose

NEXT_TURN = timedelta(seconds=1)
"""A channel that has sent enough for now sends the rest then."""
LOOK_AGAIN = {Nowhere.AWAY: timedelta(seconds=30), Nowhere.BUDGET: timedelta(minutes=15)}


def assign(
    verdicts: Sequence[Verdict], routes: Routes, allowance: Mapping[str, int], now: datetime
) -> list[Verdict]:
    """The verdicts with a channel for each that goes, and its cost reserved; the others wait."""
    avoid = _failed_on(v.candidate.message for v in verdicts if v.candidate.message.attempt)
    room, spent = Counter(allowance), Counter[str]()
    routed = [_route(v, routes, avoid, room, spent, now) for v in verdicts]
    return list(_paid(routed, now))


def _route(
    verdict: Verdict,
    routes: Routes,
    avoid: Mapping[int, str],
    room: Counter[str],
    spent: Counter[str],
    now: datetime,
) -> Verdict:
    if not isinstance(verdict.decision, policy.Go):
        return verdict
    choice = choose(_need(verdict, avoid), routes.channels, routes.live, spent)
    if isinstance(choice, Nowhere):
        return _nowhere(verdict, choice, now)
    if room[choice.name] <= 0:
        return replace(verdict, decision=policy.Wait("", now + NEXT_TURN))
    room[choice.name] -= 1
    spent[choice.name] += choice.cost_micros(verdict.segments)
    return replace(verdict, channel=choice)


def _need(verdict: Verdict, avoid: Mapping[int, str]) -> Need:
    it = verdict.candidate
    failed = avoid.get(it.message.id)
    return Need(
        phone=it.customer.phone or "",
        body=verdict.body,
        segments=verdict.segments,
        email=it.customer.email or "",
        medium=verdict.medium,
        avoid=frozenset({failed} if failed else ()),
    )


def _nowhere(verdict: Verdict, why: Nowhere, now: datetime) -> Verdict:
    if why in LOOK_AGAIN:
        return replace(verdict, decision=policy.Wait(why.value, now + LOOK_AGAIN[why]))
    return replace(verdict, decision=policy.Stop(why.value), hold=True)


def _paid(verdicts: Sequence[Verdict], now: datetime) -> Iterator[Verdict]:
    """Other senders may have used the money or the pace since the channels were looked at."""
    by_channel: dict[str, Channel] = {v.channel.name: v.channel for v in verdicts if v.channel}
    grants: dict[str, budgets.Grant] = {}
    for name in sorted(by_channel):
        costs = [_cost(v) for v in verdicts if v.channel and v.channel.name == name]
        grants[name] = budgets.reserve(by_channel[name], costs, now)
    place: Counter[str] = Counter()
    for verdict in verdicts:
        name = verdict.channel.name if verdict.channel else ""
        place[name] += 1
        if not name or place[name] <= grants[name].count:
            yield verdict
        elif place[name] > grants[name].paid:
            yield replace(_nowhere(verdict, Nowhere.BUDGET, now), channel=None)
        else:
            yield replace(verdict, decision=policy.Wait("", now + NEXT_TURN), channel=None)


def _cost(verdict: Verdict) -> int:
    return verdict.channel.cost_micros(verdict.segments) if verdict.channel else 0


def _failed_on(messages: Iterable[Message]) -> dict[int, str]:
    """Message → the channel on which its last call failed, for those that did."""
    last = {message.id: message.attempt for message in messages}
    if not last:
        return {}
    rows = db.session.execute(
        select(Attempt.message_id, Attempt.number, Attempt.channel).where(
            Attempt.message_id.in_(last), Attempt.outcome.in_([it.value for it in FAILURES])
        )
    )
    return {message: channel for message, number, channel in rows if last[message] == number}
