"""One call from the desk to the accepted answers, and everything that may come of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.calling.claims import LEASE
from surveyapp.calling.models import CallAttempt
from surveyapp.calling.recording import UNDO
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from surveyapp.distribution import progress
from surveyapp.distribution.dispositions import (
    BROKEN_OFF,
    COMPLETED,
    NO_ANSWER,
    NOT_INVITED,
    REFUSED,
)
from surveyapp.distribution.models import Invitation
from tests.answering.test_plain_form import ALL
from tests.answering.world import batch, post, state_in, the_response
from tests.auditing import AuditingClient
from tests.calling.world import MORNING, build_calls

SignIn = Callable[[str], AuditingClient]
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def disposition(study_id: int) -> list[Any]:
    db.session.expire_all()
    counts = progress.disposition_counts(study_id)["all"]
    return [one for one, n in counts.items() if n]


@pytest.fixture
def browser(sign_in: SignIn) -> AuditingClient:
    return sign_in("interviewer")


def calls_of(browser: AuditingClient, **more: Any) -> Any:
    """A world whose caller is the signed-in one."""
    from surveyapp.accounts.models import User

    caller = db.session.scalars(select(User).where(User.role == "interviewer")).one()
    return build_calls(caller=caller, **more)


def take(browser: AuditingClient) -> str:
    answer = browser.post("/calls/next")
    assert answer.status_code == 302
    return str(answer.location)


def test_a_call_ends_in_one_accepted_response_that_the_link_knows(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser)
    assert "1 customer can be called now" in browser.get("/calls").text
    call = take(browser)
    page = browser.get(call).text
    assert "+86 138****0001" in page
    assert 'href="tel:+8613800000001"' in page
    assert "I am interviewer." in page
    shown = browser.get(f"{call}/interview")
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert state_in(shown)["mode"] == "interview"
    saved = browser.post(f"{call}/interview/save", json=batch({"channel": "shop"}), headers=OURS)
    assert saved.json["state"] == "open"
    assert disposition(calls.study.id) == [BROKEN_OFF]
    done = browser.post(f"{call}/interview/submit", json=batch(ALL, 2), headers=OURS)
    assert done.json["state"] == "completed"
    response = the_response()
    assert (response.state, response.mode) == ("completed", "interviewer")
    assert list(response.paradata["interviewers"]) == [str(calls.caller.id)]
    assert disposition(calls.study.id) == [COMPLETED]
    (case,) = calls.cases()
    assert (case.state, case.outcome, case.lease_by) == ("done", "complete", None)
    assert "Thank you" in app.test_client().get(calls.world.url).text
    assert "Thank you" in browser.get(f"{call}/interview").text
    assert browser.get(call).location == "/calls"


def test_the_interview_goes_on_where_the_customer_stopped_and_the_other_way_round(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser)
    first = next(iter(ALL))
    post(app, f"{calls.world.url}/save", batch({first: ALL[first]}))
    call = take(browser)
    assert "has answered 1 question already" in browser.get(call).text
    assert state_in(browser.get(f"{call}/interview"))["answers"][first][1] == ALL[first]
    second = list(ALL)[1]
    browser.post(f"{call}/interview/save", json=batch({second: ALL[second]}, 2), headers=OURS)
    browser.post(call, data={"outcome": "unavailable"})
    known = state_in(app.test_client().get(calls.world.url))["answers"]
    assert {first, second} <= set(known)
    response = the_response()
    assert (response.mode, response.state) == ("link", "started")
    assert response.paradata["interviewers"]


def test_the_plain_form_completes_an_interview_too(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser, questionnaire="information")
    call = take(browser)
    answer = browser.post(
        f"{call}/interview", data={"_go": "submit"}, headers=OURS, follow_redirects=True
    )
    assert answer.status_code == 200
    assert calls.cases()[0].outcome == "complete"


def test_who_answers_alone_is_called_no_more(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser)
    post(app, f"{calls.world.url}/submit", batch(ALL))
    assert take(browser) == "/calls"
    assert "Nobody is due" in browser.get("/calls").text


def test_who_answers_alone_during_the_call_is_not_counted_as_interviewed(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser, customers=2)
    call = take(browser)
    post(app, f"{calls.world.url}/submit", batch(ALL))
    assert "has answered in the meantime" in browser.get(call).text
    assert take(browser) == "/calls"
    assert "has answered in the meantime" in browser.get("/calls").text
    assert db.session.scalars(select(CallAttempt)).all() == []
    assert take(browser) != call


def test_what_an_interviewer_entered_is_theirs_though_the_page_was_lost(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser)
    call = take(browser)
    browser.post(f"{call}/interview/save", json=batch({"channel": "shop"}), headers=OURS)
    post(app, f"{calls.world.url}/submit", batch(ALL, 2))
    assert take(browser) == "/calls"
    assert calls.cases()[0].outcome == "complete"


def test_no_answer_is_tried_again_and_counts_in_the_rates(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser)
    assert disposition(calls.study.id) == [NOT_INVITED]
    call = take(browser)
    assert browser.post(call, data={"outcome": "no_answer", "note": "rang"}).status_code == 302
    assert disposition(calls.study.id) == [NO_ANSWER]
    (case,) = calls.cases()
    assert (case.state, case.attempts) == ("waiting", 1)
    assert case.due_at == MORNING + timedelta(hours=4)
    assert take(browser) == "/calls"
    with clock.frozen(MORNING + timedelta(hours=5)):
        page = browser.get(take(browser)).text
        assert "rang" in page
    stored = db.session.connection().exec_driver_sql("SELECT note FROM call_attempt").scalar()
    assert "rang" not in stored


def test_never_again_ends_everything_everywhere(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser)
    call = take(browser)
    browser.post(call, data={"outcome": "do_not_call"})
    db.session.expire_all()
    customer = db.session.scalars(select(Customer)).one()
    assert customer.opted_out_at is not None
    assert db.session.get(Suppression, customer.phone_hash).reason == "call"
    assert disposition(calls.study.id) == [REFUSED]
    attempt = db.session.scalars(select(CallAttempt)).one()
    assert "Take it back" not in browser.get("/calls").text
    browser.post(f"/calls/attempts/{attempt.id}/undo")
    assert calls.cases()[0].state == "done"
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-3:] == ["call.claim", "customer.opt_out", "call.record"]


@pytest.mark.parametrize("how", ["customer", "invitation", "phone", "erased"])
def test_nobody_is_called_who_asked_for_silence_in_any_way(
    app: Flask, browser: AuditingClient, how: str
) -> None:
    calls_of(browser)
    customer = db.session.scalars(select(Customer)).one()
    if how == "customer":
        customer.opted_out_at = clock.now()
    elif how == "invitation":
        db.session.scalars(select(Invitation)).one().opted_out_at = clock.now()
    elif how == "phone":
        db.session.add(Suppression(address_hash=customer.phone_hash, reason="reply"))
    else:
        customer.erased_at = clock.now()
    db.session.commit()
    assert take(browser) == "/calls"


def test_a_call_back_is_kept_within_the_hours_and_comes_first(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser, customers=2)
    call = take(browser)
    late = browser.post(call, data={"outcome": "appointment", "appointment": "2026-03-03T21:30"})
    assert late.status_code == 422
    assert "Nobody is called at this hour" in late.text
    browser.post(call, data={"outcome": "appointment", "appointment": "2026-03-03T15:00"})
    first = calls.cases()[0]
    assert first.appointment_at == MORNING + timedelta(hours=5)
    assert "15:00" in browser.get("/calls").text
    with clock.frozen(MORNING + timedelta(hours=6)):
        assert "Missed" in browser.get("/calls").text
        assert take(browser) == f"/calls/{first.id}"


def test_a_wrong_outcome_is_taken_back_for_a_while(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser)
    call = take(browser)
    browser.post(call, data={"outcome": "refused"})
    attempt = db.session.scalars(select(CallAttempt)).one()
    with clock.frozen(MORNING + timedelta(minutes=11)):
        assert "Take it back" not in browser.get("/calls").text
        browser.post(f"/calls/attempts/{attempt.id}/undo")
        assert calls.cases()[0].state == "done"
    assert "Take it back" in browser.get("/calls").text
    back = browser.post(f"/calls/attempts/{attempt.id}/undo")
    assert back.location == call
    (case,) = calls.cases()
    assert (case.state, case.attempts, case.outcome) == ("waiting", 0, "")
    assert disposition(calls.study.id) == [NOT_INVITED]
    assert browser.get(call).status_code == 200


def test_who_has_another_customer_takes_back_and_keeps_that_one(
    app: Flask, browser: AuditingClient
) -> None:
    assert UNDO < LEASE
    calls = calls_of(browser, customers=2)
    browser.post(take(browser), data={"outcome": "refused"})
    second = take(browser)
    attempt = db.session.scalars(select(CallAttempt)).one()
    assert browser.post(f"/calls/attempts/{attempt.id}/undo").location == "/calls"
    assert [case.state for case in calls.cases()] == ["waiting", "waiting"]
    assert browser.get(second).status_code == 200


def test_outside_the_hours_nobody_is_called(app: Flask, browser: AuditingClient) -> None:
    calls_of(browser)
    with clock.frozen(MORNING + timedelta(hours=10)):
        assert take(browser) == "/calls"
        assert "outside the calling hours" in browser.get("/calls").text


def test_a_lost_claim_writes_nothing(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser)
    call = take(browser)
    with clock.frozen(MORNING + timedelta(minutes=31)):
        answer = browser.post(
            f"{call}/interview/save", json=batch({"channel": "shop"}), headers=OURS
        )
        assert (answer.status_code, answer.json) == (410, {"state": "gone"})
        assert browser.post(call, data={"outcome": "refused"}).location == "/calls"
    assert db.session.scalars(select(CallAttempt)).all() == []
    assert calls.cases()[0].state == "waiting"


def test_an_answer_keeps_the_customer_a_while_longer(app: Flask, browser: AuditingClient) -> None:
    calls_of(browser)
    call = take(browser)
    for minutes in (20, 40, 60):
        with clock.frozen(MORNING + timedelta(minutes=minutes)):
            body = batch({"channel": "shop"}, minutes)
            assert browser.post(f"{call}/interview/save", json=body, headers=OURS).json["saved"]


def test_another_website_cannot_answer_through_an_interviewers_browser(
    app: Flask, browser: AuditingClient
) -> None:
    calls_of(browser)
    call = take(browser)
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = browser.post(f"{call}/interview/save", json=batch({}), headers=headers)
        assert answer.status_code == 403


def test_buttons_want_a_form_token_and_the_script_the_browsers_word(
    app: Flask, browser: AuditingClient
) -> None:
    calls_of(browser)
    call = take(browser)
    app.config["WTF_CSRF_ENABLED"] = True
    for address in ("/calls/next", call, f"{call}/back", f"{call}/consent"):
        assert browser.post(address, data={"outcome": "refused"}).status_code == 400
    body = batch({"channel": "shop"})
    assert browser.post(f"{call}/interview/save", json=body, headers=OURS).json["saved"]


def test_what_nobody_may_say_by_hand_is_refused(app: Flask, browser: AuditingClient) -> None:
    calls_of(browser)
    call = take(browser)
    for outcome in ("complete", "screened", "nonsense", ""):
        assert browser.post(call, data={"outcome": outcome}).status_code == 422


def test_a_customer_can_be_put_back_uncalled(app: Flask, browser: AuditingClient) -> None:
    calls = calls_of(browser)
    call = take(browser)
    browser.post(f"{call}/back")
    (case,) = calls.cases()
    assert (case.lease_by, case.attempts) == (None, 0)
    assert browser.get(call).location == "/calls"


def test_questions_wait_for_the_consent_that_the_plan_asks_for(
    app: Flask, browser: AuditingClient
) -> None:
    calls = calls_of(browser, consent={"en": "May I begin?"})
    call = take(browser)
    page = browser.get(call).text
    assert "May I begin?" in page
    assert "<iframe" not in page
    refused = browser.post(f"{call}/interview/save", json=batch({"channel": "shop"}), headers=OURS)
    assert refused.status_code == browser.get(f"{call}/interview").status_code == 410
    assert browser.post(f"{call}/consent").location == call
    assert "<iframe" in browser.get(call).text
    assert calls.cases()[0].agreed_at == MORNING
    saved = browser.post(f"{call}/interview/save", json=batch({"channel": "shop"}), headers=OURS)
    assert saved.json["state"] == "open"
    browser.post(call, data={"outcome": "unavailable"})
    assert browser.post(f"{call}/consent").location == "/calls"


def test_the_dataset_says_who_entered_the_answers(app: Flask, browser: AuditingClient) -> None:
    from surveyapp.datasets.gather import dataset

    calls = calls_of(browser, customers=2)
    post(app, f"/r/{calls.world.tokens[1]}/submit", batch(ALL))
    call = take(browser)
    browser.post(f"{call}/interview/submit", json=batch(ALL), headers=OURS)
    table = dataset(calls.study.id).table
    told = dict(zip(*(table[name].to_pylist() for name in ("mode", "interviewer")), strict=True))
    assert told == {"interviewer": str(calls.caller.id), "link": None}


def test_what_an_ending_gives_is_the_customers_and_not_the_interviewers(
    app: Flask, browser: AuditingClient
) -> None:
    from surveyapp.answering.endings import stocking

    calls = calls_of(browser, questionnaire="full/endings")
    stocking.add(calls.study.id, ["CODE-1"])
    db.session.commit()
    call = take(browser)
    done = browser.post(f"{call}/interview/submit", json=batch({"csat": 5}), headers=OURS)
    assert done.json["state"] == "completed"
    shown = browser.get(f"{call}/interview")
    assert "CODE-1" not in shown.text
    assert "Refresh" not in shown.headers
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert "CODE-1" in app.test_client().get(calls.world.url).text
