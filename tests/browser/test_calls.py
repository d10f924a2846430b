"""A telephone interview in a real browser: prepared, taken, read out with keys, accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.calling import claims, outcomes, recording
from surveyapp.calling.script import EXAMPLE
from surveyapp.database import db
from surveyapp.designer.document import Document
from tests.answering.world import the_response
from tests.browser.conftest import LONG, LOOKS
from tests.calling.world import MORNING, Calls, build_calls
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.questionnaires import questionnaire

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]
SPOKEN = {"intro": EXAMPLE["intro"], "consent": EXAMPLE["consent"]}
HINT = {"channel": {"en": "Read all of them out.", "zh-Hans": "所有选项都要念。"}}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def calls_of(role: str = "interviewer", **plan: object) -> Calls:
    """A world of the member of staff who is signed in."""
    user = db.session.query(User).filter_by(role=role).one()
    return build_calls(caller=user, **plan)


def test_an_interview_is_read_out_with_the_keyboard_and_accepted(
    app: Flask, desk: Callable[..., Page], site: str, axe: Axe
) -> None:
    page = desk("interviewer")
    asked = questionnaire("two_pages").model_dump(mode="json")
    asked["pages"][1]["questions"][0]["missing"] = ["dont_know", "refused"]
    calls = calls_of(questionnaire=Document.model_validate(asked), notes=HINT)
    page.goto(f"{site}/")
    page.get_by_role("button", name="Take the next call").click()
    questions = page.frame_locator("iframe")
    expect(questions.get_by_text("Read all of them out.")).to_be_visible()
    axe(page)
    page.locator(".dial").evaluate("link => link.removeAttribute('href')")
    page.locator(".dial").click()
    page.keyboard.press("2")
    expect(questions.get_by_label("Store")).to_be_checked()
    page.keyboard.press("Enter")
    expect(questions.get_by_text("Page 2 of 2")).to_be_visible()
    page.keyboard.press("r")
    expect(questions.locator("[name=nps][value=refused]")).to_be_checked()
    page.keyboard.press("X")
    expect(questions.locator("[name=nps][value='10']")).to_be_checked()
    page.keyboard.press("Enter")
    done = page.locator("#interview-done")
    expect(done).to_contain_text("The interview is complete")
    expect(page.get_by_role("heading", name="What came of the call?")).to_be_hidden()
    axe(page)
    done.get_by_role("link", name="To my calls").click()
    expect(page.get_by_text("Interview completed")).to_be_visible()
    response = the_response()
    assert (response.mode, response.answers) == ("interviewer", {"channel": "shop", "nps": 10})
    assert calls.cases()[0].outcome == "complete"
    kept = questions.owner.page.evaluate("Object.keys(localStorage)")
    assert kept == []


def test_a_call_back_is_promised_and_an_outcome_taken_back(
    app: Flask, desk: Callable[..., Page], site: str, axe: Axe
) -> None:
    page = desk("interviewer", width=360)
    calls = calls_of(questionnaire="two_pages")
    page.goto(f"{site}/calls")
    page.get_by_role("button", name="Take the next call").click()
    expect(page.get_by_label("Call back on")).to_be_hidden()
    page.get_by_label("Call back at a time").check()
    page.get_by_label("Call back on").fill("2026-03-03T15:00")
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("15:00").first).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Never contact again").check()
    expect(page.get_by_text("Ends all calls and texts")).to_be_visible()
    page.get_by_role("button", name="Write down").click()
    expect(page.get_by_text("Written down: Never contact again.")).to_be_visible()
    db.session.expire_all()
    assert calls.cases()[0].invitation.customer.opted_out_at is not None


def test_before_there_is_anything_to_do_the_pages_say_what_comes_next(
    app: Flask, desk: Callable[..., Page], site: str, axe: Axe, shot: Shot
) -> None:
    page = desk("researcher")
    study = add_study(state="running")
    db.session.commit()
    page.goto(f"{site}/calls")
    expect(page.get_by_text("not on the crew of any study")).to_be_visible()
    axe(page)
    shot(page, "calls-desk-empty")
    page.goto(f"{site}/studies/{study.id}/calls")
    axe(page)
    shot(page, "calls-study-empty")
    page.get_by_role("link", name="Prepare calls").click()
    page.get_by_label("researcher (Researcher)").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("draw a sample first")).to_be_visible()
    axe(page)
    add_draw(study, add_customers(3))
    db.session.commit()
    page.reload()
    page.get_by_label("Name of the list").fill("VIP")
    page.get_by_role("button", name="Make the list").click()
    expect(page.get_by_text("3 customers stand on the list VIP.")).to_be_visible()
    shot(page, "calls-study-listed")


@pytest.mark.parametrize(("width", "language"), LOOKS)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=LONG)])
def test_the_pages_of_calls_look_right(
    app: Flask,
    desk: Callable[..., Page],
    site: str,
    axe: Axe,
    shot: Shot,
    width: int,
    language: str,
    scheme: str,
) -> None:
    page = desk("researcher", width=width, scheme=scheme)
    user = db.session.query(User).one()
    user.language = language
    shown = ["city", "store", "tier", "last_purchase", "spend"]
    calls = calls_of(
        "researcher", questionnaire="all_types", customers=6, shown=shown, notes=HINT, **SPOKEN
    )
    name = f"calls-{width}-{language}-{scheme}"
    said = [
        (outcomes.NO_ANSWER, {}),
        (outcomes.REFUSED, {}),
        (outcomes.APPOINTMENT, {"appointment": MORNING + timedelta(minutes=30)}),
        (outcomes.APPOINTMENT, {"appointment": MORNING + timedelta(hours=6)}),
    ]
    for outcome, more in said:
        case = claims.claim(user)
        note = "Works nights; ask for the elder Mr Wang. 晚上上班。"
        recording.record(case, user, outcome, started=MORNING, note=note, **more)
    with clock.frozen(MORNING + timedelta(hours=1)):
        page.goto(f"{site}/calls")
        axe(page)
        shot(page, f"{name}-desk")
        page.locator(".promised button").first.click()
        shot(page, f"{name}-consent")
        page.locator(".agree button").click()
        frame = page.frame_locator("iframe")
        expect(frame.locator("[data-key]").first).to_be_visible()
        axe(page)
        shot(page, f"{name}-call")
        home = f"{site}/studies/{calls.study.id}/calls"
        page.goto(home)
        axe(page)
        shot(page, f"{name}-study")
        page.goto(f"{home}/plan")
        axe(page)
        shot(page, f"{name}-plan")
