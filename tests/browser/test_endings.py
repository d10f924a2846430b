"""Endings in a real browser: with and without the script, offline, in preview, and for staff."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from surveyapp.answering.endings import stocking
from surveyapp.answering.endings.models import Coupon
from surveyapp.database import db
from tests.answering.endings_world import ends, mark
from tests.answering.test_call_backs import ask, wishes
from tests.answering.test_terminals import terminal
from tests.answering.world import build
from tests.browser.conftest import LONG, LOOKS
from tests.questionnaires import questionnaire

pytestmark = pytest.mark.browser
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def answer(page: Page, csat: int) -> None:
    page.locator(f'label:has([name="csat"][value="{csat}"])').click()
    page.locator("#next").click()


def test_a_code_comes_with_its_ending_and_stays(app: Flask, site: str, phone: Page) -> None:
    world = ends(2)
    phone.goto(site + world.url)
    answer(phone, 5)
    expect(phone.locator(".coupon code")).to_have_text("CODE-1")
    expect(phone.get_by_text("This coupon is for you.")).to_be_visible()
    phone.reload()
    expect(phone.locator(".coupon code")).to_have_text("CODE-1")


def test_words_alone_are_read_in_place_with_their_pipes(app: Flask, site: str, phone: Page) -> None:
    document = questionnaire("full/endings")
    low = document.endings[0].model_copy(update={"call_back": False})
    endings = (low, *document.endings[1:])
    world = build(document.model_copy(update={"endings": endings}), links_count=2)
    phone.goto(site + world.url)
    answer(phone, 2)
    expect(phone.get_by_text("We are sorry that it was only 2.")).to_be_visible()
    expect(phone.locator("#thanks")).to_be_hidden()
    phone.goto(f"{site}/r/{world.tokens[1]}")
    answer(phone, 3)
    expect(phone.get_by_text("See you next time.")).to_be_visible()
    expect(phone.locator("#thanks")).to_be_visible()


def test_sent_without_a_network_the_code_comes_with_it(app: Flask, site: str, phone: Page) -> None:
    world = ends(1)
    phone.goto(site + world.url)
    phone.locator('label:has([name="csat"][value="5"])').click()
    expect(phone.locator(".tick:visible")).to_have_count(1)
    phone.context.set_offline(True)
    phone.locator("#next").click()
    expect(phone.locator("#status")).to_have_class("unsent")
    expect(phone.locator(".coupon")).to_have_count(0)
    phone.context.set_offline(False)
    expect(phone.locator(".coupon code")).to_have_text("CODE-1")


def test_a_terminal_passes_over_what_it_could_not_give(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    stocking.add(terminal("full/endings").study.id, ["CODE-1"])
    db.session.commit()
    page = visit(width=1280, height=800)
    page.goto(f"{site}/q/RECEIPT1")
    answer(page, 5)
    expect(page.get_by_text("See you next time.")).to_be_visible()
    expect(page.get_by_text("This coupon is for you.")).to_be_hidden()
    db.session.rollback()
    assert db.session.scalars(select(Coupon.response_id)).one() is None


def test_a_call_is_wished_and_taken_back_without_the_script(
    app: Flask, site: str, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    world = ends()
    page = visit(java_script_enabled=False)
    page.goto(site + world.url)
    answer(page, 1)
    page.get_by_text("In the evening, 18–20").click()
    page.get_by_role("button", name="Yes, please call me").click()
    expect(page.get_by_text("We will call you back")).to_be_visible()
    assert [one.window for one in wishes()] == ["evening"]
    page.get_by_role("button", name="Please do not call after all").click()
    expect(page.get_by_text("May we call you back?")).to_be_visible()
    assert wishes() == []


@pytest.mark.parametrize("script", [True, False])
def test_at_once_means_without_a_press(
    app: Flask, site: str, visit: Callable[..., Page], script: bool
) -> None:
    document = questionnaire("full/endings")
    there = document.endings[1].model_copy(update={"at_once": True})
    world = build(document.model_copy(update={"endings": (there,)}))
    page = visit(java_script_enabled=script)
    seen: list[Any] = []
    page.route("https://shop.example/**", lambda route: _shop(route, seen))
    page.goto(site + world.url)
    answer(page, 4)
    expect(page.get_by_text("The shop")).to_be_visible()
    assert page.url.startswith("https://shop.example/welcome?campaign=autumn&csat=4&reference=")
    assert seen[0].get("referer") is None


def _shop(route: Any, seen: list[Any]) -> None:
    seen.append(route.request.headers)
    route.fulfill(body="<h1>The shop</h1>", content_type="text/html")


@pytest.mark.parametrize(("width", "language"), LOOKS)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=LONG)])
def test_closing_pages_look_right_and_are_accessible(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Any],
    width: int,
    language: str,
    scheme: str,
) -> None:
    world = ends(1, links_count=4, language=language)
    page = visit(width=width, scheme=scheme, locale=language)
    for token, csat, name in zip(
        world.tokens, (1, 4, 5, 5), ("call", "shop", "coupon", "empty"), strict=True
    ):
        mark(app, f"/r/{token}", csat)
        page.goto(f"{site}/r/{token}")
        axe(page)
        assert page.evaluate(WIDER) <= 0
        shot(page, f"ending-{name}-{width}-{language}-{scheme}")
    ask(app, world.url, window="any")
    page.goto(site + world.url)
    axe(page)
    shot(page, f"ending-wished-{width}-{language}-{scheme}")


@pytest.mark.parametrize(("width", "language"), LOOKS)
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=LONG)])
def test_the_pages_of_staff(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Any],
    width: int,
    language: str,
    scheme: str,
) -> None:
    world = ends(12, links_count=6)
    for token in world.tokens[:3]:
        mark(app, f"/r/{token}", 1)
        ask(app, f"/r/{token}", window="evening")
    for token in world.tokens[3:]:
        mark(app, f"/r/{token}", 5)
    page = desk(width=width, scheme=scheme)
    page.request.post(f"{site}/language/{language}")
    page.goto(f"{site}/studies/{world.study.id}/endings")
    page.locator("#calls ~ .table-wrap button:not(.link)").first.click()
    expect(page.locator(".message.success")).to_be_visible()
    page.locator("details summary").filter(has_text="1").click()
    axe(page)
    assert page.evaluate(WIDER) <= 0
    shot(page, f"endings-staff-{width}-{language}-{scheme}")
    page.goto(f"{site}/questionnaires/{world.study.version.questionnaire_id}?at=ending:shop")
    axe(page)
    shot(page, f"endings-editor-{width}-{language}-{scheme}")
    db.session.rollback()


def test_the_preview_shows_each_ending_and_gives_nothing(
    app: Flask, site: str, desk: Callable[..., Page]
) -> None:
    world = ends(1)
    page = desk(width=360)
    page.goto(f"{site}/preview/{world.study.version.questionnaire_id}?lang=en")
    answer(page, 5)
    expect(page.get_by_text("This coupon is for you.")).to_be_visible()
    expect(page.locator(".coupon:visible code")).to_have_text("XXXX-XXXX")
