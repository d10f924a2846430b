"""The contact policy that all studies share, in the form in which decisions read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.distribution import phone_zone, rest_days
from surveyapp.distribution.contact_models import ContactPolicy, ContactRule
from surveyapp.distribution.contact_rules import Cap
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Message, Study
from surveyapp.distribution.policy import Window
from surveyapp.distribution.trigger_models import TriggerVerdict
from surveyapp.distribution.triggers import INVITED

ONLY = 1
"""Id of the one row."""
HOME = "CN"
"""Whose holidays hold where a number's own country is not asked for or not known."""
AHEAD = 120
"""Days for which rest days are looked up; no text waits longer."""
CAPS = (
    Cap("high", "invitations", 1, 7),
    Cap("", "invitations", 1, 30),
    Cap("", "texts", 4, 30),
)
"""What the page proposes: VIPs weekly, others monthly, four texts of all kinds a month."""


@dataclass(frozen=True)
class Policy:
    """allow_from, allow_until: minutes of the day. rest: rest_days.RESTS. price: of a part."""

    allow_from: int = 0
    allow_until: int = 24 * 60
    rest: str = ""
    customer_zone: bool = False
    stop_words: tuple[str, ...] = ()
    confirmation: dict[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    currency: str = "CNY"
    caps: tuple[Cap, ...] = ()

    def window(self, study: Study, phone: str = "", now: datetime | None = None) -> Window:
        """When a text of the study may leave; phone: to this number, where its own zone counts."""
        home = self.customer_zone and phone
        zone = phone_zone.zone(phone, study.timezone) if home else study.timezone
        closed: frozenset[date] = frozenset()
        if self.rest:
            country = phone_zone.country(phone) if home else HOME
            today = (now or clock.now()).astimezone(ZoneInfo(zone)).date()
            first = today.replace(day=1) - timedelta(days=1)
            closed = rest_days.closed(self.rest, country or HOME, first, AHEAD)
        also = (self.allow_from, self.allow_until)
        return Window(zone, study.send_from, study.send_until, also, closed)


def current() -> Policy:
    """The policy as it stands; without one, nothing beside the studies' own settings."""
    row = db.session.get(ContactPolicy, ONLY)
    if row is None:
        return Policy()
    caps = [Cap(r.tier, r.what, r.most, r.days) for r in rules()]
    return Policy(
        row.allow_from,
        row.allow_until,
        row.rest,
        row.customer_zone,
        tuple(row.stop_words),
        row.confirmation,
        row.part_price,
        row.currency,
        tuple(caps),
    )


def rules() -> Sequence[ContactRule]:
    """The caps, the others' last."""
    rows = select(ContactRule).order_by(ContactRule.tier.desc(), ContactRule.what)
    return db.session.scalars(rows).all()


def save(policy: Policy) -> None:
    """Make this the policy, in the caller's transaction; it holds from the next text on."""
    values = {
        "allow_from": policy.allow_from,
        "allow_until": policy.allow_until,
        "rest": policy.rest,
        "customer_zone": policy.customer_zone,
        "stop_words": list(policy.stop_words),
        "confirmation": dict(policy.confirmation),
        "part_price": policy.price,
        "currency": policy.currency,
        "changed_by": audit.actor(),
        "changed_at": clock.now(),
    }
    first = insert_missing(ContactPolicy).values(id=ONLY, **values).returning(ContactPolicy.id)
    if db.session.scalar(first) is None:  # whoever saves at the same moment waits here
        db.session.execute(update(ContactPolicy).values(**values))
    db.session.execute(delete(ContactRule))
    for cap in policy.caps:
        db.session.add(ContactRule(tier=cap.tier, what=cap.what, most=cap.most, days=cap.days))
    db.session.flush()
    audit.record("contact_policy.save", "contact_policy", rest=policy.rest, caps=len(policy.caps))


def blocks(days: int = 30) -> dict[str, int]:
    """Reason → texts and events that were held back for it in the last days."""
    since = clock.now() - timedelta(days=days)
    stopped = Message.state.in_(("cancelled", "expired", "held"))
    texts = db.session.execute(
        select(Message.reason, func.count())
        .where(stopped, Message.created_at > since, Message.reason != "")
        .group_by(Message.reason)
    ).all()
    events = db.session.execute(
        select(TriggerVerdict.verdict, func.count())
        .where(TriggerVerdict.at > since, TriggerVerdict.verdict != INVITED)
        .group_by(TriggerVerdict.verdict)
    ).all()
    found: dict[str, int] = {}
    for reason, n in [*texts, *events]:
        found[reason] = found.get(reason, 0) + n
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))
