"""Going on on another device with a short code, in a real browser."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.answering.world import build, the_response
from tests.browser.conftest import LOOKS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_from_one_device_to_the_other(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    world = build("all_types")
    first = visit(width=width, locale=language)
    first.goto(site + world.printed)
    first.locator('label:has([name="channel"][value="shop"])').click()
    first.locator("footer button").click()
    expect(first.locator(".coupon code")).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    assert the_response().answers == {"channel": "shop"}
    axe(first)
    shot(first, f"later-{width}-{language}")
    code = first.locator(".coupon code").inner_text()

    second = visit(width=width, locale=language, scheme="dark")
    second.goto(f"{site}/resume")
    second.locator("#number").fill("2222 2222")
    second.locator("form button").click()
    expect(second.locator("#wrong")).to_be_visible()
    axe(second)
    shot(second, f"resume-{width}-{language}")
    second.locator("#number").fill(code)
    second.locator("form button").click()
    expect(second.locator('[name="channel"][value="shop"]')).to_be_checked()
    first.locator("a.button").click()
    expect(first.locator('[name="channel"][value="shop"]')).to_be_checked()


def test_nobody_leaves_with_answers_that_were_not_sent(app: Flask, site: str, phone: Page) -> None:
    world = build("all_types")
    phone.goto(site + world.printed)
    phone.context.set_offline(True)
    phone.locator('label:has([name="channel"][value="shop"])').click()
    phone.locator("footer button").click()
    expect(phone.locator("#status")).to_have_class("offline")
    expect(phone.locator('[name="channel"][value="shop"]')).to_be_checked()
