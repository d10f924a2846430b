"""Events become invitations: each is decided on once, and the decision is kept with its reason.

The row of the verdict is inserted first; whoever inserts it makes the invitation in the same
transaction. Two workers, a crash, or an event that is imported again change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select
from sqlalchemy.orm import aliased

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers.events.attributes import LASTING
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import eligibility, population, triggers
from surveyapp.distribution.holding import hold
from surveyapp.distribution.inserting import insert_missing
from surveyapp.distribution.models import Invitation, Study, Wave
from surveyapp.distribution.trigger_models import StudyTrigger, TriggerVerdict
from surveyapp.distribution.triggers import INVITED, Happening, Rule
from surveyapp.findings import SurveyError

Row = tuple[str, int, datetime]
"""Occasion, customer, moment."""
BATCH = 500
"""Events of one transaction; every database takes so many parameters."""


def of(study: Study) -> Sequence[StudyTrigger]:
    """The study's triggers, oldest first."""
    rows = select(StudyTrigger).where(StudyTrigger.study_id == study.id)
    return db.session.scalars(rows.order_by(StudyTrigger.id)).all()


def add(study: Study, what: str, wait_hours: int, within_hours: int, **more: int) -> StudyTrigger:
    """Let the study ask on an event from now on; `more` are columns of StudyTrigger."""
    if found := list(triggers.findings(what, wait_hours, within_hours)):
        raise SurveyError(*found)
    made = StudyTrigger(
        study_id=study.id,
        what=what,
        wait_hours=wait_hours,
        within_hours=within_hours,
        created_by=audit.actor(),
        **more,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("trigger.add", f"study:{study.id}", what=what, within=within_hours)
    return made


def switch(trigger: StudyTrigger, *, active: bool) -> None:
    """Let a trigger ask, or not. What happens while it is off is not asked about later."""
    if trigger.active != active:
        trigger.active = active
        trigger.since = clock.now() if active else trigger.since
        audit.record("trigger.switch", f"study:{trigger.study_id}", active=active, id=trigger.id)


def invite_due(study_id: int | None = None) -> int:
    """Decide on everything that happened, for one running study or all; how many were invited."""
    invited = 0
    for trigger, study in _asking():
        while study_id in (None, study.id) and (found := happenings(trigger, study)):
            invited += _settle(trigger, study, found)
            db.session.commit()
            if len(found) < BATCH:
                break
    return invited


def due_studies() -> set[int]:
    """Running studies to which something happened that is not decided on. Writes nothing."""
    return {study.id for trigger, study in _asking() if happenings(trigger, study)}


def _asking() -> list[tuple[StudyTrigger, Study]]:
    rows = (
        select(StudyTrigger, Study)
        .join(Study, Study.id == StudyTrigger.study_id)
        .join(Wave, Wave.study_id == Study.id)
        .where(
            StudyTrigger.active,
            Study.state == "running",
            Wave.kind == "invitation",
            Wave.state == "running",
        )
        .order_by(StudyTrigger.id)
    )
    return [(trigger, study) for trigger, study in db.session.execute(rows)]


def happenings(trigger: StudyTrigger, study: Study) -> list[Happening]:
    """What happened and is not decided on yet, whose wait is over; at most BATCH."""
    rows = _silent(trigger, study) if trigger.what == "silent" else _events(trigger)
    return [Happening(*row) for row in rows]


def verdicts(study: Study, days: int = 30) -> dict[int, dict[str, int]]:
    """Trigger's id → verdict → how many in the last days."""
    since = clock.now() - timedelta(days=days)
    rows = db.session.execute(
        select(TriggerVerdict.trigger_id, TriggerVerdict.verdict, func.count())
        .join(StudyTrigger, StudyTrigger.id == TriggerVerdict.trigger_id)
        .where(StudyTrigger.study_id == study.id, TriggerVerdict.at > since)
        .group_by(TriggerVerdict.trigger_id, TriggerVerdict.verdict)
    )
    found: dict[int, dict[str, int]] = {}
    for trigger_id, verdict, n in rows:
        found.setdefault(trigger_id, {})[verdict] = n
    return found


def judged(
    trigger: StudyTrigger, study: Study, found: Sequence[Happening], now: datetime
) -> list[tuple[Happening, str]]:
    """The verdicts that would be given now. Writes nothing."""
    ids = {it.customer_id for it in found}
    chosen = replace(population.read(study.population), bought_within_days=None)
    barred = eligibility.barred(chosen, study, ids)
    asked = _asked(study, ids)
    return list(triggers.decide(_rule(trigger), found, barred, asked, now))


def _settle(trigger: StudyTrigger, study: Study, found: Sequence[Happening]) -> int:
    now, invited = clock.now(), []
    for it, verdict in judged(trigger, study, found, now):
        values = {**vars(it), "trigger_id": trigger.id, "verdict": verdict, "at": now}
        row = insert_missing(TriggerVerdict).values(**values).returning(TriggerVerdict.id)
        if db.session.scalar(row) is not None and verdict == INVITED:
            invited.append(it)
    return _invite(trigger, study, invited, now)


def _invite(trigger: StudyTrigger, study: Study, whom: Sequence[Happening], now: datetime) -> int:
    languages = _languages({it.customer_id for it in whom})
    hold(study.id)
    answers, over = timedelta(days=trigger.answer_days), timedelta(hours=trigger.within_hours)
    for it in whom:
        closes = max(it.moment + answers, it.moment + over)
        values: dict[str, Any] = {
            "study_id": study.id,
            "customer_id": it.customer_id,
            "occasion": it.occasion,
            "token_version": 1,
            "language": languages[it.customer_id],
            "text_until": it.moment + over,
            "expires_at": min(closes, study.closes_at or closes),
            "created_at": now,
        }
        db.session.execute(insert_missing(Invitation).values(**values))
    return len(whom)


def _rule(trigger: StudyTrigger) -> Rule:
    return Rule(
        timedelta(hours=trigger.wait_hours),
        timedelta(hours=trigger.within_hours),
        timedelta(days=trigger.rest_days),
    )


def _undecided(trigger: StudyTrigger, occasion: ColumnElement[str]) -> ColumnElement[bool]:
    return ~exists().where(
        TriggerVerdict.trigger_id == trigger.id,
        TriggerVerdict.customer_id == Customer.id,
        TriggerVerdict.occasion == occasion,
    )


def _events(trigger: StudyTrigger) -> Sequence[Row]:
    kind = "purchase" if trigger.what == "first_purchase" else trigger.what
    moment = Event.closed_at if kind in LASTING else Event.happened_at
    occasion = literal("event:") + cast(Event.id, String)
    latest = clock.now() - timedelta(hours=trigger.wait_hours)
    rows = db.session.execute(
        select(occasion, Customer.id, moment)
        .join(Customer, Customer.id == Event.customer_id)
        .where(
            Event.kind == kind,
            moment >= trigger.since,
            moment <= latest,
            _undecided(trigger, occasion),
            *(_first() if trigger.what == "first_purchase" else ()),
        )
        .order_by(moment, Event.id)
        .limit(BATCH)
    )
    return [(name, customer, at) for name, customer, at in rows if at is not None]


def _first() -> list[ColumnElement[bool]]:
    """No purchase came before, neither among the events nor, by number, in the customer's row."""
    other = aliased(Event)
    theirs = (other.customer_id == Event.customer_id, other.kind == "purchase")
    earlier = (other.happened_at < Event.happened_at) | (
        (other.happened_at == Event.happened_at) & (other.id < Event.id)
    )
    known = select(func.count(other.id)).where(*theirs).scalar_subquery()
    return [~exists().where(*theirs, earlier), Customer.purchases <= known]


def _silent(trigger: StudyTrigger, study: Study) -> list[Row]:
    """Customers whose last purchase is so many days ago, on the study's wall clock."""
    zone, days = ZoneInfo(study.timezone), timedelta(days=trigger.silent_days)
    now = clock.now()
    today = now.astimezone(zone).date()
    begun = trigger.since.astimezone(zone).date()
    wait = timedelta(hours=trigger.wait_hours)
    bought = exists().where(
        Event.customer_id == Customer.id,
        Event.kind == "purchase",
        Event.happened_at >= now - days,
    )
    occasion = literal("silent:") + cast(Customer.last_purchase, String)
    rows = db.session.execute(
        select(occasion, Customer.id, Customer.last_purchase)
        .where(
            Customer.last_purchase >= begun - days,
            Customer.last_purchase <= today - days,
            ~bought,
            _undecided(trigger, occasion),
        )
        .order_by(Customer.last_purchase, Customer.id)
        .limit(BATCH)
    )
    moments = (
        (name, customer, datetime.combine(last + days, time(), zone))
        for name, customer, last in rows
        if last is not None
    )
    return [row for row in moments if row[2] + wait <= now]


def _asked(study: Study, ids: set[int]) -> dict[int, datetime]:
    """Customer → when this study last made an invitation for them."""
    rows = db.session.execute(
        select(Invitation.customer_id, func.max(Invitation.created_at))
        .where(Invitation.study_id == study.id, Invitation.customer_id.in_(ids))
        .group_by(Invitation.customer_id)
    )
    return dict(rows.all())


def _languages(ids: set[int]) -> dict[int, str]:
    rows = select(Customer.id, Customer.language).where(Customer.id.in_(ids))
    return dict(db.session.execute(rows).all())
