"""Samples with a reserve, and panels, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.accounts.models import User
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.distribution.population import Population
from tests.browser.conftest import LOOKS
from tests.distribution.builders import add_customers, add_study

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]


@pytest.fixture
def study(app: Flask) -> Study:
    add_customers(240)
    made = add_study(population=Population().as_json())
    db.session.commit()
    return made


def test_a_sample_is_planned_drawn_in_batches_and_its_reserve_released(
    desk: Callable[..., Page], site: str, study: Study, axe: Axe, shot: Shot
) -> None:
    page = desk()
    page.goto(f"{site}/studies/{study.id}/sample")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("9 strata")
    page.get_by_label("Tier").first.uncheck()
    page.get_by_label("Answers wanted").fill("30")
    page.get_by_label("Expected response rate in per cent").fill("25")
    expect(preview).to_contain_text("at a response rate of 25 %")
    expect(preview.locator("tfoot")).to_contain_text("120")
    expect(page.get_by_label("Cost of an interview")).to_be_hidden()
    page.get_by_label("Cost-optimal", exact=False).check()
    page.get_by_label("Cost of an interview").fill("上海 = 4")
    page.get_by_label("Systematic", exact=False).check()
    page.get_by_label("Spend", exact=True).check()
    page.get_by_label("Batches", exact=True).fill("4")
    page.get_by_label("Released at once").fill("2")
    expect(preview).to_contain_text("60 released at once")
    axe(page)
    shot(page, "sample-planned")
    page.get_by_role("button", name="Draw the sample").click()
    reserve = page.locator("section", has=page.locator("#reserve-title"))
    expect(reserve).to_contain_text("2 are not released")
    page.get_by_label("Reason").fill("Answers fall short")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Release the batches").click()
    expect(reserve).to_contain_text("Answers fall short")
    expect(reserve).to_contain_text("1 are not released")
    page.get_by_role("link", name="Redraw and compare").click()
    expect(page.locator("#redraw")).to_contain_text("all 90 customers")
    axe(page)
    shot(page, "sample-released")


def test_a_panel_is_recruited_and_its_first_wave_drawn(
    desk: Callable[..., Page], site: str, study: Study, axe: Axe, shot: Shot
) -> None:
    page = desk()
    page.goto(f"{site}/studies")
    page.get_by_role("link", name="Panels").click()
    page.get_by_role("link", name="New panel").first.click()
    page.get_by_label("Title").fill("Service panel")
    page.get_by_label("Customers per wave").fill("60")
    page.get_by_label("City").check()
    axe(page)
    page.get_by_role("button", name="Recruit the panel").click()
    expect(page.locator("h1")).to_have_text("Service panel")
    axe(page)
    shot(page, "panel")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Draw the wave").click()
    expect(page.locator("main")).to_contain_text("groups 1, 2, 3 of the panel")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_samples_and_panels_fit(
    desk: Callable[..., Page],
    site: str,
    study: Study,
    axe: Axe,
    shot: Shot,
    width: int,
    language: str,
) -> None:
    page = desk(width=width)
    db.session.query(User).update({"language": language})
    db.session.commit()
    for name in ("panels", "panels/new", f"studies/{study.id}/sample"):
        page.goto(f"{site}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        axe(page)
        shot(page, f"samples-{name.replace('/', '-')}-{width}-{language}")
