"""A store terminal in a real browser: silence, the next person, a dead network, staff."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from surveyapp.answering import photos
from surveyapp.answering.models import Photo, Response, ResponseMember
from surveyapp.database import db
from surveyapp.distribution.touchpoints import exit_code
from tests.answering.test_pictures import picture
from tests.answering.test_plain_form import ALL
from tests.answering.test_terminals import terminal
from tests.browser.conftest import LiveServer
from tests.browser.test_answering import choose, fill, finish, go_on
from tests.distribution.builders import add_customer

pytestmark = pytest.mark.browser

CHOSEN = '[name="channel"]:checked'


def stood(page: Page, address: str) -> None:
    """Before a terminal whose page would also open without a network."""
    page.clock.install()
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def responses() -> list[tuple[str, str]]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(select(Response).order_by(Response.id))
    return [(one.state, one.answers.get("channel", "")) for one in found]


def nothing_left(page: Page) -> bool:
    kept = page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text).entries)")
    return not any(kept)


def waits_for(page: Page, test: Callable[[], bool]) -> None:
    for _ in range(60):
        if test():
            return
        page.clock.run_for(1000)
        page.wait_for_timeout(100)
    raise AssertionError(responses())


def test_after_silence_the_answers_are_kept_and_gone_from_the_screen(
    app: Flask, site: str, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    world = terminal("all_types")
    page = visit(width=1280, height=800)
    stood(page, site + world.printed)
    choose(page, "channel", "online")
    expect(page.locator("#q-channel .tick")).to_be_visible()
    page.clock.run_for(21_000)
    expect(page.locator("#veil")).to_contain_text("Are you still there?")
    axe(page)
    page.locator("#veil button").click()
    expect(page.locator("#veil")).to_be_hidden()
    expect(page.locator(CHOSEN)).to_have_count(1)
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect(page.locator(CHOSEN)).to_have_count(0)
    waits_for(page, lambda: nothing_left(page))
    assert responses() == [("started", "online")]
    page.go_back()
    expect(page.locator(CHOSEN)).to_have_count(0)


def test_one_after_the_other_finishes(app: Flask, site: str, visit: Callable[..., Page]) -> None:
    world = terminal("all_types")
    page = visit(width=1280, height=800)
    stood(page, site + world.printed)
    for _ in range(2):
        finish(page, ALL)
        page.get_by_role("button", name="Next person").click()
        expect(page.locator("#thanks")).to_be_hidden()
        expect(page.locator(CHOSEN)).to_have_count(0)
    assert responses() == [("completed", "phone")] * 2
    finish(page, ALL)
    with page.expect_navigation():
        page.clock.run_for(11_000)
    expect(page.locator("#next")).to_be_visible()


def test_an_outage_stops_nobody_and_everything_arrives(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = terminal("all_types")
    page = visit(width=1280, height=800)
    stood(page, server.url + world.printed)
    server.stop()
    finish(page, ALL)
    with page.expect_navigation():
        page.get_by_role("button", name="Next person").click()
    choose(page, "channel", "shop")
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect(page.locator(CHOSEN)).to_have_count(0)
    assert responses() == []
    server.start()
    waits_for(page, lambda: len(responses()) == 2)
    assert sorted(responses()) == [("completed", "phone"), ("started", "shop")]
    waits_for(page, lambda: nothing_left(page))


def test_only_staff_end_it(
    app: Flask, site: str, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    world = terminal("single")
    page = visit(width=360, height=740, locale="zh-CN")
    stood(page, f"{site}{world.printed}?lang=zh-Hans")
    expect(page.locator("a:visible:not(.skip)")).to_have_count(0)
    for tried, words in (("0000", None), (exit_code(world.code), "本终端已暂停使用")):
        for _ in range(5):
            page.mouse.click(20, 20)
        page.get_by_label("员工退出码").fill(tried)
        axe(page)
        page.locator("#veil button").click()
        if words:
            expect(page.locator("#veil")).to_contain_text(words)
        else:
            expect(page.locator("#veil")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#veil")).to_be_visible()
    with page.expect_navigation():
        page.locator("#veil button").click()
    expect(page.locator("#veil")).to_be_hidden()


def card_numbers() -> list[tuple[bool, bool]]:
    """Of each card that was read: whether its response is completed, whether it is a customer's."""
    db.session.rollback()
    db.session.expire_all()
    found = db.session.execute(
        select(Response.state, ResponseMember.customer_id).join(
            ResponseMember, ResponseMember.response_id == Response.id
        )
    )
    return [(state == "completed", customer is not None) for state, customer in found]


def swipe(page: Page, number: str, gap: int = 10) -> None:
    """What a keyboard-wedge reader types: each key `gap` milliseconds after the one before."""
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    for key in (*number, "Enter"):
        page.keyboard.press(key)
        page.clock.run_for(gap)
    page.clock.resume()


