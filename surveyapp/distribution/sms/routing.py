"""Which channel a message takes. Pure.

The first channel in the order that reaches the number, may carry the text, is healthy and can pay
for it. What failed a moment ago on one channel, certainly unsent, prefers another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.distribution.sms import limits
from surveyapp.distribution.sms.channel import Channel


@dataclass(frozen=True)
class Live:
    """A channel that may be used now. left: what its budget still allows today, in millionths;
    None: no limit. probing: its circuit breaker lets a single message through.
    """

    channel: Channel
    left: int | None = None
    probing: bool = False


@dataclass(frozen=True)
class Routes:
    """channels: all that are configured. live: those that may be used now, in their order."""

    channels: Sequence[Channel]
    live: Sequence[Live]


class Nowhere(StrEnum):
    """Why no channel takes a message."""

    REFUSED = limits.REASON
    """A link to +86, which no channel of this installation may carry: a person must act."""
    UNREACHED = "no_route"
    """No channel of this installation reaches this number: a person must act."""
    AWAY = "no_channel"
    """The channels that would do are paused or in trouble: it waits."""
    BUDGET = "budget"
    """The channels that would do have spent what they may today: it waits."""


@dataclass(frozen=True)
class Need:
    """What a message needs of its channel."""

    phone: str
    body: str
    segments: int
    email: str = ""
    medium: str = ""
    """sms or email: no other way will do; empty: any."""
    avoid: frozenset[str] = frozenset()
    """Names of the channels that just failed it."""


def serves(channel: Channel, need: Need) -> bool:
    """Whether `channel` reaches whom the message is for."""
    if channel.kind == "smtp":
        return bool(need.email) and need.medium != "sms"
    if not need.phone or need.medium == "email":
        return False
    wanted = "cn" if limits.mainland(need.phone) else "abroad"
    return channel.reaches in {"all", wanted}


def carries(channel: Channel, need: Need) -> bool:
    """Whether `channel` both reaches the reader and may carry the text."""
    if not serves(channel, need):
        return False
    return channel.kind == "smtp" or not limits.refused(need.phone, need.body, channel.links_to_cn)


def choose(
    need: Need, configured: Iterable[Channel], live: Sequence[Live], spent: Mapping[str, int]
) -> Channel | Nowhere:
    """The channel that takes a message, or why none does.

    spent: what this very batch has already taken of each budget, in millionths.
    """
    everyone = list(configured)
    if not any(carries(channel, need) for channel in everyone):
        served = any(serves(channel, need) for channel in everyone)
        return Nowhere.REFUSED if served else Nowhere.UNREACHED
    able = [it for it in live if carries(it.channel, need)]
    affordable = [it for it in able if _pays(it, need, spent)]
    if not affordable:
        return Nowhere.BUDGET if able else Nowhere.AWAY
    return min(affordable, key=lambda it: it.channel.name in need.avoid).channel


def _pays(it: Live, need: Need, spent: Mapping[str, int]) -> bool:
    cost = it.channel.cost_micros(need.segments)
    return it.left is None or spent.get(it.channel.name, 0) + cost <= it.left


_KINDS = (
    Need("+8613800000000", "", 1),
    Need("+8613800000000", "https://x", 1),
    Need("+12025550100", "", 1),
    Need("", "", 1, email="somebody@example.com"),
)
"""One of each sort of message that may go different ways."""


def leads(live: Sequence[Live], resting: Collection[str] = ()) -> list[Live]:
    """The channels that take messages at present: the first for each sort of message.

    resting: channels of this process that wait a moment after a failure.
    """
    awake = [it for it in live if it.channel.name not in resting and it.left != 0]
    found: dict[str, Live] = {it.channel.name: it for it in awake if it.probing}
    for kind in _KINDS:
        first = next((it for it in awake if carries(it.channel, kind)), None)
        if first is not None:
            found.setdefault(first.channel.name, first)
    return list(found.values())
