"""The channels' page in a real browser: trouble seen, order changed, everything stopped."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import budgets, channels
from surveyapp.distribution.sms.provider import Ending, Outcome
from surveyapp.distribution.sms.providers import configured
from tests.browser.conftest import LOOKS
from tests.browser.test_answering_looks import OVERFLOW

pytestmark = pytest.mark.browser
FILE = """
[domestic-backup]
kind = "http"
url = "http://127.0.0.1:9/v1/messages"
secret = "s3cret"
price = "0.05"
rate = 10_000
daily_budget = "500"

[letters]
kind = "smtp"
host = "127.0.0.1"
sender = "survey@shop.example"
"""


def some_history(app: Flask) -> None:
    """The first channel is in trouble, the second has spent something."""
    settings = app.config["SETTINGS"]
    (settings.instance / "channels.toml").write_text(FILE, encoding="utf-8")
    budgets.reserve(configured(settings)[1], [100_000] * 1234, clock.now())
    channels.note("twilio", [Outcome(Ending.BLOCKED, code="20003", detail="HTTP 401, code 20003")])
    db.session.commit()


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_channels_are_seen_arranged_and_stopped(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    width: int,
    language: str,
) -> None:
    some_history(app)
    page = desk("administrator", width=width)
    page.request.post(f"{site}/language/{language}")
    page.goto(f"{site}/channels")
    expect(page.locator("ol > .card")).to_have_count(3)
    axe(page)
    shot(page, f"channels_{language}_{width}")
    assert page.evaluate(OVERFLOW) <= 0
    page.locator("form[action='/channels/domestic-backup/up'] button").click()
    expect(page.locator("ol > .card").first).to_contain_text("domestic-backup")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("form[action='/channels/all/pause'] button").click()
    expect(page.locator("form[action='/channels/all/resume'] button")).to_be_visible()
    expect(page.locator(".message.warning")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    page.reload()  # colours fade over; axe would measure halfway
    axe(page)
    shot(page, f"channels_paused_dark_{language}_{width}")
