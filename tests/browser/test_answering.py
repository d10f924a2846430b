"""The customer's page in a real browser: paging, saving, offline, another device, languages."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Invitation
from tests.answering.test_plain_form import ALL
from tests.answering.world import build, the_response
from tests.browser.conftest import LONG, LiveServer

pytestmark = pytest.mark.browser


def choose(page: Page, name: str, value: object) -> None:
    field = page.locator(f'[name="{name}"]')
    if field.first.get_attribute("type") in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            if not page.locator(f'[name="{name}"][value="{one}"]').is_checked():
                page.locator(f'label:has([name="{name}"][value="{one}"])').click()
    else:
        field.fill(str(value))


def fill(page: Page, answers: dict[str, object]) -> None:
    for name, value in answers.items():
        if page.locator(f'[data-page]:not([hidden]) [name="{name}"]').count():
            choose(page, name, value)


def go_on(page: Page) -> None:
    page.locator("#next").click()


def finish(page: Page, answers: dict[str, object]) -> None:
    for _ in range(20):
        if page.locator("#thanks").is_visible():
            return
        fill(page, answers)
        last = page.locator("#next").get_attribute("value") == "submit"
        go_on(page)
        if last:
            expect(page.locator("#thanks")).to_be_visible()


def test_a_person_answers_every_type_and_gets_thanks(app: Flask, site: str, phone: Page) -> None:
    world = build("all_types")
    phone.goto(site + world.url)
    finish(phone, ALL)
    response = the_response()
    assert (response.state, response.answers) == ("completed", ALL)
    assert phone.evaluate("Object.keys(localStorage)") == []
    phone.reload()
    expect(phone.get_by_text("Thank you")).to_be_visible()
    phone.go_back()
    phone.goto(site + world.url)
    expect(phone.get_by_text("Thank you")).to_be_visible()


def test_the_first_view_is_one_request(app: Flask, site: str, phone: Page) -> None:
    world = build("all_types")
    requests: list[str] = []
    phone.on("request", lambda request: requests.append(request.url))
    phone.goto(site + world.url, wait_until="load")
    phone.wait_for_timeout(300)
    assert requests == [site + world.url]


def test_an_answer_is_saved_and_acknowledged_within_a_second(
    app: Flask, site: str, phone: Page
) -> None:
    world = build("all_types")
    phone.goto(site + world.url)
    with phone.expect_response(re.compile("/save$"), timeout=2000) as saved:
        choose(phone, "channel", "phone")
    assert saved.value.json()["saved"].keys() == {"channel"}
    expect(phone.locator("#q-channel .tick")).to_be_visible(timeout=1000)
    assert the_response().answers == {"channel": "phone"}


def test_another_phone_goes_on_where_this_one_stopped(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    first = visit()
    first.goto(site + world.url)
    fill(first, ALL)
    expect(first.locator("#q-reasons .tick")).to_be_visible()
    go_on(first)
    choose(first, "speed", 4)
    expect(first.locator("#q-speed .tick")).to_be_visible()
    second = visit(width=1280, height=800)
    second.goto(site + world.url)
    expect(second.locator('[data-page="p2"]')).to_be_visible()
    expect(second.locator('[name="speed"][value="4"]')).to_be_checked()
    second.locator("#back").click()
    expect(second.locator('[name="reasons"][value="wait"]')).to_be_checked()
    finish(second, ALL)
    assert the_response().answers == ALL


def test_whoever_answered_first_is_told_what_another_device_answered_since(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    first, second = visit(), visit(width=1280, height=800)
    first.goto(site + world.url)
    second.goto(site + world.url)
    first.context.set_offline(True)
    choose(first, "channel", "phone")
    expect(first.locator("#status")).to_contain_text("Offline")
    first.wait_for_timeout(1100)  # sequence numbers count the server's seconds
    choose(second, "channel", "shop")
    expect(second.locator("#q-channel .tick")).to_be_visible()
    first.context.set_offline(False)
    expect(first.locator("#status")).to_contain_text("changed on another device")
    expect(first.locator('[name="channel"][value="shop"]')).to_be_checked()
    assert the_response().answers == {"channel": "shop"}
    first.wait_for_timeout(1100)
    choose(first, "channel", "phone")  # a change of mind is newer still, though this page is older
    expect(first.locator("#q-channel .tick")).to_be_visible()
    assert the_response().answers == {"channel": "phone"}


def test_the_page_that_was_opened_first_may_give_the_newest_answer(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    first, second = visit(), visit(width=1280, height=800)
    first.goto(site + world.url)
    second.goto(site + world.url)
    for value in ("phone", "shop", "phone", "shop"):
        choose(second, "channel", value)
    expect(second.locator("#q-channel .tick")).to_be_visible()
    first.wait_for_timeout(4100)  # four changes are four seconds at least
    choose(first, "channel", "phone")
    expect(first.locator("#q-channel .tick")).to_be_visible()
    assert the_response().answers == {"channel": "phone"}


@pytest.mark.parametrize("days", [-400, pytest.param(400, marks=LONG)])
def test_a_wrong_clock_of_a_phone_wins_and_loses_nothing(
    app: Flask, site: str, visit: Callable[..., Page], days: int
) -> None:
    world = build("all_types")
    wrong, right = visit(), visit(width=1280, height=800)
    wrong.clock.install(time=clock.now() + timedelta(days=days))
    for page in (wrong, right):
        page.goto(site + world.url)
    for page, value in ((wrong, "phone"), (right, "shop"), (wrong, "online")):
        choose(page, "channel", value)
        expect(page.locator("#q-channel .tick")).to_be_visible()
        assert the_response().answers == {"channel": value}
        time.sleep(1.1)  # sequence numbers count the server's seconds
        db.session.rollback()


def test_answers_survive_a_dead_network_and_a_reload_without_one(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    page = visit()
    page.goto(server.url + world.url)
    choose(page, "channel", "shop")
    expect(page.locator("#q-channel .tick")).to_be_visible()
    expect_cached(page)
    server.stop()
    choose(page, "reasons", ["price"])
    expect(page.get_by_text("Offline – your answers are kept on this phone.")).to_be_visible()
    page.reload()
    expect(page.locator('[name="reasons"][value="price"]')).to_be_checked()
    expect(page.locator('[name="channel"][value="shop"]')).to_be_checked()
    go_on(page)
    fill(page, ALL)
    go_on(page)
    fill(page, ALL)
    go_on(page)
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    assert the_response().answers == {"channel": "shop"}
    server.start()
    expect(page.locator("#thanks")).to_be_visible(timeout=15_000)
    expected = {**ALL, "channel": "shop", "reasons": ["price"]}
    assert (the_response().answers, the_response().state) == (expected, "completed")
    assert page.evaluate("caches.keys()") == []


KEPT_PAGES = """() => caches.keys().then(
    (names) => (names.length ? caches.open(names[0]).then((kept) => kept.keys()) : []),
).then((pages) => pages.length)"""


def expect_cached(page: Page) -> None:
    for _ in range(60):
        if page.evaluate(KEPT_PAGES):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the page was not kept for later")


def test_a_closed_browser_sends_what_waited_when_it_opens_again(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    page = visit()
    page.goto(server.url + world.url)
    server.stop()
    choose(page, "channel", "online")
    expect(page.locator("#status")).to_contain_text("Offline")
    context = page.context
    page.close()
    server.start()
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0
    again = context.new_page()
    again.goto(server.url + world.url)
    expect(again.locator('[name="channel"][value="online"]')).to_be_checked()
    expect(again.locator("#q-channel .tick")).to_be_visible()
    assert the_response().answers == {"channel": "online"}


def test_a_server_in_trouble_is_asked_again(app: Flask, site: str, phone: Page) -> None:
    world = build("all_types")
    phone.goto(site + world.url)
    failures = iter([503, 500])

    def sometimes(route: Route) -> None:
        status = next(failures, None)
        route.fulfill(status=status, body="{}") if status else route.continue_()

    phone.route("**/save", sometimes)
    choose(phone, "channel", "phone")
    expect(phone.locator("#status")).to_contain_text("Offline")
    expect(phone.locator("#q-channel .tick")).to_be_visible(timeout=10_000)
    expect(phone.locator("#status")).to_contain_text("Back online")


def test_rules_show_and_hide_at_once_and_back_restores(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("branching").url)
    choose(phone, "overall", 1)
    go_on(phone)
    expect(phone.locator('[data-page="p2"]')).to_be_visible()
    expect(phone.locator("#q-detail")).to_be_hidden()
    choose(phone, "reasons", ["wait"])
    expect(phone.locator("#q-detail")).to_be_visible()
    choose(phone, "detail", "an hour")
    phone.locator("#back").click()
    choose(phone, "overall", 5)
    go_on(phone)
    expect(phone.locator('[data-page="p3"]')).to_be_visible()
    phone.go_back()
    choose(phone, "overall", 2)
    go_on(phone)
    expect(phone.locator("#f-detail")).to_have_value("an hour")
    go_on(phone)
    choose(phone, "nps", 3)
    go_on(phone)
    expect(phone.locator("#thanks")).to_be_visible()
    expected = {"overall": 2, "reasons": ["wait"], "detail": "an hour", "nps": 3}
    assert the_response().answers == expected


def test_mistakes_take_the_focus_and_lead_to_the_field(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("number").url)
    phone.locator("#next").click()
    expect(phone.locator("#errors")).to_be_focused()
    link = phone.locator("#errors a").first
    expect(link).to_contain_text("Please enter a number.")
    link.click()
    field = phone.locator("[data-page]:not([hidden]) input").first
    expect(field).to_be_focused()
    field.fill("abc")
    go_on(phone)
    expect(phone.locator("#errors a").first).to_contain_text("Please enter a number, such as 3.")


def test_the_language_switches_in_place_and_keeps_every_answer(
    app: Flask, site: str, phone: Page
) -> None:
    world = build("all_types")
    phone.goto(site + world.url)
    choose(phone, "channel", "phone")
    phone.get_by_role("button", name="简体中文").click()
    expect(phone.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(phone.locator("#q-channel .asks")).to_have_text("您通过什么方式联系我们？")
    expect(phone.locator("#next")).to_have_text("继续")
    expect(phone.locator('[name="channel"][value="phone"]')).to_be_checked()
    choose(phone, "channel", "shop")
    expect(phone.locator("#q-channel .tick")).to_be_visible()
    assert the_response().language == "zh-Hans"
    phone.get_by_role("button", name="English").click()
    expect(phone.locator("#q-channel .asks")).to_have_text("How did you contact us?")


def test_a_keyboard_is_enough(app: Flask, site: str, visit: Callable[..., Page]) -> None:
    page = visit(width=1280, height=800)
    page.goto(site + build("single").url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.locator('[name="channel"]').first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator('[name="channel"][value="shop"]')).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#thanks")).to_be_visible()
    expect(page.locator("#thanks-title")).to_be_focused()
    assert the_response().answers == {"channel": "shop"}


def test_a_double_tap_sends_once(app: Flask, site: str, phone: Page) -> None:
    world = build("single")
    phone.goto(site + world.url)
    choose(phone, "channel", "phone")
    phone.locator("#next").dblclick()
    expect(phone.locator("#thanks")).to_be_visible()
    assert the_response().state == "completed"


def test_opening_without_a_touch_is_not_a_start(app: Flask, site: str, phone: Page) -> None:
    world = build("single")
    with phone.expect_response(re.compile("/open$"), timeout=6000):
        phone.goto(site + world.url)
    invitation = db.session.scalars(select(Invitation)).one()
    assert invitation.opened_at is not None
    assert invitation.started_at is None


def test_the_plain_form_works_without_javascript(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    page = visit(java_script_enabled=False)
    page.goto(site + build("all_types").url)
    for _ in range(3):
        for name, value in ALL.items():
            if page.locator(f'[name="{name}"]').count():
                choose(page, name, value)
        page.locator("#next").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert the_response().answers == ALL


def test_a_printed_code_resumes_in_the_same_browser_only(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    world = build("all_types")
    page = visit()
    page.goto(site + world.printed)
    choose(page, "channel", "online")
    expect(page.locator("#q-channel .tick")).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.reload()
    expect(page.locator('[name="channel"][value="online"]')).to_be_checked()
    other = visit()
    other.goto(site + world.printed)
    expect(other.locator('[name="channel"][value="online"]')).not_to_be_checked()
    assert page.evaluate("document.cookie") == ""
    finish(page, ALL)
    assert the_response().mode == "qr"
    page.reload()
    page.get_by_role("link", name="Give another answer").click()
    expect(page.locator('[name="channel"][value="online"]')).not_to_be_checked()
