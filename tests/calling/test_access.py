"""An interviewer sees the customer to be called and nothing else."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.accounts.guard import access
from surveyapp.calling import claims
from surveyapp.database import db
from tests.accounts.test_guard import address
from tests.auditing import AuditingClient
from tests.calling.world import MORNING, build_calls, interviewer
from tests.test_navigation import places

SignIn = Callable[[str], AuditingClient]
THEIRS = {
    "/",
    "/sign-out",
    "/calls",
    "/calls/next",
    "/calls/<int:case_id>",
    "/calls/<int:case_id>/back",
    "/calls/<int:case_id>/consent",
    "/calls/attempts/<int:attempt_id>/undo",
    "/calls/<int:case_id>/interview",
    "/calls/<int:case_id>/interview/save",
    "/calls/<int:case_id>/interview/submit",
    "/calls/<int:case_id>/interview/photo/<variable>",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def test_every_other_page_is_refused_to_an_interviewer(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("interviewer")
    for rule in app.url_map.iter_rules():
        if access(rule.endpoint) == "public" or rule.rule in THEIRS:
            continue
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            answer = browser.open(address(rule), method=method)
            assert answer.status_code == 403, f"{method} {rule.rule}"


def test_the_office_does_not_call_by_being_an_analyst(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("analyst")
    assert browser.get("/calls").status_code == 403
    assert browser.post("/calls/next").status_code == 403


def test_an_interviewers_start_page_is_the_desk(sign_in: SignIn) -> None:
    browser = sign_in("interviewer")
    assert browser.get("/").location == "/calls"
    assert [one for one in places(browser.get("/calls").text) if one.startswith("/")] == ["/calls"]


def test_nobody_opens_a_customer_whom_another_has(app: Flask, sign_in: SignIn) -> None:
    calls = build_calls(caller=interviewer("p0"))
    case = claims.claim(calls.caller)
    assert case is not None
    secret = case.invitation.customer.name
    browser = sign_in("interviewer")
    for page in (f"/calls/{case.id}", f"/calls/{case.id}/interview", "/calls"):
        assert secret not in browser.get(page, follow_redirects=True).text
    assert browser.post(f"/calls/{case.id}", data={"outcome": "refused"}).location == "/calls"
    assert browser.get("/calls/99/interview").status_code == 410
    assert [one.outcome for one in calls.cases()] == [""]


def test_only_what_a_researcher_allowed_is_shown(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in("interviewer")
    from surveyapp.accounts.models import User

    caller = db.session.query(User).one()
    calls = build_calls(caller=caller, shown=["city"])
    customer = calls.cases()[0].invitation.customer
    page = browser.post("/calls/next", follow_redirects=True).text
    assert customer.city in page
    assert customer.store not in page
    assert customer.number not in page
