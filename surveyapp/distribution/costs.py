"""What a study's texts cost: in all, for each message that left, and for each completed response.

Estimates by the channels' prices, as reserved; exact sums, one line for each currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from surveyapp.database import db
from surveyapp.distribution.models import Attempt, Invitation, Message, Study, Wave
from surveyapp.distribution.outbox_states import State
from surveyapp.distribution.sms.channel import MICRO, Channel

TAKEN = ("accepted", "found", "")
"""Outcomes of calls that the provider took; empty: a receipt was faster than the answer."""
LEFT = (State.ACCEPTED, State.SENT, State.DELIVERED, State.UNDELIVERED)


@dataclass(frozen=True)
class Cost:
    """total: in `currency`. messages: that it paid for. completes: of the whole study."""

    currency: str
    total: Decimal
    messages: int
    completes: int

    @property
    def per_message(self) -> Decimal:
        """Of those that cost something."""
        return self.total / self.messages

    @property
    def per_complete(self) -> Decimal | None:
        """None before anybody completed."""
        return self.total / self.completes if self.completes else None


def of_study(study: Study, channels: Iterable[Channel]) -> list[Cost]:
    """The study's costs by currency; calls of channels that are gone are left out."""
    currencies = {channel.name: channel.currency for channel in channels}
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for channel, micros, calls in _by_channel(study):
        if channel in currencies:
            totals[currencies[channel]][0] += int(micros)
            totals[currencies[channel]][1] += calls
    completes = _completes(study) if totals else 0
    return [
        Cost(currency, Decimal(micros) / MICRO, calls, completes)
        for currency, (micros, calls) in sorted(totals.items())
    ]


def _by_channel(study: Study) -> Sequence[tuple[str, int, int]]:
    rows = db.session.execute(
        select(Attempt.channel, func.sum(Attempt.cost), func.count())
        .join(Message, Message.id == Attempt.message_id)
        .join(Wave, Wave.id == Message.wave_id)
        .where(
            Wave.study_id == study.id,
            Message.state.in_(LEFT),
            Attempt.outcome.in_(TAKEN),
            Attempt.cost > 0,
        )
        .group_by(Attempt.channel)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _completes(study: Study) -> int:
    done = (Invitation.study_id == study.id, Invitation.completed_at.is_not(None))
    return db.session.scalar(select(func.count()).where(*done)) or 0
