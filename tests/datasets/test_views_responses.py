"""One response: read it, take it out with a reason, take it in again; and the review desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning, desk
from surveyapp.datasets.models import Review, ScreeningRun
from surveyapp.datasets.screening import review as reviewing
from surveyapp.datasets.screening.hits import TITLES
from surveyapp.distribution.models import Study
from tests.auditing import AuditingClient
from tests.datasets.pages import flagged, log_of, screened_study, words
from tests.datasets.studies import make_study, small_study

SignIn = Callable[[str], AuditingClient]


@pytest.fixture
def analyst(sign_in: SignIn) -> AuditingClient:
    return sign_in("analyst")


def decide(browser: AuditingClient, address: str, action: str, reason: str) -> Any:
    return browser.post(address, data={"action": action, "reason": reason})


def test_a_response_is_read_with_its_flags_and_history(analyst: AuditingClient) -> None:
    study, run = screened_study()
    response = flagged(run, "speed")[0]
    said = words(analyst.get(f"/studies/{study.id}/responses/{response}").text)
    assert f"Response {response}" in said
    assert "Too fast to have been read" in said
    assert "Excluded" in said
    assert "Time taken" in said
    assert "王芳" not in said
    assert "138" not in said, "no phone"


def test_out_and_in_again_each_with_its_reason(analyst: AuditingClient) -> None:
    study, _ = small_study()
    here = f"/studies/{study.id}/responses/1"
    assert 'name="action" value="exclude"' in analyst.get(here).text
    assert decide(analyst, here, "exclude", "a test by the shop").location == here
    assert set(cleaning.excluded(study.id)) == {1}
    page = analyst.get(here).text
    assert 'name="action" value="restore"' in page
    assert "a test by the shop" in words(page)
    assert decide(analyst, here, "restore", "it was a customer").status_code == 302
    assert log_of(1) == [
        ("exclude", "a test by the shop", "analyst@example.com"),
        ("restore", "it was a customer", "analyst@example.com"),
    ]
    assert cleaning.excluded(study.id) == {}


@pytest.mark.parametrize("reason", ["", "   \n ", "x" * 501])
def test_without_a_usable_reason_nothing_changes(analyst: AuditingClient, reason: str) -> None:
    study, _ = small_study()
    answer = decide(analyst, f"/studies/{study.id}/responses/1", "exclude", reason)
    assert answer.status_code == 200
    assert 'class="error"' in answer.text
    assert len(reason) < 500 or reason in answer.text, "what was typed is still there"
    assert log_of(1) == []


def test_two_people_who_decide_at_once_do_not_undo_each_other(analyst: AuditingClient) -> None:
    study, _ = small_study()
    here = f"/studies/{study.id}/responses/1"
    decide(analyst, here, "exclude", "first")
    second = analyst.post(
        here, data={"action": "exclude", "reason": "second"}, follow_redirects=True
    )
    assert "Response 1 is excluded already." in words(second.text)
    assert [line[1] for line in log_of(1)] == ["first"]
    assert decide(analyst, here, "delete", "for good").status_code == 200
    assert [line[1] for line in log_of(1)] == ["first"]


def test_responses_of_another_study_are_not_found_here(analyst: AuditingClient) -> None:
    study, run = screened_study()
    other = make_study()
    db.session.commit()
    wrong = f"/studies/{other.id}/responses/1"
    assert analyst.get(wrong).status_code == 404
    assert decide(analyst, wrong, "exclude", "because").status_code == 404
    assert analyst.get(f"/studies/{study.id}/responses/9999").status_code == 404
    review = reviewing.queue(run.id)[0]
    verdict = {"verdict": "exclude", "reason": "because"}
    assert analyst.post(f"/studies/{other.id}/review/{review.id}", data=verdict).status_code == 404
    assert analyst.post(f"/studies/{study.id}/review/9999", data=verdict).status_code == 404
    assert log_of(1) in ([], [*log_of(1)[:1]])
    assert db.session.get_one(Review, review.id).verdict == ""


def form_of(page: str) -> str:
    """Where the desk's form sends the verdict."""
    found = re.search(r'action="(/studies/\d+/review/\d+)"', page)
    assert found is not None
    return found[1]


def shown_response(page: str) -> int:
    """The response that the desk shows."""
    heading = html.document_fromstring(page).get_element_by_id("reading").text_content()
    return int(heading.rpartition(" ")[2])


