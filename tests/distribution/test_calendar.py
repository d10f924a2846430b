"""The calendar page: periods, scheduled starts, reminders and events, with their costs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import event

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import (
    calendar_plan,
    calendar_sendings,
    contact,
    dry_runs,
    wave_plans,
    waves,
)
from surveyapp.distribution.models import Invitation
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.distribution.outboxes import NOON, fast
from tests.distribution.test_periods import START, monthly
from tests.distribution.test_triggering import asks, happen

DAY = timedelta(days=1)


def by_day(now: datetime) -> dict[str, int]:
    """Day → texts, as the calendar sees it at `now`."""
    with clock.frozen(now):
        found = calendar_plan.days(
            calendar_sendings.sendings(), now, calendar_sendings.AHEAD, "Asia/Shanghai", 50.0
        )
    return {day.on.isoformat(): day.n for day in found if day.n}


def test_coming_periods_stand_on_their_day_with_their_reminders(app: Flask) -> None:
    with clock.frozen(START):
        monthly()
        db.session.commit()
        waves.expand_due()
    assert by_day(START) == {"2026-02-01": 30, "2026-02-04": 30, "2026-02-07": 30}


def test_a_scheduled_start_and_then_who_has_not_answered(app: Flask) -> None:
    fast(app, sms_domestic=True)
    study = add_study()
    add_draw(study, add_customers(12))
    wave_plans.save(study, wave_plans.Plan(reminders=1, after_days=5))
    with clock.frozen(NOON):
        wave_plans.start(study, NOON + 2 * DAY)
    db.session.commit()
    assert by_day(NOON) == {"2026-03-04": 12, "2026-03-09": 12}
    with clock.frozen(NOON + 2 * DAY):
        waves.expand_due()
    assert by_day(NOON + 2 * DAY) == {"2026-03-04": 12}
    rows = db.session.query(Invitation).all()
    for place, row in enumerate(rows):
        row.invited_at = NOON + 2 * DAY
        row.completed_at = NOON + 2 * DAY if place < 4 else None
    db.session.execute(db.text("update message set state = 'delivered'"))
    db.session.commit()
    assert by_day(NOON + 3 * DAY) == {"2026-03-09": 8}


def test_a_step_that_the_cap_lets_nobody_get_is_left_out(app: Flask) -> None:
    fast(app, sms_domestic=True)
    study = add_study(contact_cap=2)
    add_draw(study, add_customers(12))
    wave_plans.save(study, wave_plans.Plan(reminders=2, after_days=5))
    with clock.frozen(NOON):
        wave_plans.start(study, NOON)
    db.session.commit()
    assert by_day(NOON) == {"2026-03-02": 12, "2026-03-07": 12}
    run = dry_runs.dry_run(study, wave_plans.waves_of(study), NOON)
    assert [step.capped for step in run.steps] == [False, False, True]


def test_events_are_expected_as_they_came(app: Flask) -> None:
    asks(app)
    for customer in add_customers(28):
        happen(customer, NOON - timedelta(hours=2))
    db.session.commit()
    with clock.frozen(NOON):
        waves.expand_due()
    assert set(by_day(NOON + 13 * DAY).values()) == {28, 2}


def test_the_page_shows_numbers_and_exact_costs(staff: AuditingClient) -> None:
    assert "Nothing will be texted" in staff.get("/calendar").text
    with clock.frozen(START):
        monthly()
        contact.save(contact.Policy(price=Decimal("0.045")))
        db.session.commit()
        waves.expand_due()
        page = staff.get("/calendar").text
    assert "02-01" in page
    assert "2026-02" in page
    assert "≤ 30" in page
    assert "at 0.045 CNY a part" in page


def test_the_calendar_takes_few_queries_a_study(app: Flask, staff: AuditingClient) -> None:
    with clock.frozen(START):
        monthly()
        queries: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
        staff.get("/calendar")
    assert len(queries) <= 22, "\n".join(queries)


def test_days_without_texts_are_there_too() -> None:
    found = calendar_plan.days([], datetime(2026, 3, 2, tzinfo=UTC), 3, "Asia/Shanghai", 1.0)
    assert [day.on for day in found] == [date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)]
