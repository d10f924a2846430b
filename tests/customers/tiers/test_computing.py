"""Tiers of all customers: what the database adds up is what their events say, one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.tiers import computing, histories, rule
from surveyapp.customers.tiers.models import TierComputation
from surveyapp.customers.tiers.rule import History, Limits
from surveyapp.database import db
from surveyapp.jobs.running import run_waiting
from tests.auditing import AuditingClient

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
LIMITS = Limits()
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["C1", "C2", "C3"]),
        st.sampled_from(["purchase", "purchase", "return", "service_case"]),
        st.integers(0, 500 * 24),
        st.none() | st.decimals(0, 5000, places=2),
    ),
    max_size=25,
)


def people(*numbers: str, **attributes: Any) -> dict[str, int]:
    """Number → id of new customers."""
    db.session.add_all([Customer(number=number, **attributes) for number in numbers])
    db.session.commit()
    return dict(db.session.execute(select(Customer.number, Customer.id)).all())


def happen(ids: dict[str, int], events: list[Any]) -> None:
    rows = [
        {
            "event_id": f"E{place}",
            "kind": kind,
            "happened_at": NOW - timedelta(hours=hours),
            "customer_number": number,
            "customer_id": ids[number],
            "amount": amount,
        }
        for place, (number, kind, hours, amount) in enumerate(events)
    ]
    if rows:
        db.session.execute(insert(Event), rows)
    db.session.commit()


def expected(events: list[Any], number: str) -> History:
    """One customer's history, event by event."""
    mine = [e for e in events if e[0] == number]
    hours = [e[2] for e in mine if e[1] == "purchase"]
    if not hours:
        return History()
    counted = [e for e in mine if e[2] < 365 * 24]
    spend = sum(
        (
            (e[3] or 0) * (1 if e[1] == "purchase" else -1)
            for e in counted
            if e[1] != "service_case"
        ),
        Decimal(0),
    )
    growth = 90 * 24
    return History(
        spend,
        sum(e[1] == "purchase" for e in counted),
        max(hours) // 24,
        min(hours) // 24,
        sum(h < growth for h in hours),
        sum(growth <= h < 2 * growth for h in hours),
    )


def computed(limits: Limits = LIMITS) -> TierComputation:
    with clock.frozen(NOW):
        done = computing.compute(limits, lambda *_: None)
        db.session.commit()
        return done


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_the_database_adds_up_what_the_events_say(any_app: Flask, events: list[Any]) -> None:
    db.session.execute(delete(Event))
    db.session.execute(delete(Customer))
    ids = people("C1", "C2", "C3", "C4")
    happen(ids, events)
    found = dict(row for block in histories.blocks(LIMITS, NOW) for row in block)
    assert found == {ids[n]: expected(events, n) for n in ids}


def test_customers_get_their_tiers_and_the_date(any_app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setattr(histories, "BLOCK", 3)
    monkeypatch.setattr(computing, "CHUNK", 4)
    ids = people(*(f"C{n}" for n in range(10)))
    happen(ids, [(f"C{n}", "purchase", 24 * (n * 15), Decimal(10 * n)) for n in range(1, 9)])
    steps: list[tuple[str, int, int]] = []
    with clock.frozen(NOW):
        done = computing.compute(LIMITS, lambda *how_far: steps.append(how_far))
        db.session.commit()
    assert steps[-1] == ("Writing tiers", 10, 10)
    assert (done.customers, done.high_from, done.middle_from) == (10, 7000, 5000)
    found = {c.number: (c.life_cycle, c.value_tier) for c in db.session.scalars(select(Customer))}
    assert found["C0"] == ("", "")
    assert found["C1"] == ("new", "low")
    assert found["C4"] == ("leaving", "low")
    assert found["C5"] == ("leaving", "middle")
    assert found["C8"] == ("silent", "high")
    assert {c.tiers_at for c in db.session.scalars(select(Customer))} == {NOW}
    assert computing.counts()[("silent", "high")] == 2


def test_without_events_the_file_of_customers_counts(any_app: Flask) -> None:
    today = NOW.date()
    people("once", spend=Decimal(100), purchases=1, last_purchase=today - timedelta(days=3))
    people("often", spend=Decimal(9000), purchases=9, last_purchase=today - timedelta(days=3))
    people("long ago", spend=Decimal(9000), purchases=9, last_purchase=today - timedelta(days=400))
    people("never")
    computed()
    found = {c.number: (c.life_cycle, c.value_tier) for c in db.session.scalars(select(Customer))}
    assert found == {
        "once": ("new", "low"),
        "often": ("mature", "high"),
        "long ago": ("silent", "low"),
        "never": ("", ""),
    }


def test_fixed_values_stand_instead_of_shares(app: Flask) -> None:
    ids = people("C1", "C2")
    happen(ids, [("C1", "purchase", 24, Decimal(100)), ("C2", "purchase", 24, Decimal("99.99"))])
    done = computed(Limits(high_from=100, middle_from=50))
    assert (done.high_from, done.middle_from) == (10_000, 5_000)
    tiers = dict(db.session.execute(select(Customer.number, Customer.value_tier)).all())
    assert tiers == {"C1": "high", "C2": "middle"}


def test_nobody_bought(app: Flask) -> None:
    people("C1")
    done = computed()
    assert (done.high_from, done.middle_from, done.customers) == (None, None, 1)


def test_erased_customers_are_left_alone(app: Flask) -> None:
    people("C1", erased_at=NOW)
    assert computed().customers == 0
    assert computing.counts() == {}


def test_a_researcher_changes_limits_and_computes_again(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    browser = sign_in("researcher")
    assert "No customers yet" in browser.get("/customers/tiers").text
    ids = people("C1", "C2")
    happen(ids, [("C1", "purchase", 24, Decimal(100))])
    assert "Nothing has been computed yet" in browser.get("/customers/tiers").text
    entered = {k: v for k, v in LIMITS.as_json().items() if v is not None}
    wrong = browser.post("/customers/tiers", data={**entered, "leaving_days": 90})
    assert wrong.status_code == 422
    assert "The days must grow" in wrong.text
    assert browser.post("/customers/tiers", data={**entered, "new_days": "x"}).status_code == 422
    assert browser.post("/customers/tiers", data=entered).status_code == 302
    browser.post("/customers/tiers", data=entered)
    assert "Waiting for its turn" in browser.get("/customers/tiers").text
    assert run_waiting() == 1, "a second click starts no second computation"
    page = browser.get("/customers/tiers").text
    assert "Never bought" in page
    person = browser.get(f"/customers/{ids['C1']}").text
    assert "What happened lately" in person
    assert "Purchase · ¥100.00" in person
    assert "computed" in page
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "customers.tiers")
    ).one()
    assert entry.detail["silent_days"] == 90


@pytest.mark.parametrize("role", ["analyst"])
def test_others_read_the_rule_and_cannot_compute(
    app: Flask, sign_in: Callable[[str], AuditingClient], role: str
) -> None:
    people("C1")
    browser = sign_in(role)
    page = browser.get("/customers/tiers").text
    assert "Days whose purchases count" in page
    assert "<button" not in page.partition("The rule")[2].partition("</section>")[0]
    assert browser.post("/customers/tiers").status_code == 403


def test_every_limit_has_a_field(app: Flask) -> None:
    from surveyapp.customers.tiers.forms import LimitsForm

    with app.test_request_context():
        names = {field.name for field in LimitsForm()} - {"csrf_token"}
    assert names == set(rule.Limits().as_json())
