"""A sequence written on a phone: steps are changed, added, moved, removed and put back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.distribution import wave_plans
from surveyapp.distribution.models import Study
from tests.browser.conftest import sign_in
from tests.conftest import add_user
from tests.distribution.builders import add_customers, add_draw, add_study

pytestmark = pytest.mark.browser
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study(title="售后月度满意度调查")
    people = add_customers(40)
    for index, person in enumerate(people):
        person.phone = f"+85291{index:06d}"
    add_draw(made, people)
    db.session.commit()
    return made


@pytest.fixture
def phone(app: Flask, site: str, visit: Callable[..., Page]) -> Page:
    """A researcher's signed-in browser on a phone."""
    add_user("researcher")
    page = visit(width=360, height=780, locale="en")
    sign_in(page, site, "researcher")
    return page


def look(page: Page, axe: Callable[[Page], None], name: str) -> None:
    """It fits and is accessible; with SURVEYAPP_LOOK it is also kept as a picture."""
    page.wait_for_load_state()  # its words are there before its style sheet
    assert page.evaluate(WIDER) <= 0, name
    axe(page)
    if folder := os.environ.get("SURVEYAPP_LOOK"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_a_sequence_is_edited_at_360_px(
    phone: Page, site: str, study: Study, axe: Callable[[Page], None]
) -> None:
    page = phone
    page.goto(f"{site}/studies/{study.id}/waves")
    look(page, axe, "proposal")
    page.get_by_role("button", name="Use these steps").click()
    page.get_by_role("link", name="Add a follow-up").click()
    page.get_by_label("Name of the step").fill("Last call")
    page.get_by_label("Days to wait").fill("8")
    page.get_by_label("and hours").fill("12")
    page.get_by_label("It goes to").select_option(label="Only who began and did not finish")
    page.get_by_label("It leaves").select_option(label="E-mail")
    page.get_by_label("is skipped, with the reason").check()
    page.get_by_text("Wording B").click()
    page.locator("#b_zh").fill("{name}您好，再两分钟就好：{link} 退订回T")
    page.locator("#b_en").fill("Hello {name}, only two minutes are left: {link} Reply STOP")
    page.locator("#b_share").fill("3")
    expect(page.locator("#count-b_en")).to_contain_text("GSM-7")
    look(page, axe, "step")
    page.get_by_role("button", name="Save the step").click()
    step = page.get_by_role("listitem").filter(has_text="Last call")
    expect(step).to_contain_text("8 days 12 hours after the invitation")
    expect(step).to_contain_text("A 25 % · B 75 %")
    look(page, axe, "sequence")
    step.get_by_role("button", name="Earlier").click()
    assert _names(study) == ["", "", "Last call", "", ""]
    page.get_by_role("listitem").filter(has_text="Last call").get_by_role(
        "button", name="Remove"
    ).click()
    expect(page.get_by_text("A step was removed: Last call.")).to_be_visible()
    assert _names(study) == ["", "", "", ""]
    look(page, axe, "removed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The step is back.")).to_be_visible()
    assert _names(study) == ["", "", "Last call", "", ""]


def _names(study: Study) -> list[str]:
    db.session.rollback()
    return [wave.name for wave in wave_plans.waves_of(study)]
