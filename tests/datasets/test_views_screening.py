"""The screening page: the recipe, the run as a job, what was found, the log."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from lxml import html

from surveyapp.database import db
from surveyapp.datasets import cleaning, desk
from surveyapp.datasets.models import ScreeningRun
from surveyapp.datasets.screening.recipe import Recipe, recipe_of
from surveyapp.jobs.models import Job
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, flagged, screened_study, words
from tests.datasets.studies import make_study, small_study

SignIn = Callable[[str], AuditingClient]
FORM = {"speed_share": "0.3", "pattern_kinds": "2", "review_share": "0.1", "seed": "7"}


@pytest.fixture
def analyst(sign_in: SignIn) -> AuditingClient:
    return sign_in("analyst")


def test_a_run_is_a_job_whose_result_the_page_shows(analyst: AuditingClient) -> None:
    study, _ = small_study()
    here = f"/studies/{study.id}/screening"
    assert "The answers have not been screened yet." in words(analyst.get(here).text)
    started = analyst.post(here, data={**FORM, "speed_share": "0.25"})
    assert (started.status_code, started.location) == (302, here)
    waiting = analyst.get(here).text
    assert "Waiting for its turn" in waiting
    assert db.session.scalars(db.select(ScreeningRun)).all() == []
    assert do_the_work().actor == "analyst@example.com"
    run = db.session.scalars(db.select(ScreeningRun)).one()
    assert run.recipe["logic"]["speed_share"] == 0.25
    assert run.recipe["seed"] == 7
    page = analyst.get(here).text
    said = words(page)
    assert "Screened" in said
    assert "of 77" in said
    assert "Too fast to have been read" in said
    assert run.recipe_hash[:16] in said
    assert "Waiting for its turn" not in said
    assert 'name="speed_share" type="number" value="0.25"' in page.replace(' step="0.05"', "") or (
        'value="0.25"' in page
    )


def test_the_list_is_filtered_by_rule(analyst: AuditingClient) -> None:
    study, run = screened_study()
    here = f"/studies/{study.id}/screening"
    everything = analyst.get(here).text
    fast = analyst.get(here, query_string={"rule": "speed"}).text
    for response in flagged(run):
        link = f'/studies/{study.id}/responses/{response}"'
        assert link in everything
        listed = fast.split('<details class="card">')[0]
        assert (link in listed) == (response in flagged(run, "speed"))
    nothing = analyst.get(here, query_string={"rule": "no such rule"})
    assert nothing.status_code == 200
    assert "/responses/" not in nothing.text.split('<details class="card">')[0]


@pytest.mark.parametrize("page", ["2", "0", "-3", "x", "999999"])
def test_pages_that_do_not_exist_are_empty(analyst: AuditingClient, page: str) -> None:
    study, _ = screened_study()
    assert analyst.get(f"/studies/{study.id}/screening?page={page}").status_code == 200


def test_a_long_list_is_turned_page_by_page(
    analyst: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, run = screened_study()
    monkeypatch.setattr(desk, "PAGE", 5)
    found: list[int] = []
    for page in range(1, 20):
        rows, more = desk.flagged(run, "", page)
        found += [row.response_id for row in rows]
        if not more:
            break
    assert found == flagged(run)
    assert page > 1
    assert "page=2" in analyst.get(f"/studies/{study.id}/screening").text


def test_a_contradiction_is_called_by_its_declared_title(analyst: AuditingClient) -> None:
    study, run = screened_study()
    (first, *_) = flagged(run, "contradiction:satisfied_detractor") or flagged(
        run, "contradiction:unsolved_fixed"
    )
    titles = {c["id"]: c["title"] for c in study.version.document["contradictions"]}
    rules = [r["rule"] for r in run.summary["rules"] if r["rule"].startswith("contradiction:")]
    assert rules
    page = words(analyst.get(f"/studies/{study.id}/screening").text)
    one = words(analyst.get(f"/studies/{study.id}/responses/{first}").text)
    for rule in rules:
        assert titles[rule.partition(":")[2]]["en"] in page
    assert "Contradiction: " in one
    assert "satisfied_detractor" not in one
    analyst.post("/language/zh-Hans")
    chinese = words(analyst.get(f"/studies/{study.id}/screening").text)
    assert titles[rules[0].partition(":")[2]]["zh-Hans"] in chinese


def test_a_milder_run_restores_and_the_log_says_so(analyst: AuditingClient) -> None:
    study, _ = screened_study()
    here = f"/studies/{study.id}/screening"
    before = set(cleaning.excluded(study.id))
    analyst.post(here, data={**FORM, "speed_share": "0", "pattern_kinds": "0"})
    do_the_work()
    assert set(cleaning.excluded(study.id)) < before
    said = words(analyst.get(here).text)
    assert "restored" in said
    assert "No longer flagged so as to be excluded" in said


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("speed_share", "1.5", "Give a share from 0 to 1."),
        ("speed_share", "", "Give a number."),
        ("speed_share", "abc", "Not a valid float value"),
        ("speed_share", "nan", "Give a share from 0 to 1."),
        ("pattern_kinds", "7", "Give a whole number from 0 (never) to 6."),
        ("review_share", "-0.1", "Give a share from 0 to 1."),
        ("seed", "-1", "Give a whole number from 0 to 2147483647."),
        ("seed", "", "Give a number."),
        ("seed", "1e3", "Not a valid integer value"),
    ],
)
def test_bad_values_keep_the_page_and_what_was_typed(
    analyst: AuditingClient, field: str, value: str, complaint: str
) -> None:
    study = make_study()
    db.session.commit()
    here = f"/studies/{study.id}/screening"
    answer = analyst.post(here, data={**FORM, "seed": "4711", field: value})
    assert answer.status_code == 200
    assert complaint in answer.text
    assert f'value="{value}"' in answer.text
    assert field == "seed" or 'value="4711"' in answer.text
    assert db.session.scalars(db.select(Job)).all() == []


def test_a_run_that_fails_says_why_on_the_page(analyst: AuditingClient) -> None:
    from surveyapp.jobs.running import run_waiting

    study = make_study()
    db.session.commit()
    here = f"/studies/{study.id}/screening"
    analyst.post(here, data=FORM)
    run_waiting()
    db.session.expire_all()
    assert "There are no completed responses yet." in words(analyst.get(here).text)


def test_who_may(sign_in: SignIn, client: AuditingClient) -> None:
    study = make_study()
    db.session.commit()
    here = f"/studies/{study.id}/screening"
    for role in ("analyst", "researcher", "administrator"):
        browser = sign_in(role)
        assert browser.get(here).status_code == 200
        assert browser.post(here, data=FORM).status_code == 302
    assert client.get(here).location.startswith("/sign-in")
    assert client.post(here, data=FORM).location.startswith("/sign-in")
    assert browser.get("/studies/999/screening").status_code == 404
    assert browser.post("/studies/999/screening", data=FORM).status_code == 404


def test_a_whole_recipe_is_read_changed_and_run(analyst: AuditingClient) -> None:
    study, _ = screened_study()
    here = f"/studies/{study.id}/screening"
    (area,) = html.document_fromstring(analyst.get(here).text).xpath("//textarea[@name='text']")
    recipe = json.loads(area.text)
    assert recipe_of(recipe) == Recipe()
    recipe["patterns"]["guttman"], recipe["bursts"]["minutes"] = 0.1, 5
    started = analyst.post(f"{here}/recipe", data={"text": json.dumps(recipe)})
    assert (started.status_code, started.location) == (302, here)
    do_the_work()
    newest = db.select(ScreeningRun).order_by(ScreeningRun.id.desc())
    run = db.session.scalars(newest).first()
    assert run is not None
    assert run.recipe == recipe
    assert flagged(run, "guttman")
    again = analyst.post(here, data={**FORM, "seed": "9"})
    assert again.status_code == 302
    do_the_work()
    run = db.session.scalars(newest).first()
    assert run is not None
    assert run.recipe == {**recipe, "seed": 9, "review": run.recipe["review"]}, "others are kept"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"seed": 1,\n', "The recipe is no JSON: see line 2."),
        ("[" * 100_000, "Field cannot be longer"),
        ("[" * 19_000, "The recipe is no JSON"),
        ("[]", "A recipe is written in braces."),
        ('{"patterns": {"guttman": 2}}', "wrong at patterns.guttman"),
        ('{"bursts": {"minutes": 0}, "guess": 1}', "wrong at bursts.minutes"),
    ],
)
def test_a_recipe_that_is_none_is_told_where_and_nothing_runs(
    analyst: AuditingClient, text: str, said: str
) -> None:
    study, _ = screened_study()
    page = analyst.post(f"/studies/{study.id}/screening/recipe", data={"text": text}).text
    assert said in words(page)
    assert "Share that a person reads" in page
    assert db.session.scalars(db.select(Job)).all() == []
