"""Events make studies ask: within the moment, once, and with the reason where not."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import sweeping, triggering, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.distribution.trigger_models import StudyTrigger, TriggerVerdict
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customer, add_customers, add_study
from tests.distribution.outboxes import NOON, fast, states

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def asks(app: Flask, what: str = "purchase", within: int = 24, **values: Any) -> StudyTrigger:
    """A running study that asks on an event, since the day before NOON."""
    fast(app, sms_domestic=True)
    study = add_study(
        population={"not_contacted_for_days": None}, contact_cap=20, send_from=0, send_until=1440
    )
    with clock.frozen(NOON - DAY):
        trigger = triggering.add(study, what, values.pop("wait", 0), within, **values)
        wave_plans.save(study, wave_plans.Plan(reminders=0, thanks=False))
        wave_plans.start(study)
    db.session.commit()
    return trigger


def happen(customer: Customer, at: datetime, kind: str = "purchase", **values: Any) -> Event:
    event = Event(
        event_id=f"E{at.timestamp()}-{customer.number}-{kind}",
        kind=kind,
        happened_at=at,
        customer_number=customer.number,
        customer_id=customer.id,
        **values,
    )
    db.session.add(event)
    db.session.flush()
    return event


def verdicts() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(db.select(TriggerVerdict.verdict)))


def run(at: datetime) -> int:
    db.session.commit()
    with clock.frozen(at):
        return waves.expand_due()


def test_an_order_is_asked_about_once_and_within_its_day(any_app: Flask) -> None:
    asks(any_app)
    one, two = add_customers(2)
    happen(one, NOON - HOUR)
    happen(two, NOON - 30 * HOUR)  # before the trigger was made: history
    assert run(NOON) == 1
    assert run(NOON) == 0
    (message,) = db.session.scalars(db.select(Message)).all()
    assert message.invitation.customer_id == one.id
    assert message.invitation.member_id is None
    assert message.not_after == NOON + 23 * HOUR
    assert message.invitation.expires_at == NOON - HOUR + 7 * DAY
    with clock.frozen(NOON + 23 * HOUR):
        sweeping.sweep()
    assert states() == {"expired": 1}


def test_two_workers_and_a_second_import_ask_once(any_app: Flask) -> None:
    asks(any_app)
    for customer in add_customers(60):
        happen(customer, NOON - HOUR)
    db.session.commit()

    def scan(_index: int) -> int:
        with any_app.app_context():
            return waves.expand_due()

    with clock.frozen(NOON), ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(scan, range(4))) == 60
    assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 60
    assert verdicts() == {"invited": 60}


def test_every_event_that_is_not_asked_about_has_its_reason(any_app: Flask) -> None:
    asks(any_app)
    fine, gone, silent, late = add_customers(4)
    gone.opted_out_at = NOON - DAY
    silent.consent = False
    for customer in (fine, gone, silent):
        happen(customer, NOON - HOUR)
    happen(fine, NOON - HOUR / 2)
    assert run(NOON) == 1
    happen(late, NOON - 20 * HOUR)
    assert run(NOON + 5 * HOUR) == 0
    assert verdicts() == {
        "invited": 1, "asked_lately": 1, "opted_out": 1, "no_consent": 1, "too_late": 1
    }  # fmt: skip
    study = db.session.scalars(db.select(Study)).one()
    with clock.frozen(NOON + 6 * HOUR):
        (counted,) = triggering.verdicts(study).values()
    assert counted == dict(verdicts())


def test_a_case_is_asked_about_when_it_is_closed_not_when_it_was_opened(any_app: Flask) -> None:
    asks(any_app, "service_case", 48, wait=2)
    one, two = add_customers(2)
    case = happen(one, NOON - 3 * HOUR, "service_case")
    happen(two, NOON - 3 * HOUR)
    assert run(NOON) == 0
    case.closed_at = NOON
    assert run(NOON + HOUR) == 0
    assert run(NOON + 2 * HOUR) == 1


def test_only_the_first_purchase_is_asked_about(any_app: Flask) -> None:
    asks(any_app, "first_purchase", rest_days=0)
    new = add_customer(1, purchases=1)
    known = add_customer(2, purchases=5)
    old = add_customer(3, purchases=0)
    db.session.flush()
    happen(new, NOON - 2 * HOUR)
    happen(new, NOON - HOUR)
    happen(known, NOON - HOUR)
    happen(old, NOON - 60 * DAY)
    happen(old, NOON - HOUR)
    assert run(NOON) == 1
    (invitation,) = db.session.scalars(db.select(Invitation)).all()
    assert invitation.customer_id == new.id


def test_who_has_bought_nothing_for_ninety_days_is_asked_once_for_it(any_app: Flask) -> None:
    asks(any_app, "silent", 72)
    today = datetime(2026, 3, 2).date()  # noqa: DTZ001 - the study's own day
    for index, days in enumerate((89, 90, 91, 200), 1):
        add_customer(index, last_purchase=today - days * DAY)
    back = add_customer(9, last_purchase=today - 90 * DAY)
    db.session.flush()
    happen(back, NOON - 5 * DAY)
    assert run(NOON) == 2
    assert run(NOON + HOUR) == 0
    asked = db.session.scalars(db.select(Invitation.occasion).order_by(Invitation.id)).all()
    assert asked == ["silent:2025-12-01", "silent:2025-12-02"]


def test_a_later_event_is_asked_about_again_after_the_rest(any_app: Flask) -> None:
    asks(any_app)
    (one,) = add_customers(1)
    happen(one, NOON - HOUR)
    assert run(NOON) == 1
    happen(one, NOON + 31 * DAY - HOUR)
    assert run(NOON + 31 * DAY) == 1


def test_what_happened_while_a_trigger_was_off_is_not_asked_about(any_app: Flask) -> None:
    trigger = asks(any_app)
    one, two = add_customers(2)
    triggering.switch(trigger, active=False)
    happen(one, NOON - HOUR)
    assert run(NOON) == 0
    with clock.frozen(NOON + HOUR):
        triggering.switch(trigger, active=True)
    happen(two, NOON + 2 * HOUR)
    assert run(NOON + 3 * HOUR) == 1


def test_an_impossible_trigger_is_refused(app: Flask) -> None:
    with pytest.raises(SurveyError):
        triggering.add(add_study(), "birthday", 0, 24)
