"""What could not be sent when the window went: kept in the browser, and sent by the next one."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.models import Questionnaire
from tests.browser.conftest import sign_in
from tests.browser.test_designer import question, saved

pytestmark = pytest.mark.browser
AT = "question:channel"


def opened(page: Page, site: str, number: int, at: str = AT, more: str = "") -> Page:
    page.goto(f"{site}/questionnaires/{number}?at={at}{more}")
    return page


def titles(app: Flask, number: int) -> list[str]:
    with app.app_context():
        found = db.session.get(Questionnaire, number)
        return [one.title.get("en", "") for one in editor.draft_of(found).questions()]


def kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('unsent'))")


def crash(page: Page) -> Page:
    """The window is gone with the network; a new one of the same browser is open."""
    context = page.context
    page.close()
    context.set_offline(False)
    return context.new_page()


def written_without_a_network(page: Page) -> None:
    page.context.set_offline(True)
    question(page).fill("Written on the train")
    page.locator("#p-copy-question-channel").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")


def test_a_closed_window_loses_nothing(desk, app, site, made):
    page = opened(desk(), site, made)
    before = len(titles(app, made))
    written_without_a_network(page)
    again = opened(crash(page), site, made, "question:solved")
    expect(again.locator("#resent")).to_contain_text("they are being sent now")
    saved(again)
    expect(again.locator("#resent")).to_be_visible()
    assert titles(app, made).count("Written on the train") == 2
    assert len(titles(app, made)) == before + 1
    assert kept(again) == []


def test_a_change_whose_answer_was_lost_is_not_made_twice(desk, app, site, made):
    page = opened(desk(), site, made)
    before = len(titles(app, made))

    def lose(route) -> None:
        route.fetch()
        route.abort()

    page.route("**/edit", lose)
    page.locator("#p-copy-question-channel").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    again = opened(crash(page), site, made)
    expect(again.locator("#resent")).to_be_visible()
    saved(again)
    expect(again.locator("#go-question-q1")).to_be_visible()
    assert len(titles(app, made)) == before + 1
    assert kept(again) == []


def test_where_others_went_on_they_are_asked_first(desk, app, site, made):
    page = opened(desk(), site, made)
    written_without_a_network(page)
    with app.app_context():
        found = db.session.get(Questionnaire, made)
        edit = {"do": "set", "at": AT, "values": {"title": {"en": "Theirs"}}}
        editor.save(found, found.revision, edit, "b@example.com")
        db.session.commit()
    again = opened(crash(page), site, made)
    expect(again.locator("#conflict")).to_contain_text("Theirs")
    assert "Written on the train" not in titles(app, made)
    again.get_by_role("button", name="Apply my change on top").click()
    saved(again)
    assert titles(app, made).count("Written on the train") == 2


def test_a_window_that_is_still_open_sends_its_own(desk, app, site, made):
    page = opened(desk(), site, made)
    before = len(titles(app, made))
    page.route("**/edit", lambda route: route.abort())
    page.locator("#p-copy-question-channel").click()
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    other = opened(page.context.new_page(), site, made)
    expect(question(other)).to_be_visible()
    expect(other.locator("#resent")).to_be_hidden()
    page.unroute("**/edit")
    saved(page)
    assert len(titles(app, made)) == before + 1


def test_signing_in_again_sends_what_waited(desk, app, site, made):
    page = opened(desk(), site, made)
    page.context.clear_cookies()
    question(page).fill("Written signed out")
    expect(page.locator("#saved")).to_have_attribute("data-state", "signedout")
    other = page.context.new_page()
    sign_in(other, site, "researcher")
    saved(page)
    assert "Written signed out" in titles(app, made)


def test_a_comment_that_is_not_sent_waits_for_its_part(
    desk: Callable[..., Page],
    site: str,
    made: int,
) -> None:
    page = opened(desk(), site, made, more="&panel=comments")
    field = page.locator("#comment-body")
    field.fill("Is this the right word?")
    page.locator("#go-question-solved").click()
    expect(page.locator("#go-question-solved")).to_have_attribute("aria-current", "true")
    expect(field).to_have_value("")
    field.fill("About solving")
    page.locator("#go-question-channel").click()
    expect(field).to_have_value("Is this the right word?")
    page.reload()
    expect(field).to_have_value("Is this the right word?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread")).to_contain_text("Is this the right word?")
    expect(field).to_have_value("")
    page.locator("#go-question-solved").click()
    expect(field).to_have_value("About solving")
