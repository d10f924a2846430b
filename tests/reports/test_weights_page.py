"""The page of weights: recipes kept and taken back, margins added, what the worker made of them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets.weights import keeping
from surveyapp.distribution.models import DesignStratum, Study
from surveyapp.jobs import running
from surveyapp.reports import snapshots
from surveyapp.reports.models import Snapshot
from tests.auditing import AuditingClient
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import make_study
from tests.reports.scored_study import scored_study
from tests.reports.test_analysis_pages import ranked_study
from tests.reports.test_study_page import words

USUAL = {"eligibility": "-", "response": "-", "calibration": "strata", "merge_below": "5"}
CITIES = {"北京": 300, "上海": 250, "广州": 150, "深圳": 150, "成都": 100, "重庆": 50}
BY_CITY: dict[str, Any] = {
    "calibration": "margins",
    "margin": ["frame:tier", "data:city"],
    **{f"total:data:city:{city}": str(n) for city, n in CITIES.items()},
}


def here(study: Study) -> str:
    return f"/studies/{study.id}/analysis/weights"


def told(study: Study) -> dict[str, Any]:
    db.session.expire_all()
    found: dict[str, Any] = db.session.get_one(Snapshot, study.id).figures["weighting"]
    return found


def save(staff: AuditingClient, study: Study, **fields: object) -> None:
    """Keep a recipe and let the worker compute."""
    answer = staff.post(here(study), data={**USUAL, **fields})
    assert answer.status_code == 302, words(answer.text)
    assert running.run_waiting() == 1


def test_the_usual_weights_are_shown_step_by_step(staff: AuditingClient) -> None:
    study = scored_study()
    page = words(staff.get(here(study)).text)
    assert "Calibrated to the customers of each stratum1,000" in page
    assert "They stand for1,000" in page
    assert "Effective number60" in page
    assert [step["key"] for step in told(study)["steps"]] == ["base", "strata"]


def test_before_the_first_answer_the_form_is_there(staff: AuditingClient) -> None:
    study = make_study(DOCUMENT)
    page = words(staff.get(here(study)).text)
    assert "No answers yet" in page
    assert "How weights are made" in page


def test_raking_to_the_frame_and_to_typed_totals(staff: AuditingClient) -> None:
    study = ranked_study()
    save(staff, study, **BY_CITY, low="0.2", high="5", trim="6")
    found = told(study)
    assert [step["key"] for step in found["steps"]] == ["base", "margins", "trim"]
    cities = {r["category"]: r for r in found["steps"][1]["samples"][0]["margins"][1]["rows"]}
    assert {city: round(row["reached"]) for city, row in cities.items()} == CITIES
    page = words(staff.get(here(study)).text)
    assert "Every margin is met" in page
    assert "北京300.0300.0" in page
    assert "answers had more than" in page
    before = found["unweighted"]["total"]["mean"]
    assert found["steps"][-1]["total"]["mean"] != pytest.approx(before, abs=1e-6)
    headline = db.session.get_one(Snapshot, study.id).figures["weighted_total"]
    assert headline["mean"] == found["steps"][-1]["total"]["mean"]
    assert headline["se"] == found["steps"][-1]["total"]["se"]


def test_what_cannot_be_raked_is_said_and_leaves_the_weights_of_before(
    staff: AuditingClient,
) -> None:
    study = ranked_study()
    some = {k: v for k, v in BY_CITY.items() if k != "total:data:city:重庆"}
    save(staff, study, **some)
    page = words(staff.get(here(study)).text)
    assert "Left out: weights stay as they were" in page
    assert "has no total for “重庆”" in page or 'has no total for "重庆"' in page


def test_those_who_did_not_answer_are_spread_by_class(staff: AuditingClient) -> None:
    study = scored_study()
    save(staff, study, eligibility="*", response="tier", verified="y", calibration="none")
    assert [s["key"] for s in told(study)["steps"]] == ["base", "eligibility", "response"]
    page = words(staff.get(here(study)).text)
    assert "Non-response spread over the answers" in page
    assert "What became of the sample" in page
    recipe = keeping.recipe_for(study.id)
    assert (recipe.eligibility, recipe.response, recipe.verified) == ((), ("tier",), True)


def test_classes_and_categories_are_called_as_people_call_them(staff: AuditingClient) -> None:
    study = scored_study()
    for stratum, tier in zip(db.session.query(DesignStratum), ("high", "low"), strict=True):
        stratum.key = {"tier": tier}
    db.session.commit()
    margins = {"calibration": "margins", "margin": "frame:tier"}
    save(staff, study, response="tier", **margins)
    page = staff.get(here(study)).text
    assert page.count("<td>High</td>") == page.count("<td>Low</td>") == 2
    assert "<td>high</td>" not in page


def test_margins_are_added_and_removed_without_writing(staff: AuditingClient) -> None:
    study = ranked_study()
    page = staff.post(here(study), data={**USUAL, "action": "add", "more": "frame:tier"}).text
    assert "Totals are counted in the frame of the sample." in page
    again = staff.post(
        here(study),
        data={
            **USUAL,
            "trim": "4",
            "action": "add",
            "more": "data:outcome",
            "margin": "frame:tier",
        },
    ).text
    assert 'name="total:data:outcome:7"' in again
    assert 'value="4' in again
    left = staff.post(
        here(study),
        data={**USUAL, "action": "remove frame:tier", "margin": ["frame:tier", "data:outcome"]},
    ).text
    assert 'value="frame:tier"' not in left.split("Another margin")[0]
    odd = staff.post(here(study), data={**USUAL, "action": "add", "more": "data:nonsense"}).text
    assert "data:nonsense" not in odd
    assert keeping.newest(study.id) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"calibration": "margins"}, "Raking needs a margin"),
        ({"low": "0.5"}, "Give both factors, or none."),
        ({"trim": "1"}, "Give a number from 1.01 to 1000"),
        ({"trim": "much"}, "Not a valid float value."),
        ({"merge_below": "0"}, "Give a whole number from 1 to 1000."),
        ({"eligibility": "shoe size"}, "Not a valid choice"),
        ({"margin": "data:outcome"}, "give the totals of two or more categories"),
        (
            {"margin": "data:outcome", "total:data:outcome:1": "-3"},
            "totals are numbers above 0",
        ),
        (
            {"margin": "data:outcome", "total:data:outcome:1": "nan"},
            "totals are numbers above 0",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    staff: AuditingClient, fields: dict[str, str], said: str
) -> None:
    study = ranked_study(30)
    answer = staff.post(here(study), data={**USUAL, **fields})
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert keeping.newest(study.id) is None


def test_recipes_are_noted_and_taken_back(staff: AuditingClient) -> None:
    study = scored_study()
    save(staff, study, trim="3")
    first = keeping.newest(study.id)
    assert first is not None
    save(staff, study, trim="4")
    answer = staff.post(here(study), data={**USUAL, "trim": "4"}, follow_redirects=True)
    assert "these weights count already" in words(answer.text)
    staff.post(f"{here(study)}/{first.id}/again")
    newest = keeping.newest(study.id)
    assert newest is not None
    assert newest.recipe_hash == first.recipe_hash
    staff.post(f"{here(study)}/0/again")
    assert keeping.recipe_for(study.id).trim is None
    noted = db.session.query(AuditEntry).filter_by(action=keeping.ACTION).all()
    assert noted[0].detail["hash"] == first.recipe_hash
    assert len(noted) == 4
    assert len(keeping.history(study.id)) == 4


def test_a_recipe_of_another_study_is_not_found(staff: AuditingClient) -> None:
    study, other = make_study(DOCUMENT), scored_study()
    save(staff, other, trim="3")
    row = keeping.newest(other.id)
    assert row is not None
    assert staff.post(f"{here(study)}/{row.id}/again").status_code == 404
    assert staff.post(f"{here(study)}/99999/again").status_code == 404


def test_computing_again_asks_the_worker_once(staff: AuditingClient) -> None:
    study = scored_study()
    assert staff.post(f"{here(study)}/refresh").status_code == 302
    staff.post(f"{here(study)}/refresh")
    assert snapshots.stale() == [study.id]
    assert "Waiting for its turn" in words(staff.get(here(study)).text)
    assert running.run_waiting() == 1
    assert snapshots.stale() == []


def test_totals_are_read_as_people_write_them(app: Flask) -> None:
    from surveyapp.reports.weights_forms import Category, MarginFields
    from surveyapp.reports.weights_margins import margins_of

    rows = (Category("1", "a", "1,200"), Category("2", "b", "35 %"), Category("3", "c", ""))
    with app.test_request_context():
        found, troubles = margins_of([MarginFields("data:x", "X", rows)])
    assert troubles == []
    assert found[0].totals == {"1": 1200, "2": 35}
