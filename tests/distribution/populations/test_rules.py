"""Rules of populations: the questionnaire's language, over customers and what happened to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.designer import facts
from surveyapp.designer.facts import DATE, NUMBER
from surveyapp.distribution.populations import attributes, rules
from surveyapp.distribution.populations.attributes import Happened
from surveyapp.findings import SurveyError


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("service_cases_in_30_days", Happened("count", "service_case", 30)),
        ("deliveries_in_7_days", Happened("count", "delivery", 7)),
        ("spend_in_365_days", Happened("spend", "purchase", 365)),
        ("last_service_case", Happened("last", "service_case")),
        ("open_complaints", Happened("open", "complaint")),
        ("last_purchase", None),
        ("purchases", None),
        ("wishes_in_30_days", None),
        ("purchases_in_0_days", None),
        ("purchases_in_9999_days", None),
        ("open_deliveries", None),
        ("open_", None),
        ("last_wish", None),
        ("city", None),
    ],
)
def test_names_ask_of_events(name: str, asked: Happened | None) -> None:
    assert attributes.happened(name) == asked


def test_types() -> None:
    assert attributes.type_of("last_service_case") == DATE
    assert attributes.type_of("open_service_cases") == NUMBER
    assert attributes.type_of("visits_in_12_days") == NUMBER
    assert attributes.type_of("life_cycle") == attributes.OWN["life_cycle"]
    assert attributes.type_of("height") is None
    assert all(attributes.type_of(name) == type_ for name, type_ in attributes.offered().items())


@pytest.mark.parametrize(
    "text",
    [
        'customer.life_cycle == "leaving" and customer.value_tier in ["high", "middle"]',
        "customer.service_cases_in_30_days >= 1",
        "customer.purchases_in_17_days + customer.visits_in_17_days > 2",
        "days(customer.last_purchase, survey.today) <= 90",
        'customer.last_service_case >= "2026-11-01"',
        "customer.consent",
        "not (answered(customer.last_delivery))",
    ],
)
def test_what_can_be_said(text: str) -> None:
    rule = rules.read(text)
    assert rules.read(rules.written(rule)) == rule


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("customer.life_cycel == 'x'", "rule_text.write_instead", "column:24"),
        ('customer.life_cycel == "new"', "rule.unknown_attribute", "column:1"),
        (
            "true and customer.service_cases_in_99999_days >= 1",
            "rule.unknown_attribute",
            "column:10",
        ),
        ('customer.life_cycle == "asleep"', "rule.unknown_option", "column:1"),
        ("customer.city > 3", "rule.type_mismatch", "column:1"),
        ("overall <= 2", "rule.unknown_question", "column:1"),
        ('survey.mode == "qr"', "rule.unknown_attribute", "column:1"),
        ('touchpoint.store == "a"', "rule.unknown_attribute", "column:1"),
        ("customer.spend / 2 > 3", "population.operator", "column:1"),
        ('customer.last_purchase < "2026-13-01"', "population.no_such_day", "column:26"),
        ('customer.city in ["2026-02-30"]', "population.no_such_day", "column:19"),
        ("customer.purchases", "rule.not_a_condition", "column:1"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str, place: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        rules.read(text)
    assert code in [f.code for f in refusal.value.findings]


def test_an_operator_is_named_once() -> None:
    found = rules.check({">": [{"/": [{"/": [{"customer": "spend"}, 2]}, 2]}, 1]})
    assert [f.code for f in found] == ["population.operator"]


def test_who_cannot_be_decided_is_not_in() -> None:
    rule = rules.read("not (customer.spend > 5)")
    assert rules.holds(rule, {"spend": 5}, "2026-11-30")
    assert not rules.holds(rule, {"spend": 6}, "2026-11-30")
    assert not rules.holds(rule, {}, "2026-11-30")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["and", "==", "customer", "x"]), x, max_size=2)))  # noqa: E501  # fmt: skip
def test_no_tree_crashes_the_check(tree: object) -> None:
    assert isinstance(rules.check(tree), list)


def test_own_attributes_are_known_and_offered_while_in_use() -> None:
    before = facts.learn(
        lambda: {
            "own_years": facts.OwnType(facts.NUMBER, offered=True),
            "own_old": facts.OwnType(facts.TEXT, offered=False),
        }
    )
    try:
        assert attributes.type_of("own_years") == facts.NUMBER
        assert attributes.type_of("own_old") == facts.TEXT
        assert {"own_years", "own_old"} & set(attributes.offered()) == {"own_years"}
        assert rules.check({">": [{"customer": "own_years"}, 2]}) == []
        assert rules.check({"==": [{"customer": "own_old"}, "x"]}) == []
        assert rules.check({"==": [{"customer": "own_none"}, "x"]}) != []
    finally:
        facts.learn(before)
