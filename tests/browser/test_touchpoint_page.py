"""A touchpoint's own page, as it is looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.distribution import touchpoints
from surveyapp.distribution.models import Touchpoint
from tests.browser.conftest import LOOKS
from tests.browser.installation import speak
from tests.distribution.builders import add_study

pytestmark = pytest.mark.browser
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_hours_and_place_are_filled_in_and_mended(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    study = add_study()
    touchpoints.add(study, ["上海南京西路店"], ["receipt", "entrance"])
    db.session.commit()
    code = db.session.query(Touchpoint).first()
    assert code is not None
    page = desk("researcher", width, scheme="dark" if width == 1280 else "light")
    speak(page, site, language)
    page.goto(f"{site}/studies/{study.id}/touchpoints")
    axe(page)
    shot(page, f"touchpoints_{language}_{width}")
    page.goto(f"{site}/studies/{study.id}/touchpoints/{code.id}")
    page.fill('[name="open_from"]', "09:30")
    page.fill('[name="open_until"]', "21:30")
    page.fill('[name="latitude"]', "91")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("#latitude-error")).to_be_visible()
    expect(page.locator("#longitude-error")).to_be_visible()
    page.wait_for_load_state()  # its words are there before its style sheet
    assert page.evaluate(OVERFLOW) <= 0
    axe(page)
    shot(page, f"touchpoint_{language}_{width}")
    page.fill('[name="latitude"]', "31.2304")
    page.fill('[name="longitude"]', "121.4737")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/studies/{study.id}/touchpoints")
    db.session.expire_all()
    assert [one.open_from for one in db.session.query(Touchpoint)] == [570, 570]