def test_a_card_is_read_wherever_the_focus_is_and_taken_back(
    app: Flask, site: str, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    world = terminal("all_types")
    add_customer(90, number="M-0042")
    db.session.commit()
    page = visit(width=1280, height=800)
    stood(page, site + world.printed)
    swipe(page, "M-0042")
    expect(page.get_by_text("Card read ✓")).to_be_visible()
    axe(page)
    assert page.get_by_text("M-0042").count() == 0
    page.get_by_role("button", name="Do not use my card").click()
    expect(page.get_by_text("Your card is not used.")).to_be_visible()
    swipe(page, "M" * 70)
    expect(page.get_by_text("This card could not be read.")).to_be_visible()
    for _ in range(2):
        fill(page, ALL)
        go_on(page)
    field = page.locator('[name="comment"]')
    field.fill("my own words")
    swipe(page, "M-0042")
    expect(page.get_by_text("Card read ✓")).to_be_visible()
    expect(field).to_have_value("my own words")
    finish(page, ALL)
    assert card_numbers() == [(True, True)]
    swipe(page, "M-0099")
    with page.expect_navigation():
        page.get_by_role("button", name="Next person").click()
    finish(page, ALL)
    assert len(responses()) == 2
    assert card_numbers() == [(True, True)]


@pytest.mark.parametrize(("number", "gap"), [("M-0042", 60), ("M-0", 10)])
def test_a_person_who_types_is_no_card(
    app: Flask, site: str, visit: Callable[..., Page], number: str, gap: int
) -> None:
    world = terminal("all_types")
    page = visit(width=1280, height=800)
    stood(page, site + world.printed)
    for _ in range(2):
        fill(page, ALL)
        go_on(page)
    page.locator('[name="model"]').focus()
    swipe(page, number, gap)
    expect(page.locator('[name="model"]')).to_have_value(number)
    expect(page.get_by_text("Card read ✓")).to_be_hidden()


def test_the_number_in_the_address_is_read_and_leaves_it(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = terminal("single")
    page = visit(width=1280, height=800)
    here = server.url + world.printed
    stood(page, here)
    page.goto(f"{here}?lang=en&member=M-0042")
    expect(page.get_by_text("Card read ✓")).to_be_visible()
    assert page.url == f"{here}?lang=en"
    choose(page, "channel", "shop")
    expect(page.locator("#q-channel .tick")).to_be_visible()
    assert card_numbers() == [(False, False)]
    page.get_by_role("button", name="Do not use my card").click()
    server.stop()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    page.evaluate("location.hash = 'member=M-0043'")
    expect(page.get_by_text("Card read ✓")).to_be_visible()
    assert page.url == here
    choose(page, "channel", "phone")
    with page.expect_navigation():
        page.clock.run_for(31_000)
    expect(page.get_by_text("Card read ✓")).to_be_hidden()
    page.evaluate("location.hash = 'member=M-0044'")
    expect(page.get_by_text("Card read ✓")).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    server.start()
    waits_for(page, lambda: len(responses()) == 2)
    waits_for(page, lambda: nothing_left(page))
    assert responses() == [("started", "shop"), ("started", "phone")]
    assert card_numbers() == [(False, False)]


def photograph(page: Page) -> None:
    page.locator('input[type="file"]').set_input_files(
        {"name": "card.png", "mimeType": "image/png", "buffer": picture("PNG", (800, 400))}
    )


def photos_on(page: Page) -> int:
    """How many pictures wait on the device."""
    count = """caches.keys().then((names) => Promise.all(
      names.filter((name) => name.startsWith("photos:"))
        .map((name) => caches.open(name).then((one) => one.keys()))
    )).then((found) => found.flat().length)"""
    return int(page.evaluate(count))


def test_photos_that_wait_for_the_network_outlast_their_person_and_are_shown_to_nobody(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = terminal("full/photo")
    page = visit(width=1280, height=800)
    stood(page, server.url + world.printed)
    server.stop()
    page.locator('[name="store"]').fill("S01")
    photograph(page)
    expect(page.locator(".seen")).to_be_visible()
    go_on(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Next person").click()
    expect(page.locator("#q-card")).to_be_visible()
    expect(page.locator(".seen, .drop, .has")).to_have_count(3)
    assert page.locator(".seen:visible, .drop:visible, .has:visible").count() == 0
    photograph(page)
    expect(page.locator(".seen")).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(31_000)
    assert page.locator(".seen:visible, .drop:visible, .has:visible").count() == 0
    assert photos_on(page) == 2
    server.start()
    waits_for(page, lambda: sorted(one for one, _ in responses()) == ["completed", "started"])
    waits_for(page, lambda: nothing_left(page))
    found = db.session.scalars(select(Response).order_by(Response.id)).all()
    assert [photos.picture(str(one.answers["card"])) is not None for one in found] == [True, True]
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 2
    waits_for(page, lambda: photos_on(page) == 0)


def test_a_device_without_room_says_so(
    app: Flask, server: LiveServer, visit: Callable[..., Page]
) -> None:
    world = terminal("full/photo")
    page = visit(width=1280, height=800)
    stood(page, server.url + world.printed)
    server.stop()
    waits = '{"entries":{"card":{"v":"photo","s":1,"d":0,"p":67108864}}}'
    page.evaluate(
        "([name, kept]) => localStorage.setItem(name, kept)",
        [f"survey:{world.printed}:1z.{'a' * 24}", waits],
    )
    photograph(page)
    expect(page.locator("#errors")).to_contain_text("There is no room on this device")
    expect(page.locator(".seen, .drop").locator("visible=true")).to_have_count(0)
    assert photos_on(page) == 0
