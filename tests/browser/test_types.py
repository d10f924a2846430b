"""The newer kinds of questions in a real browser: hands, keys, dead networks, other devices."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from surveyapp.answering import photos
from surveyapp.answering.models import Photo
from surveyapp.database import db
from tests.answering.test_pictures import picture
from tests.answering.world import build, the_response
from tests.browser.conftest import LiveServer
from tests.browser.test_answering import choose, expect_cached, go_on
from tests.questionnaires import full_names

pytestmark = pytest.mark.browser

SMALL = """() => [...document.querySelectorAll('button, select, input, label.card, label.point, a')]
  .filter((one) => one.checkVisibility() && !one.closest('.vh, .skip'))
  .map((one) => [one.closest('label.card, label.point, label.star, label.aside, .pick') || one])
  .map(([one]) => [one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 43.5 || box.width < 43.5))
  .map(([what, box]) => `${what} ${box.width} x ${box.height}`)"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def take(page: Page, label: str) -> None:
    page.locator(".rank:not([hidden]) .take", has_text=label).click()


def ranked(page: Page, name: str = "prio") -> list[str]:
    return page.locator(f"#q-{name} .rank.taken .what").all_inner_texts()


def test_a_ranking_by_tapping_moving_and_taking_out(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/ranking").url)
    for label in ("Price", "Speed", "Politeness"):
        take(phone, label)
    assert ranked(phone) == ["Price", "Speed", "Politeness"]
    phone.get_by_role("button", name="Move up: Politeness").click()
    assert ranked(phone) == ["Price", "Politeness", "Speed"]
    expect(phone.locator("#q-prio [data-moves]")).to_have_text("“Politeness” is number 2 now.")
    take(phone, "Price")
    assert ranked(phone) == ["Politeness", "Speed"]
    go_on(phone)
    expect(phone.locator("#errors")).to_contain_text("Please put 4 answers in order; 2 are")
    take(phone, "Price")
    take(phone, "Skill")
    expect(phone.locator("#q-prio .tick")).to_be_visible()
    assert the_response().answers == {"prio": ["polite", "speed", "price", "skill"]}


def test_a_ranking_by_keyboard_alone(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/ranking").url)
    phone.locator(".rank .take", has_text="Speed").focus()
    phone.keyboard.press("Enter")
    phone.locator(".rank .take", has_text="Price").focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowUp")
    assert ranked(phone) == ["Price", "Speed"]
    expect(phone.locator(".rank .take", has_text="Price")).to_be_focused()
    phone.keyboard.press("ArrowDown")
    assert ranked(phone) == ["Speed", "Price"]


def test_a_ranking_stops_at_its_most_and_asks_for_words(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/ranking").url)
    for label in ("Speed", "Price", "Skill", "Politeness"):
        take(phone, label)
    go_on(phone)
    expect(phone.get_by_text("You put speed first.")).to_be_visible()
    expect(phone.locator('[name="top.other1"]')).to_be_hidden()
    take(phone, "Another one")
    phone.locator('[name="top.other1"]').fill("By letter")
    take(phone, "Chat")
    expect(phone.locator("#q-top .take", has_text="Phone")).to_be_disabled()
    go_on(phone)
    expect(phone.locator("#thanks")).to_be_visible()
    response = the_response()
    assert response.answers["top"] == ["other1", "chat"]
    assert response.answers["top.other1"] == "By letter"


def test_a_ranking_survives_a_dead_network_and_a_reload(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(server.url + build("full/ranking").url)
    take(page, "Price")
    expect(page.locator("#q-prio .tick")).to_be_visible()
    expect_cached(page)
    server.stop()
    take(page, "Speed")
    expect(page.locator("#status")).to_contain_text("Offline")
    page.reload()
    assert ranked(page) == ["Price", "Speed"]
    server.start()
    expect(page.locator("#status")).to_contain_text("every answer is saved", timeout=15_000)
    assert the_response().answers == {"prio": ["price", "speed"]}


def _photograph(page: Page, size: tuple[int, int] = (2400, 1200)) -> None:
    page.locator('input[type="file"]').set_input_files(
        {"name": "card.png", "mimeType": "image/png", "buffer": picture("PNG", size)}
    )


def test_a_photo_is_made_smaller_sent_and_may_be_taken_away(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/photo").url)
    with phone.expect_request(re.compile("/photo/card")) as sent:
        _photograph(phone)
    assert sent.value.headers["content-type"] == "image/jpeg"
    expect(phone.locator("#q-card .tick")).to_be_visible()
    expect(phone.locator(".seen")).to_be_visible()
    jpeg = photos.picture(the_response().answers["card"])
    assert jpeg is not None
    with Image.open(BytesIO(jpeg)) as kept:
        assert kept.size == (1600, 800)
    phone.reload()
    expect(phone.locator(".seen")).to_be_visible()
    with phone.expect_response(re.compile("/save$")):
        phone.get_by_role("button", name="Remove the photo").click()
    expect(phone.locator(".seen")).to_be_hidden()
    go_on(phone)
    expect(phone.locator("#errors")).to_contain_text("Please add a photo.")
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0


def test_a_photo_taken_without_a_network_waits_through_a_reload(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    page = visit()
    page.goto(server.url + build("full/photo").url)
    page.locator('[name="store"]').click()
    page.locator('[name="store"]').fill("S01")
    page.locator('[name="store"]').blur()
    expect(page.locator("#q-store .tick")).to_be_visible()
    expect_cached(page)
    server.stop()
    _photograph(page)
    expect(page.locator("#status")).to_contain_text("Offline")
    page.reload()
    expect(page.locator(".seen")).to_be_visible()
    go_on(page)
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    server.start()
    expect(page.locator("#thanks")).to_be_visible(timeout=20_000)
    response = the_response()
    assert response.state == "completed"
    assert photos.picture(str(response.answers["card"])) is not None
    assert page.evaluate("caches.keys()") == []


def test_a_photo_that_the_server_refuses_is_asked_for_again(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/photo").url)
    phone.locator('input[type="file"]').set_input_files(
        {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff no picture"}
    )
    expect(phone.locator("#errors")).to_contain_text("This is no picture that we can read")
    expect(phone.locator(".drop")).to_be_hidden()


def test_words_change_while_one_answers_and_in_the_other_language(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/piping", city="杭州").url)
    expect(phone.get_by_text("What did you buy, 杭州?")).to_be_visible()
    choose(phone, "product", "fridge")
    choose(phone, "liked", ["quiet", "looks"])
    choose(phone, "price", "1200")
    go_on(phone)
    expect(phone.get_by_text("Your Fridge ({new}): Quiet, Looks. Twice: 2400.")).to_be_visible()
    phone.get_by_role("button", name="简体中文").click()
    expect(phone.get_by_text("您的冰箱（{新}）：安静、外观。两倍：2400。")).to_be_visible()
    phone.locator("#back").click()
    choose(phone, "product", "washer")
    phone.locator("label.aside").click()
    go_on(phone)
    expect(phone.get_by_text("您的洗衣机（{新}）：安静、外观。两倍：未知。")).to_be_visible()
    expect(phone.locator("#q-why")).to_be_hidden()
    go_on(phone)
    expect(phone.get_by_text("祝您使用洗衣机愉快。")).to_be_visible()
    assert the_response().answers["price"] == "refused"


def test_a_warning_is_shown_once_and_an_error_until_it_is_mended(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/checks").url)
    choose(phone, "people", "13")
    choose(phone, "children", "13")
    choose(phone, "school", "No. 1")
    go_on(phone)
    expect(phone.locator("#errors.summary")).to_contain_text("fewer children than people")
    choose(phone, "children", "2")
    go_on(phone)
    expect(phone.locator("#errors.notes")).to_contain_text("Please check 13.")
    expect(phone.locator("#errors h2")).to_have_text("Is this right? If so, go on once more.")
    go_on(phone)
    expect(phone.locator('[data-page="p2"]')).to_be_visible()


def test_what_a_rule_requires_loses_its_optional_mark(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/checks").url)
    mark = phone.locator("#q-school .optional")
    expect(mark).to_be_visible()
    choose(phone, "people", "4")
    choose(phone, "children", "1")
    phone.locator('[name="children"]').blur()
    expect(mark).to_be_hidden()
    go_on(phone)
    expect(phone.locator("#errors")).to_contain_text("Which school? Please write an answer.")


def test_who_is_screened_out_reads_why(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/screen_out").url)
    expect(phone.locator("#next")).to_have_text("Continue")
    choose(phone, "owner", "no")
    expect(phone.locator("#next")).to_have_text("Continue")
    go_on(phone)
    words = phone.get_by_text("This survey is for owners of cars; “No” was your answer.")
    expect(words).to_be_visible()
    assert the_response().state == "screened_out"
    phone.reload()
    expect(words).to_be_visible()


def test_a_full_quota_is_explained(app: Flask, site: str, visit: Callable[..., Page]) -> None:
    world = build("full/quota", links_count=3)
    for token in world.tokens:
        page = visit()
        page.goto(f"{site}/r/{token}")
        choose(page, "age", "young")
        go_on(page)
        expect(page.locator("main.notice:not([hidden]) h2")).to_contain_text("Thank you")
    expect(page.get_by_text("We have heard from enough people like you")).to_be_visible()


def test_the_order_is_the_servers_and_stays_on_another_device(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    world = build("full/shuffled")
    order = """() => [...document.querySelectorAll('#page input[value], #page .rank')]
      .map((one) => one.name + '=' + one.value)"""
    page, other, plain = visit(), visit(width=1280), visit(java_script_enabled=False)
    page.goto(site + world.url)
    other.goto(site + world.url)
    plain.goto(site + world.url)
    assert page.evaluate(order) == other.evaluate(order)
    first = "[data-page]:not([hidden]) input"
    shown = page.locator(first).evaluate_all("all => all.map((one) => one.value)")
    assert shown == plain.locator(first).evaluate_all("all => all.map((one) => one.value)")


def test_options_follow_what_was_chosen_and_words_their_option(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/carry", tier="low").url)
    expect(phone.locator('label:has([name="used"][value="returns"])')).to_be_hidden()
    choose(phone, "used", ["repair", "setup"])
    go_on(phone)
    expect(phone.locator("#q-best label.card:visible")).to_have_text(["Repair", "Installation"])
    expect(phone.locator("#q-missed label.card:visible")).to_have_text(["Advice", "None of them"])
    expect(phone.locator("#q-rate .item:visible .asks")).to_have_text(["Repair", "Installation"])


def test_none_and_reasons_clear_what_stood_beside_them(app: Flask, site: str, phone: Page) -> None:
    phone.goto(site + build("full/other").url)
    choose(phone, "faults", ["noise", "more"])
    expect(phone.locator('[name="faults.more"]')).to_be_visible()
    choose(phone, "faults", ["dk"])
    expect(phone.locator('[name="faults.more"]')).to_be_hidden()
    expect(phone.locator('[name="faults"]:checked')).to_have_count(1)
    choose(phone, "brand", "else1")
    go_on(phone)
    expect(phone.locator("#errors")).to_contain_text("Please write what you mean.")


def test_a_reason_takes_the_place_of_a_number_and_gives_it_back(
    app: Flask, site: str, phone: Page
) -> None:
    phone.goto(site + build("full/stars").url)
    choose(phone, "visit", "dont_know")
    choose(phone, "effort", 7)
    choose(phone, "overall", 5)
    go_on(phone)
    choose(phone, "wait", "12")
    phone.locator("#q-wait label.aside").click()
    expect(phone.locator('[name="wait"]')).to_have_value("")
    expect(phone.locator("#q-wait .tick")).to_be_visible()
    assert the_response().answers["wait"] == "dont_know"
    phone.reload()
    expect(phone.locator('[name="_none.wait"]')).to_be_checked()
    choose(phone, "wait", "7")
    phone.locator('[name="wait"]').blur()
    expect(phone.locator('[name="_none.wait"]')).not_to_be_checked()


@pytest.mark.parametrize("name", full_names())
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_every_kind_is_accessible_and_fits_at_320_pixels(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    name: str,
    script: bool,
) -> None:
    scheme, language = ("light", "en") if script else ("dark", "zh-Hans")
    page = visit(width=320, scheme=scheme)
    if not script:
        page.route("**/r/*", _without_script)
    page.goto(site + build(name, language=language).url)
    if script:
        page.evaluate("document.querySelectorAll('[data-page]').forEach((p) => p.hidden = false)")
    axe(page)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SMALL) == []
    shot(page, f"types_{name.removeprefix('full/')}_{scheme}")


def _without_script(route: Route) -> None:
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, body=answer.text().replace("<script>", '<script type="off">'))
