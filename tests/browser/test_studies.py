"""The study pages in a real browser: from nothing to texts that are ready to leave."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.distribution import links
from surveyapp.distribution.models import Study
from tests.browser.conftest import sign_in
from tests.conftest import add_user
from tests.distribution.builders import add_customers, add_invitations, add_study, add_version

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]


@pytest.fixture
def desk(app: Flask, site: str, visit: Callable[..., Page]) -> Page:
    """A researcher's signed-in browser."""
    add_user("researcher")
    page = visit(width=1280, height=900, locale="en")
    sign_in(page, site, "researcher")
    return page


@pytest.fixture
def people(app: Flask) -> None:
    """A published version, and 120 customers outside mainland China."""
    add_version()
    for index, person in enumerate(add_customers(120)):
        person.phone = f"+85291{index:06d}"
    db.session.commit()


def test_a_study_is_made_drawn_proved_and_made_ready(
    desk: Page, site: str, people: None, axe: Axe, shot: Shot
) -> None:
    page = desk
    page.goto(f"{site}/studies")
    page.get_by_role("link", name="New study").first.click()
    page.get_by_label("Title").fill("Autumn after-sales")
    axe(page)
    page.get_by_role("button", name="Make the study").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("9 strata")
    page.get_by_label("Answers wanted").fill("60")
    expect(preview.locator("tfoot")).to_contain_text("60")
    page.locator("summary", has_text="Cities").click()
    page.get_by_label("上海", exact=True).check()
    expect(preview).to_contain_text("Other city, store, product line, tier or life cycle")
    expect(preview).to_contain_text("fewer than the 60 to draw")
    page.get_by_label("上海", exact=True).uncheck()
    expect(preview.locator("tfoot")).to_contain_text("60")
    axe(page)
    shot(page, "sample-preview")
    page.get_by_role("button", name="Draw the sample").click()
    page.get_by_role("link", name="Redraw and compare").click()
    expect(page.locator("#redraw")).to_contain_text("Bit by bit the same.")
    shot(page, "sample-redrawn", full_page=False)
    page.get_by_role("link", name="Fieldwork").click()
    page.get_by_role("button", name="Use these steps").click()
    page.get_by_role("link", name="Edit").first.click()
    english = page.locator("#count-a_en")
    expect(english).to_contain_text("GSM-7")
    page.wait_for_load_state()  # what is typed before htmx listens is not counted
    page.locator("#a_en").press_sequentially("’")
    expect(english).to_contain_text("UCS-2")
    page.locator("#a_en").press("Backspace")
    expect(english).to_contain_text("GSM-7")
    page.get_by_role("button", name="Save the step").click()
    expect(page.get_by_role("button", name="Start texting")).to_be_enabled()
    axe(page)
    shot(page, "waves-ready")


def test_study_pages_fit_a_phone(desk: Page, site: str, people: None, axe: Axe, app: Flask) -> None:
    study = db.session.query(Study).first() or add_study()
    db.session.commit()
    desk.set_viewport_size({"width": 360, "height": 740})
    for name in ("sample", "waves", "messages", "touchpoints", "settings"):
        desk.goto(f"{site}/studies/{study.id}/{name}")
        width = desk.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"{name} is {width} px wide"
        axe(desk)


def test_a_customer_ends_all_texts_with_one_tap(
    phone: Page, app: Flask, site: str, axe: Axe, shot: Shot
) -> None:
    invitation = add_invitations(add_study(), 1)[0]
    db.session.commit()
    phone.goto(f"{site}/o/{links.token_of(invitation)}?lang=en")
    axe(phone)
    shot(phone, "opt-out")
    phone.get_by_role("button", name="Yes, stop all texts").tap()
    expect(phone.locator("h1")).to_have_text("Our texts have stopped")
    axe(phone)
    db.session.expire_all()
    assert invitation.customer.opted_out_at is not None
