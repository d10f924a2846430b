"""The score of a period by hand, from the answers of a questionnaire that has every rule."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from surveyapp.datasets.grading import grading
from surveyapp.datasets.numbers import results
from surveyapp.datasets.scoring import dimension_points, element_points
from surveyapp.datasets.table import build
from surveyapp.datasets.weighting import weighting
from surveyapp.designer.document import Document
from tests.datasets.scored import DOCUMENT, EVERYTHING, REASONS_GIVEN, dataset

PLAIN = {**EVERYTHING, "extra": ["nothing"]}
WORST: dict[str, Any] = {
    **PLAIN, "speed.soon": 1, "speed.late": 5, "waited": 300, "outcome": 1, "fixed": "no",
    "effort": 1, "happy": 1, "polite": 1, "nps": 0,
}  # fmt: skip


def graded(*answers: dict[str, Any]) -> Any:
    data = dataset(*answers)
    return grading(data, weighting(data))


def test_each_element_has_its_points() -> None:
    data = dataset(PLAIN)
    points = {
        v.name: element_points(data, v).tolist() for v in data.codebook.answers if v.is_scored
    }
    assert points == {
        "speed.soon": [10],
        "speed.late": [10],  # strongly disagrees that the wait was long
        "waited": [8],  # 15.5 s: two further steps of 5 s begun
        "outcome": [5],  # 4 of 7
        "fixed": [5],
        "effort": [10],
        "happy": [10],
        "polite": [5],
    }


def test_reasons_for_not_answering_stay_out_of_the_mean_and_half_must_be_answered() -> None:
    data = dataset({**PLAIN, "waited": "dont_know"}, {**PLAIN, **REASONS_GIVEN, "outcome": 7})
    points = dimension_points(data)
    assert points["speed"][0] == 10
    assert np.isnan(points["speed"][1]), "none of three is answered"
    assert points["solved"].tolist() == [5, 10], "too early to say is out, the outcome counts"


def test_the_total_by_hand_under_each_profile() -> None:
    """Speed 28/3, solved 5, ease 10, manner 5.

    40 % + 35 % + 15 % + 10 %: 7.4833; technical 20 + 60 + 10 + 10 %: 6.3667; reception
    50 + 10 + 40 %: 7.1667.
    """
    found = graded(PLAIN, PLAIN)
    own, technical, reception = found["schemes"]
    assert (own["id"], technical["id"], reception["id"]) == ("", "technical", "reception")
    assert own["plain"]["mean"] == pytest.approx(0.4 * 28 / 3 + 1.75 + 1.5 + 0.5)
    assert technical["plain"]["mean"] == pytest.approx(0.2 * 28 / 3 + 3 + 1 + 0.5)
    assert reception["plain"]["mean"] == pytest.approx(0.5 * 28 / 3 + 0.5 + 2)
    assert own["score"] == own["raised"]["mean"] == own["plain"]["mean"]
    assert (own["level"], technical["level"], reception["level"]) == ("fair", "poor", "fair")


def test_bonuses_raise_the_answer_that_earned_them_up_to_the_cap() -> None:
    """10 % and 7.5 % are 17.5 %, of which 15 % count."""
    both = {**PLAIN, "extra": ["called", "advice"]}
    found = graded(both)
    (own, *_) = found["schemes"]
    assert own["raised"]["mean"] == pytest.approx(own["plain"]["mean"] * 1.15)
    assert found["capped"] == 1
    assert [(b["id"], b["n"], b["percent"]) for b in found["bonuses"]] == [
        ("called", 1, 10), ("advice", 1, 7.5),
    ]  # fmt: skip
    one, none = graded(EVERYTHING)["schemes"][0], graded(PLAIN)["schemes"][0]
    assert one["raised"]["mean"] == pytest.approx(none["raised"]["mean"] * 1.1)


def test_no_bonus_lifts_an_answer_above_ten() -> None:
    best = {
        **PLAIN, "waited": 3, "outcome": 7, "fixed": "yes", "polite": 5, "extra": ["called"],
    }  # fmt: skip
    (own, *_) = graded(best)["schemes"]
    assert own["plain"]["mean"] == own["raised"]["mean"] == own["score"] == 10
    assert own["counts"]["excellent"] == 1


def test_one_veto_zeroes_the_period_and_is_named_with_its_answers() -> None:
    leak = {**PLAIN, "incident": ["leak"]}
    both = {**PLAIN, "incident": ["leak", "promise"]}
    found = graded(PLAIN, leak, PLAIN, both)
    for scheme in found["schemes"]:
        assert scheme["score"] == 0
        assert scheme["level"] == "bad"
        assert scheme["raised"]["mean"] > 6
    assert found["schemes"][0]["level_before"] == "fair"
    assert found["vetoed"] == 2
    assert [(v["id"], v["n"], v["responses"]) for v in found["vetoes"]] == [
        ("leak", 2, [2, 4]), ("promise", 1, [4]),
    ]  # fmt: skip


def test_levels_are_the_questionnaires_own_or_the_usual_five() -> None:
    found = graded(PLAIN, WORST, EVERYTHING)
    assert [level["id"] for level in found["levels"]] == [
        "excellent", "good", "fair", "poor", "bad",
    ]  # fmt: skip
    counts = found["schemes"][0]["counts"]
    assert counts == {"excellent": 0, "good": 1, "fair": 1, "poor": 0, "bad": 1}
    own = DOCUMENT.model_copy(
        update={"levels": Document.model_validate({"levels": [{"id": "ok", "least": 5}]}).levels}
    )
    data = build([], {1: own})
    none = grading(data, weighting(data))
    assert none is not None
    assert [level["id"] for level in none["levels"]] == ["ok"]
    assert none["schemes"][0]["score"] is None
    assert none["schemes"][0]["level"] is None


def test_without_scored_dimensions_there_is_no_grade() -> None:
    data = build([], {1: Document()})
    assert grading(data, weighting(data)) is None


def test_results_are_strict_json_and_alpha_knows_what_is_expected() -> None:
    rows = [{**PLAIN, "speed.soon": 1 + i % 5, "speed.late": 5 - i % 4} for i in range(12)]
    found = json.loads(json.dumps(results(dataset(*rows)), allow_nan=False))
    by_name = {scale["dimension"]: scale for scale in found["scales"]}
    assert by_name["speed"]["expected"] == 0.75
    assert by_name["speed"]["k"] == 2, "alpha rests on the ratings, not on seconds"
    assert by_name["ease"]["expected"] is None
    assert by_name["ease"]["mixed"], "1 to 7 beside 1 to 5"
    assert not by_name["speed"]["mixed"]
