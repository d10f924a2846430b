"""CSAT and CES, multiple choices, rankings, experiments and missing answers, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from surveyapp.datasets.experience import experience
from surveyapp.datasets.experiments import experiments
from surveyapp.datasets.preferences import multiples, rankings
from surveyapp.datasets.unanswered import missing_answers
from surveyapp.datasets.weighting import weighting
from tests.datasets.scored import EVERYTHING, REASONS_GIVEN, dataset


def several(name: str, values: list[Any]) -> Any:
    data = dataset(*({**EVERYTHING, name: value} for value in values))
    return data, weighting(data)


def test_csat_is_the_share_of_fours_and_fives_and_ces_a_mean() -> None:
    """5, 4, 3, 2 and one refusal: 2 of 4 are satisfied, Wilson's interval 15 to 85 %."""
    effort, happy = experience(*several("happy", [5, 4, 3, 2, "refused"]))
    assert happy["satisfied"]["mean"] == 0.5
    assert (happy["satisfied"]["count"], happy["satisfied"]["n"]) == (2, 4)
    assert happy["satisfied"]["low"] == pytest.approx(0.1500, abs=1e-4)
    assert happy["satisfied"]["high"] == pytest.approx(0.8500, abs=1e-4)
    assert happy["mean"]["mean"] == 3.5
    assert (effort["type"], effort["mean"]["mean"], effort["satisfied"]) == ("ces", 7, None)


def test_several_answers_have_the_respondents_as_base() -> None:
    """Two of three who answered bought a fridge; the shares sum to more than 100 %."""
    data, weights = several("bought", [["fridge", "oven"], ["fridge"], ["oven"], [], ["unsure"]])
    found = next(m for m in multiples(data, weights) if m["question"] == "bought")
    assert found["base"] == 3
    shares = {o["id"]: (o["count"], o["n"]) for o in found["options"]}
    assert shares == {"fridge": (2, 3), "oven": (2, 3), "display": (0, 0), "none": (0, 3)}
    assert found["options"][0]["mean"] == pytest.approx(2 / 3)
    assert found["options"][0]["label"] == {"zh-Hans": "冰箱", "en": "A fridge"}
    assert found["options"][2]["mean"] is None


def test_a_ranking_has_mean_places_and_first_choices() -> None:
    orders = [["price", "help", "fridge"], ["price", "fridge"], ["help"], []]
    (found,) = rankings(*several("matters", orders))
    assert found["base"] == 3
    by_id = {o["id"]: o for o in found["options"]}
    assert by_id["price"]["place"]["mean"] == 1
    assert by_id["price"]["place"]["n"] == 2
    assert (by_id["price"]["first"]["count"], by_id["price"]["first"]["n"]) == (2, 3)
    assert by_id["fridge"]["place"]["mean"] == 2.5
    assert (by_id["fridge"]["first"]["count"], by_id["fridge"]["first"]["n"]) == (0, 3)
    assert by_id["display"]["first"]["n"] == 0, "nobody was offered it"


def test_arms_are_compared_by_welch_with_their_sizes() -> None:
    """Odd responses are in `warm` and recommend; even ones do not."""
    data, _ = several("nps", [10, 2, 9, 5, 10, 7, 8, 1])
    (found,) = experiments(data)
    assert found["id"] == "wording"
    assert {arm["id"]: arm["n"] for arm in found["arms"]} == {"short": 4, "warm": 4}
    by_name = {outcome["outcome"]: outcome for outcome in found["outcomes"]}
    assert list(by_name) == ["total", "nps", "effort", "happy"]
    nps = by_name["nps"]
    assert nps["groups"]["warm"]["mean"] == 75
    assert nps["groups"]["short"]["mean"] == -75
    assert nps["test"] == "welch_t"
    assert nps["df"] == [pytest.approx(6)]
    assert nps["statistic"] == pytest.approx(150 / 25 / 2**0.5)
    assert nps["p"] < 0.05
    assert nps["pairs"][0]["differ"]
    assert by_name["total"]["test"] is None, "everybody answered alike: nothing to test"
    assert by_name["total"]["groups"]["warm"]["n"] == 4


def test_answers_that_say_why_there_is_none_are_counted_and_named() -> None:
    found = {
        m["variable"]: m
        for m in missing_answers(dataset(EVERYTHING, REASONS_GIVEN, {"channel": "shop"}))
    }
    assert found["happy"]["refused"] == 1
    assert found["happy"]["left_out"] == 1
    assert found["happy"]["base"] == 3
    assert found["speed.soon"]["dont_know"] == 1
    assert found["bought"]["dont_know"] == 1
    assert found["bought"]["base"] == 3
    assert found["bought"]["label"]["en"] == "What did you buy?"
    assert found["fixed"]["not_applicable"] == 1
    assert missing_answers(dataset(EVERYTHING)) == []
