from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from surveyapp import clock
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import checks, contact, eligibility, invitations, population
from surveyapp.distribution.contact import Policy
from surveyapp.distribution.contact_rules import TEXTS, Cap
from surveyapp.distribution.models import Message, Study, Wave
from surveyapp.distribution.population import Population
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customer, add_draw, add_study

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
names = st.lists(st.text(max_size=8), max_size=3).map(tuple)
days = st.none() | st.integers(1, 3650)


@given(
    st.builds(
        Population,
        bought_within_days=days,
        consented=st.booleans(),
        not_contacted_for_days=days,
        cities=names,
        tiers=names,
        stores=names,
        value_tiers=names,
        life_cycles=names,
        rule=st.none() | st.just({"==": [{"customer": "city"}, "上海"]}),
        product_lines=names,
    )
)
def test_a_stored_population_reads_back_the_same(chosen: Population) -> None:
    assert population.read(chosen.as_json()) == chosen


def test_a_partial_filter_takes_the_defaults() -> None:
    assert population.read({"cities": ["上海"]}) == Population(cities=("上海",))


@pytest.mark.parametrize(
    ("stored", "code", "place"),
    [
        ({}, "study.no_population", "population"),
        ({"postcode": 1}, "population.unknown_filter", "population:postcode"),
        ({"bought_within_days": 0}, "population.bad_value", "population:bought_within_days"),
        ({"bought_within_days": "90"}, "population.bad_value", "population:bought_within_days"),
        (
            {"not_contacted_for_days": True},
            "population.bad_value",
            "population:not_contacted_for_days",
        ),
        ({"bought_within_days": 99999}, "population.bad_value", "population:bought_within_days"),
        ({"cities": "上海"}, "population.bad_value", "population:cities"),
        ({"tiers": [1]}, "population.bad_value", "population:tiers"),
        ({"rule": {"<": [{"customer": "x"}, 1]}}, "rule.unknown_attribute", "population:rule"),
        ({"rule": []}, "rule.not_a_condition", "population:rule"),
        ({"consented": "yes"}, "population.bad_value", "population:consented"),
    ],
)
def test_a_wrong_filter_is_named(stored: dict[str, Any], code: str, place: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        population.read(stored)
    assert [(f.code, f.place) for f in refusal.value.findings] == [(code, place)]
    assert refusal.value.findings[0].message


def _contacts(study: Study, index: int, texts: int) -> None:
    """A customer who was sent so many texts a minute apart, the last ten days ago."""
    customer = add_customer(index)
    db.session.flush()
    invitations.issue(add_draw(study, [customer]))
    invitation = db.session.query(invitations.Invitation).filter_by(customer_id=customer.id).one()
    for number in range(texts):
        wave = Wave(study_id=study.id, kind="invitation", number=index * 10 + number)
        db.session.add(wave)
        db.session.flush()
        sent = NOON - timedelta(days=10, minutes=number)
        db.session.add(
            Message(
                invitation_id=invitation.id,
                wave_id=wave.id,
                state="sent",
                due_at=sent,
                sent_at=sent,
            )
        )
    db.session.flush()


ELSEWHERE = {"outside_rule", "merged", "group_cap", "no_email", "no_address", "shared_email"}
"""Reasons that tests of their own look at."""


def test_every_customer_has_exactly_one_reason(any_app: Flask) -> None:
    with clock.frozen(NOON):
        study = add_study(contact_cap=2, contact_cap_days=30)
        add_customer(1)
        add_customer(2, city="北京")
        add_customer(3, erased_at=NOON, consent=False)
        add_customer(4, last_purchase=None)
        add_customer(5, last_purchase=date(2026, 8, 21))
        add_customer(6, last_purchase=date(2026, 8, 22))
        add_customer(7, consent=False, opted_out_at=NOON)
        add_customer(8, opted_out_at=NOON)
        suppressed = add_customer(9)
        db.session.add(Suppression(address_hash=suppressed.phone_hash or "", reason="reply"))
        add_customer(10, phone=None)
        add_customer(11, last_contacted_at=NOON - timedelta(days=29, hours=23))
        add_customer(12, last_contacted_at=NOON - timedelta(days=30))
        add_customer(13, phone="+8613900000000")
        add_customer(14, phone="+8613900000000")
        add_customer(15, phone="+8613900000000", consent=False)
        _contacts(study, 16, 1)
        _contacts(study, 17, 2)
        chosen = Population(cities=("上海", "杭州", "成都"))
        found = eligibility.count(chosen, study)
        rows = eligibility.eligible_rows(chosen, study, [])
    assert found.total == 17
    assert found.excluded == {
        "outside_target": 1,
        "erased": 1,
        "not_recent": 2,
        "no_consent": 2,
        "opted_out": 2,
        "no_phone": 1,
        "contacted_recently": 1,
        "contact_cap": 1,
        "shared_phone": 1,
    }
    reasons = [reason for reason in eligibility.REASONS if reason not in ELSEWHERE]
    assert list(found.excluded) == reasons
    assert [row.number for row in rows] == ["C00001", "C00006", "C00012", "C00013", "C00016"]
    assert found.eligible == len(rows)
    assert found.total == found.eligible + sum(found.excluded.values())


def test_texts_to_who_was_merged_count_for_who_goes_on(any_app: Flask) -> None:
    """Both records are one person, who may be asked once."""
    study = add_study(contact_cap=2)
    everyone = Population(None, not_contacted_for_days=None)
    with clock.frozen(NOON):
        _contacts(study, 1, 1)
        _contacts(study, 2, 1)
        gone, kept = db.session.scalars(db.select(Customer).order_by(Customer.number))
        assert eligibility.count(everyone, study).excluded == {}
        gone.merged_into_id = kept.id
        db.session.flush()
        assert eligibility.count(everyone, study).excluded == {"merged": 1, "contact_cap": 1}
        study.contact_cap = 3
        contact.save(Policy(caps=(Cap("", TEXTS, 2, 30),)))
        assert eligibility.count(everyone, study).excluded == {"merged": 1, "group_cap": 1}
        its: Any = SimpleNamespace(customer=kept, study=study)
        known = checks.known([its], contact.current(), NOON)
    assert len(known[kept.id].sent) == 2


def test_without_limits_only_the_customers_wishes_exclude(app: Flask) -> None:
    study = add_study()
    for index, values in enumerate(
        [{"last_purchase": None}, {"consent": False}, {"last_contacted_at": clock.now()}], start=1
    ):
        add_customer(index, **values)
    add_customer(4, opted_out_at=clock.now())
    everyone = Population(bought_within_days=None, consented=False, not_contacted_for_days=None)
    assert eligibility.count(everyone, study).excluded == {"opted_out": 1}


def test_a_day_is_a_day_in_the_studys_zone(app: Flask) -> None:
    add_customer(1, last_purchase=date(2026, 11, 20))
    late_evening = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    yesterday_on = Population(bought_within_days=1)
    with clock.frozen(late_evening + timedelta(days=1)):
        shanghai = eligibility.count(yesterday_on, add_study(timezone="Asia/Shanghai"))
        london = eligibility.count(yesterday_on, add_study(timezone="Europe/London"))
    assert (shanghai.eligible, london.eligible) == (0, 1)


def test_an_empty_customer_file_is_no_error(app: Flask) -> None:
    found = eligibility.count(Population(), add_study())
    assert (found.total, found.eligible, found.excluded) == (0, 0, {})


@pytest.mark.parametrize(
    ("reach", "numbers", "excluded"),
    [
        ("phone", ["C00001", "C00003"], {"no_phone": 3}),
        ("email", ["C00002", "C00003", "C00005"], {"no_email": 2}),
        ("either", ["C00001", "C00002", "C00003", "C00005"], {"no_address": 1}),
    ],
)
def test_a_study_says_how_it_reaches_people(
    any_app: Flask, reach: str, numbers: list[str], excluded: dict[str, int]
) -> None:
    study = add_study()
    add_customer(1)
    add_customer(2, phone=None, email="two@example.com")
    add_customer(3, email="three@example.com")
    add_customer(4, phone=None)
    add_customer(5, phone=None, email="five@example.com")
    chosen = population.read(Population(None, reach=reach).as_json())
    assert [row.number for row in eligibility.eligible_rows(chosen, study, [])] == numbers
    assert eligibility.count(chosen, study).excluded == excluded


@pytest.mark.parametrize(
    ("reach", "numbers", "excluded"),
    [
        ("phone", ["C00001", "C00002"], {"no_phone": 2, "shared_phone": 1}),
        ("email", ["C00001", "C00003"], {"shared_email": 3}),
        ("either", ["C00001", "C00002", "C00004"], {"shared_email": 1, "shared_phone": 1}),
    ],
)
def test_of_those_who_share_an_address_one_is_asked(
    any_app: Flask, reach: str, numbers: list[str], excluded: dict[str, int]
) -> None:
    study = add_study()
    add_customer(1, email="one@example.com")
    add_customer(2, email="ONE@example.com")
    add_customer(3, phone="+8613800000002", email="three@example.com")
    add_customer(4, phone=None, email="one@example.com")
    add_customer(5, phone=None, email="one@example.com")
    chosen = Population(None, reach=reach)
    assert [row.number for row in eligibility.eligible_rows(chosen, study, [])] == numbers
    assert eligibility.count(chosen, study).excluded == excluded


def test_an_unknown_reach_is_refused_and_the_usual_one_is_not_stored() -> None:
    assert "reach" not in Population().as_json()
    assert population.read({"consented": True}).reach == "phone"
    assert population.read(Population(reach="either").as_json()).reach == "either"
    with pytest.raises(SurveyError) as refused:
        population.read({"reach": "pigeon"})
    assert [f.code for f in refused.value.findings] == ["population.bad_value"]