def test_the_desk_is_blind(analyst: AuditingClient) -> None:
    study, run = screened_study()
    flags = set(flagged(run))
    seen = set()
    for review in db.session.query(Review).order_by(Review.id).all():
        page = analyst.get(f"/studies/{study.id}/review?after={review.id - 1}").text
        seen.add(shown_response(page))
        main = page.split("<main", 1)[1]
        for title in TITLES.values():
            assert title not in main
        for rule in (flag.rule for flag in desk.flags_of(run, review.response_id)):
            assert rule not in main
        assert "Contradiction" not in main
        assert f"/responses/{review.response_id}" not in main, "no way to the flags"
    assert seen & flags, "the sample has excluded ones too"
    assert seen - set(cleaning.excluded(study.id)), "and kept ones"


def test_a_verdict_moves_on_decides_and_measures(analyst: AuditingClient) -> None:
    study, run = screened_study()
    count, address = len(reviewing.queue(run.id)), f"/studies/{study.id}/review"
    read, out_before = [], set(cleaning.excluded(study.id))
    for number in range(count):
        page = analyst.get(address).text
        read.append(shown_response(page))
        verdict = "exclude" if number % 2 else "keep"
        answer = analyst.post(form_of(page), data={"verdict": verdict, "reason": "as I read it"})
        assert answer.status_code == 302
        address = answer.location
    assert len(set(read)) == count
    out_after = set(cleaning.excluded(study.id))
    assert {r for number, r in enumerate(read) if number % 2} <= out_after
    assert out_after.isdisjoint({r for number, r in enumerate(read) if not number % 2})
    found = reviewing.accuracy(run.id)
    assert found.waiting == 0
    assert found.read_excluded == len(out_before & set(read))
    assert found.right_excluded == len(out_before & out_after & set(read))
    said = words(analyst.get(address).text)
    assert "Everything has been read" in said
    assert f"{found.right_excluded} of {found.read_excluded} read" in said


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"reason": "as I read it"}, "Choose keep or exclude."),
        ({"verdict": "burn", "reason": "as I read it"}, "Not a valid choice."),
        ({"verdict": "keep", "reason": " "}, "Write why, so that others can follow."),
    ],
)
def test_an_incomplete_verdict_stays_at_the_same_response(
    analyst: AuditingClient, data: dict[str, str], complaint: str
) -> None:
    study, _ = screened_study()
    page = analyst.get(f"/studies/{study.id}/review").text
    answer = analyst.post(form_of(page), data=data)
    assert answer.status_code == 200
    assert complaint in answer.text
    assert shown_response(answer.text) == shown_response(page)
    assert form_of(answer.text) == form_of(page)
    assert data["reason"].strip() in answer.text


def test_the_desk_before_any_screening(analyst: AuditingClient) -> None:
    study = make_study()
    db.session.commit()
    assert "Nothing to read yet" in analyst.get(f"/studies/{study.id}/review").text


def test_strangers_neither_read_nor_decide(client: AuditingClient) -> None:
    study, run = screened_study()
    review = reviewing.queue(run.id)[0]
    before = log_of(1)
    for address in (f"/studies/{study.id}/responses/1", f"/studies/{study.id}/review"):
        assert client.get(address).location.startswith("/sign-in")
    decide(client, f"/studies/{study.id}/responses/1", "exclude", "because")
    verdict = {"verdict": "exclude", "reason": "because"}
    client.post(f"/studies/{study.id}/review/{review.id}", data=verdict)
    assert log_of(1) == before
    assert isinstance(db.session.get(Study, study.id), Study)
    assert db.session.scalars(db.select(ScreeningRun)).one().id == run.id
    assert db.session.get_one(Review, review.id).verdict == ""


def test_what_is_known_of_the_visit_is_read_beside_the_pace(analyst: AuditingClient) -> None:
    study, _ = small_study()
    study.visit_days = 14
    response = db.session.get_one(Response, 1)
    response.facts = {"customer": {"last_purchase": "2020-01-01"}}
    response.paradata = {
        "claims": {"~away": 2, "~away_ms": 9400},
        "place": {"metres": 1250, "accuracy": 40},
    }
    db.session.commit()
    said = words(analyst.get(f"/studies/{study.id}/responses/1").text)
    for told in ("2 times, 9 s in all", "expected: within 14 days", "about 1,250 m", "± 40 m"):
        assert told in said
    assert "Left the page" not in words(analyst.get(f"/studies/{study.id}/responses/2").text)
