"""What a page tells for screening, in a real browser: the position by a press, and hidden pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.answering.rush import Beginnings
from tests.answering.test_positions import asking
from tests.answering.test_puzzles import responses, save, someone
from tests.answering.world import build, the_response
from tests.browser.test_answering import choose, go_on

pytestmark = pytest.mark.browser
HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
NEAR = {"latitude": 30.2500, "longitude": 120.1486, "accuracy": 12}


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(360, "zh-Hans", "light"), (1280, "en", "dark")]
)
def test_the_position_is_shared_by_a_press_on_the_last_page(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    width: int,
    language: str,
    scheme: str,
) -> None:
    world = asking()
    page = visit(width=width, scheme=scheme, geolocation=NEAR, permissions=["geolocation"])
    page.goto(f"{site}{world.printed}?lang={language}")
    box = page.locator("#place")
    expect(box).to_be_hidden()
    choose(page, "channel", "phone")
    go_on(page)
    expect(box).to_be_visible()
    axe(page)
    shot(page, f"position_{language}_{width}_{scheme}")
    box.get_by_role("button").click()
    expect(box.get_by_role("status")).to_have_text(re.compile("Thank you|谢谢"))
    expect(box.get_by_role("button")).to_be_hidden()
    axe(page)
    shot(page, f"position_shared_{language}_{width}_{scheme}")
    choose(page, "nps", 9)
    go_on(page)
    expect(page.locator("#thanks")).to_be_visible()
    assert the_response().paradata["place"] == {"metres": 400, "accuracy": 20}
    assert "30.25" not in page.evaluate("JSON.stringify(localStorage)")


def test_saying_no_costs_nothing(app: Flask, site: str, visit: Callable[..., Page]) -> None:
    world = asking()
    page = visit(locale="en")
    page.goto(site + world.printed)
    choose(page, "channel", "phone")
    go_on(page)
    page.locator("#place button").click()
    expect(page.locator("#place [role]")).to_contain_text("That is all right")
    expect(page.locator("#place button")).to_be_visible()
    choose(page, "nps", 9)
    go_on(page)
    expect(page.locator("#thanks")).to_be_visible()
    assert "place" not in the_response().paradata


def test_a_page_that_was_left_claims_how_often_and_how_long(
    app: Flask, site: str, phone: Page
) -> None:
    world = build("two_pages")
    phone.clock.install()
    phone.goto(site + world.url)
    for _ in range(2):
        phone.evaluate(HIDE, "hidden")
        phone.clock.fast_forward(5000)
        phone.evaluate(HIDE, "visible")
    with phone.expect_response(re.compile("/save$")):
        choose(phone, "channel", "phone")
        phone.clock.run_for(1000)
    claims = the_response().paradata["claims"]
    assert claims["~away"] == 2
    assert 10_000 <= claims["~away_ms"] < 20_000


def test_in_a_rush_the_browser_works_and_the_answers_arrive(
    app: Flask, site: str, phone: Page
) -> None:
    app.extensions["answering.rush"] = Beginnings(allowed=1)
    world = build("two_pages")
    assert save(someone(app, world), world).status_code == 200
    seen: list[int] = []
    phone.on(
        "response", lambda answer: seen.append(answer.status) if "/save" in answer.url else None
    )
    phone.goto(site + world.printed)
    choose(phone, "channel", "shop")
    expect(phone.locator("#q-channel .tick")).to_be_visible()
    assert seen[:2] == [428, 200]
    newest = responses()[-1]
    assert newest.answers == {"channel": "shop"}
    assert "unworked" not in newest.paradata


def test_a_browser_that_cannot_work_is_let_in(app: Flask, site: str, phone: Page) -> None:
    app.extensions["answering.rush"] = Beginnings(allowed=1)
    world = build("two_pages")
    assert save(someone(app, world), world).status_code == 200
    phone.add_init_script("delete window.Worker")
    phone.goto(site + world.printed)
    choose(phone, "channel", "shop")
    expect(phone.locator("#q-channel .tick")).to_be_visible()
    assert responses()[-1].paradata["unworked"] is True
