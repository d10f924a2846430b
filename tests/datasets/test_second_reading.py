"""The second reader: another person, blind; and what the readings say of each layer."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.datasets import desk
from surveyapp.datasets.models import Review, ScreeningRun
from surveyapp.datasets.screening.quality import quality
from surveyapp.datasets.screening.running import run_screening
from surveyapp.datasets.screening.second import read_again, verdict_pairs
from surveyapp.datasets.second_models import SecondReading
from surveyapp.distribution.models import Study
from surveyapp.findings import SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from tests.auditing import AuditingClient
from tests.datasets.studies import make_study, small_study
from tests.reports.test_study_page import SignIn, words


@pytest.fixture
def screened(app: Flask) -> tuple[Study, dict[int, str], ScreeningRun]:
    from surveyapp.datasets.screening.recipe import Recipe

    study, kinds = small_study()
    recipe = Recipe()
    every = recipe.model_copy(update={"review": recipe.review.model_copy(update={"share": 0.5})})
    return study, kinds, run_screening(study.id, every)


def read_all(
    browser: AuditingClient, study: Study, kinds: dict[int, str], where: str, most: int = 99
) -> int:
    """Read what waits, with the truth as verdict; how many there were."""
    for count in range(most):
        page = browser.get(f"/studies/{study.id}/{where}").text
        form = re.search(rf'action="(/studies/\d+/{where}/(\d+))"', page)
        if form is None:
            return count
        response = db.session.get_one(Review, int(form[2])).response_id
        verdict = "keep" if kinds[response] == "genuine" else "exclude"
        answer = browser.post(form[1], data={"verdict": verdict, "reason": "read as a whole"})
        assert answer.status_code == 302
    return most


def test_the_readings_measure_each_layer(
    screened: tuple[Study, dict[int, str], ScreeningRun], sign_in: SignIn
) -> None:
    study, kinds, run = screened
    one = sign_in("analyst")
    count = read_all(one, study, kinds, "review")
    assert count > 20
    assert db.session.query(Job).filter_by(kind="screening.quality").count() == 1, "one waits"
    assert running.run_waiting() == 1
    found = desk.measured(run.id)
    assert found is not None
    assert found == quality(run.id)
    assert found["read"] == count
    both = found["layers"]["excluded"]
    assert both["precision"]["value"] > 0.8
    assert both["recall"]["low"] < both["recall"]["value"] <= both["recall"]["high"] <= 1
    assert found["layers"]["layer_1"]["recall"]["value"] <= both["recall"]["value"]
    text = words(one.get(f"/studies/{study.id}/review").text)
    shown = both["precision"]
    ends = f"[{100 * shown['low']:.0f}, {100 * shown['high']:.0f}]"
    assert f"{100 * shown['value']:.0f} % {ends} · n = {shown['n']}" in text
    assert "Nobody has read a second time yet" in text


def test_a_second_reader_is_another_person_and_blind(
    screened: tuple[Study, dict[int, str], ScreeningRun], sign_in: SignIn
) -> None:
    study, kinds, run = screened
    one, other = sign_in("analyst"), sign_in("researcher")
    read_all(one, study, kinds, "review")
    assert "a second time" not in one.get(f"/studies/{study.id}/review").text
    assert "Nothing left for you" in one.get(f"/studies/{study.id}/review/again").text
    assert "a second time" in other.get(f"/studies/{study.id}/review").text
    page = other.get(f"/studies/{study.id}/review/again").text
    for hidden in ("read as a whole", "checked", "layer"):
        assert hidden not in page
    log = db.session.query(SecondReading).count()
    assert log == 0
    assert read_all(other, study, kinds, "review/again", most=6) == 6
    running.run_waiting()
    found = desk.measured(run.id)
    assert found is not None
    assert found["agreement"]["n"] == 6
    assert found["agreement"]["agreed"] == 1
    assert all(first == second for first, second in verdict_pairs(run.id))
    text = words(other.get(f"/studies/{study.id}/review").text)
    assert "Two readers agree in" in text


def test_a_second_verdict_changes_nothing_in_the_data(
    screened: tuple[Study, dict[int, str], ScreeningRun], sign_in: SignIn
) -> None:
    from surveyapp.datasets import cleaning

    study, kinds, run = screened
    one, other = sign_in("analyst"), sign_in("researcher")
    read_all(one, study, kinds, "review", most=1)
    before = set(cleaning.excluded(study.id))
    review = db.session.query(Review).filter(Review.verdict != "").one()
    address = f"/studies/{study.id}/review/again/{review.id}"
    opposite = "exclude" if review.verdict == "keep" else "keep"
    other.post(address, data={"verdict": opposite, "reason": "I see it otherwise"})
    assert set(cleaning.excluded(study.id)) == before
    assert quality(run.id)["agreement"]["agreed"] == 0
    again = other.post(address, data={"verdict": "keep", "reason": "twice"}, follow_redirects=True)
    assert "has its second reading" in again.text
    assert db.session.query(SecondReading).count() == 1


def test_what_is_no_second_reading_is_refused(
    screened: tuple[Study, dict[int, str], ScreeningRun], sign_in: SignIn
) -> None:
    study, _, _run = screened
    browser = sign_in("analyst")
    review = db.session.query(Review).order_by(Review.id).first()
    assert review is not None
    address = f"/studies/{study.id}/review/again/{review.id}"
    page = browser.post(address, data={"verdict": "keep", "reason": "x"}, follow_redirects=True)
    assert "after the first" in page.text
    assert browser.post(address, data={"verdict": "keep"}).status_code == 200
    for verdict, reason, said in (("perhaps", "x", "keep or exclude"), ("keep", " ", "Write why")):
        with pytest.raises(SurveyError, match=said):
            read_again(review.id, verdict, reason)
    assert db.session.query(SecondReading).count() == 0


def test_without_a_run_there_is_nothing_to_read_again(staff: AuditingClient) -> None:
    study = make_study()
    db.session.commit()
    assert "Nothing to read yet" in staff.get(f"/studies/{study.id}/review/again").text
