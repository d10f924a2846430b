"""The results of a questionnaire with every kind of score, looked at in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.installation import speak
from tests.conftest import add_user
from tests.reports.scored_study import scored_study

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]


def signed_in(visit: Callable[..., Page], site: str, width: int, scheme: str, locale: str) -> Page:
    page = visit(width=width, height=900, scheme=scheme, locale=locale)
    sign_in(page, site, "researcher")
    return page


def test_results_fit_wide_and_narrow_in_both_languages(
    app: Flask, site: str, visit: Callable[..., Page], axe: Axe, shot: Shot
) -> None:
    add_user("researcher")
    study = scored_study(60, vetoes=2).id
    for width, scheme, locale in (
        (1280, "light", "en"),
        (1280, "dark", "zh-CN"),
        (360, "light", "zh-CN"),
        (360, "light", "en"),
    ):
        page = signed_in(visit, site, width, scheme, locale)
        speak(page, site, "en" if locale == "en" else "zh-Hans")
        page.goto(f"{site}/studies/{study}")
        shot(page, f"scored_{width}_{scheme}_{locale}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_profile_is_chosen_with_the_keyboard_and_kept_by_the_moving_part(
    app: Flask, site: str, visit: Callable[..., Page]
) -> None:
    add_user("researcher")
    study = scored_study(60).id
    page = signed_in(visit, site, 1280, "light", "en")
    page.goto(f"{site}/studies/{study}")
    link = page.get_by_role("link", name="Technical")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Technical")).to_have_attribute("aria-current", "true")
    expect(page.locator("#live")).to_have_attribute(
        "hx-get", f"/studies/{study}/live?profile=technical"
    )
