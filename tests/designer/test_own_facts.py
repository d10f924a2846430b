"""What is proved of rules over attributes that the installation defined."""

import pytest

from surveyapp.designer import facts
from surveyapp.designer.facts import BOOLEAN, NUMBER, OwnType, Type
from surveyapp.designer.piping import piped
from surveyapp.designer.proof import prove
from surveyapp.designer.proving.samples import Crowd
from surveyapp.designer.rule_text import parse
from tests.designer.pieces import nps, of, page


@pytest.fixture(autouse=True)
def known():
    before = facts.learn(
        lambda: {
            "own_app": OwnType(BOOLEAN, offered=True),
            "own_years": OwnType(NUMBER, offered=True),
            "own_card": OwnType(Type("choice", ("gold", "plain")), offered=True),
        }
    )
    yield
    facts.learn(before)


@pytest.mark.parametrize(
    ("rule", "dead"),
    [
        ("customer.own_app", False),
        ("customer.own_app == false", False),
        ("customer.own_app and not customer.own_app", True),
        ("customer.own_years > 2 and customer.own_years < 1", True),
        ('customer.own_card == "gold" and customer.own_years > 2', False),
        ('customer.own_card == "gold" and customer.own_card == "plain"', True),
    ],
)
def test_a_page_that_nobody_sees_is_found(rule, dead):
    found = prove(of(page("p1", nps("a")), page("p2", nps("b"), show=parse(rule)))).findings
    codes = {f.code for f in found if f.severity != "info" and f.place == "page:p2"}
    assert ("proof.never_shown" in codes) == dead, codes


def test_names_and_types_are_checked():
    show = parse('customer.own_yeers > 2 and customer.own_card == "silver"')
    found = prove(of(page("p1", nps("a"), show=show))).findings
    assert {f.code for f in found if f.code.startswith("rule.")} == {
        "rule.unknown_attribute",
        "rule.unknown_option",
    }


def test_a_pipe_shows_the_value_or_its_fallback():
    known = {"customer": {"own_years": 2.5}}
    assert piped(of(), "{customer.own_years|some} years", "en", {}, known) == "2.5 years"
    assert piped(of(), "{customer.own_years|some} years", "en", {}, {}) == "some years"


def test_a_yes_or_no_that_no_rule_names_is_drawn_either_way():
    crowd = Crowd(of(page("p1", nps("a", title={"en": "{customer.own_app|some}"}))), seed=1)
    drawn = {crowd.facts()["customer"].get("own_app") for _ in range(80)}
    assert drawn == {True, False, None}
