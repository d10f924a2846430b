"""Populations are written with a live count, saved, and chosen by studies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.database import db
from surveyapp.distribution import eligibility, population
from surveyapp.distribution.models import Study
from surveyapp.distribution.population import Population
from surveyapp.distribution.populations import rules
from surveyapp.distribution.populations.models import SavedPopulation
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_study

SERVED = "customer.service_cases_in_30_days >= 1"


@pytest.fixture
def researcher(app: Flask, sign_in: Callable[[str], AuditingClient]) -> AuditingClient:
    return sign_in("researcher")


def served(count: int) -> None:
    """Customers, of whom the first `count` had a service case."""
    people = add_customers(10)
    db.session.flush()
    for person in people[:count]:
        happened = {"event_id": f"S{person.id}", "kind": "service_case", "happened_at": clock.now()}
        db.session.add(Event(customer_number=person.number, customer_id=person.id, **happened))
    db.session.commit()


def test_a_rule_is_read_and_counted_while_it_is_typed(researcher: AuditingClient) -> None:
    served(3)
    fragment = researcher.get("/populations/check", query_string={"rule": SERVED})
    text = fragment.get_data(as_text=True)
    assert "Service case: how many in the last 30 days” is 1 or more" in text
    assert '<div class="value">3</div>' in text
    wrong = researcher.get("/populations/check", query_string={"rule": "customer.citty == 1"})
    assert "Did you mean “city”" in wrong.get_data(as_text=True)
    assert "Write a rule" in researcher.get("/populations/check").get_data(as_text=True)


def test_a_population_is_saved_changed_and_deleted(researcher: AuditingClient) -> None:
    assert "No population is saved yet" in researcher.get("/populations").text
    new = researcher.get("/populations/new").text
    assert "customer.deliveries_in_30_days" in new
    given = {"name": " Served ", "rule": SERVED}
    assert researcher.post("/populations/new", data={**given, "name": ""}).status_code == 422
    refused = researcher.post("/populations/new", data={**given, "rule": "customer.city"})
    assert refused.status_code == 422
    assert "compare it with something" in refused.text
    assert researcher.post("/populations/new", data=given).status_code == 302
    again = researcher.post("/populations/new", data=given)
    assert "There is a population “Served” already" in again.text
    one = db.session.scalars(select(SavedPopulation)).one()
    assert (one.name, rules.written(one.rule)) == ("Served", SERVED)
    assert SERVED.replace(">", "&gt;") in researcher.get(f"/populations/{one.id}").text
    changed = {"name": "Served", "rule": "customer.purchases > 1"}
    researcher.post(f"/populations/{one.id}", data=changed)
    assert "customer.purchases &gt; 1" in researcher.get("/populations").text
    researcher.post(f"/populations/{one.id}/delete")
    assert db.session.scalars(select(SavedPopulation)).all() == []
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert actions.count("population.save") == 2
    assert "population.delete" in actions


def test_an_analyst_reads_populations_only(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    browser = sign_in("analyst")
    assert browser.get("/populations").status_code == 200
    assert browser.get("/populations/new").status_code == 403


def test_a_study_keeps_the_rule_that_it_chose(researcher: AuditingClient) -> None:
    served(4)
    study = add_study()
    db.session.add(SavedPopulation(name="Served", rule=rules.read(SERVED)))
    db.session.commit()
    page = researcher.get(f"/studies/{study.id}/sample").text
    assert "Saved population" in page
    draw = {
        "bought_within_days": "", "not_contacted_for_days": "", "consented": "",
        "rule": SERVED, "method": "proportional", "measure": "spend",
        "n": "4", "minimum": "0", "seed": "7",
    }  # fmt: skip
    shown = researcher.get(f"/studies/{study.id}/sample/preview", query_string=draw)
    assert "Outside the saved population" in shown.get_data(as_text=True)
    assert researcher.post(f"/studies/{study.id}/sample", data=draw).status_code == 302
    db.session.delete(db.session.scalars(select(SavedPopulation)).one())
    db.session.commit()
    kept = db.session.get_one(Study, study.id)
    assert population.read(kept.population).rule == rules.read(SERVED)
    page = researcher.get(f"/studies/{study.id}/sample").text
    assert f'<option selected value="{SERVED.replace(">", "&gt;")}">' in page
    bad = researcher.post(f"/studies/{study.id}/sample", data={**draw, "rule": "customer.x == 1"})
    assert bad.status_code == 422


def test_the_rule_narrows_the_frame_on_both_engines(any_app: Flask) -> None:
    served(4)
    study = add_study()
    chosen = Population(None, False, None, rule=rules.read(SERVED))
    counted = eligibility.count(chosen, study)
    assert counted.eligible == 4
    assert counted.excluded == {"outside_rule": 6}
    assert population.read(chosen.as_json()) == chosen
    unknown = Population(None, False, None, rule=rules.read('customer.life_cycle == "new"'))
    assert eligibility.count(unknown, study).eligible == 0
    assert db.session.query(Customer).count() == 10


def test_own_attributes_are_offered_read_aloud_and_counted(researcher: AuditingClient) -> None:
    keeping.add(Entry("card", "choice", "会员卡", "Membership card", "gold = 金卡 | Gold\nplain"))
    people = add_customers(10)
    for person in people[:3]:
        person.extra = {"card": "gold"}
    db.session.commit()
    assert "customer.own_card" in researcher.get("/populations/new").text
    there = "/populations/check"
    seen = researcher.get(there, query_string={"rule": 'customer.own_card == "gold"'}).text
    assert "Membership card" in seen
    assert "Gold" in seen
    assert ">3<" in seen
    wrong = researcher.get(there, query_string={"rule": 'customer.own_cart == "gold"'})
    assert "own_card" in wrong.text
