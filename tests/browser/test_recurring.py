"""Periods, events, the calendar, the policy and a trial in a real browser, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import waves
from surveyapp.distribution.models import Invitation, Message, Study
from tests.browser.conftest import sign_in
from tests.conftest import add_user
from tests.distribution.builders import add_customers, add_study
from tests.distribution.test_triggering import happen

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]


@pytest.fixture
def study(app: Flask) -> Study:
    made = add_study(title="售后月度满意度调查", population={"bought_within_days": None})
    for index, person in enumerate(add_customers(120)):
        person.phone = f"+85291{index:06d}"
    db.session.commit()
    return made


def test_a_monthly_study_is_defined_tried_in_two_wordings_and_seen_on_the_calendar(
    desk: Callable[..., Page], site: str, study: Study, axe: Axe, shot: Shot
) -> None:
    page = desk()
    page.goto(f"{site}/studies/{study.id}/periods")
    page.get_by_label("First on or after").fill(f"{clock.now() - timedelta(days=40):%Y-%m-%d}")
    page.get_by_label("Not contacted for days").fill("")
    page.get_by_label("Answers wanted").fill("45")
    expect(page.locator("#preview tfoot")).to_contain_text("45")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Every period draws its own sample when it begins.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Fieldwork").click()
    page.get_by_role("button", name="Use these steps").click()
    page.get_by_role("link", name="Edit").first.click()
    page.get_by_text("Wording B").click()
    page.locator("#b_zh").fill("{name}您好，只需一分钟：{link} 退订回T")
    page.locator("#b_en").fill("Hello {name}, one minute is enough: {link} Reply STOP")
    expect(page.locator("#count-b_en")).to_contain_text("GSM-7")
    page.get_by_role("button", name="Save the step").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start texting").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert waves.expand_due() == 45
    _answer_some()
    page.goto(f"{site}/studies/{study.id}/periods")
    expect(page.get_by_role("cell", name="Begun")).to_be_visible()
    axe(page)
    shot(page, "periods")
    page.get_by_role("link", name="Fieldwork").click()
    page.get_by_role("link", name="Response rates").click()
    expect(page.get_by_text("B − A:")).to_be_visible()
    axe(page)
    shot(page, "trial")
    page.goto(f"{site}/calendar")
    expect(page.locator(".calendar")).to_contain_text("Invitation")
    axe(page)
    shot(page, "calendar")


def _answer_some() -> None:
    for message in db.session.query(Message).all():
        message.state = "delivered"
        message.invitation.invited_at = message.invitation.opened_at = clock.now()
        if message.id % (2 if message.variant == "A" else 3) == 0:
            message.invitation.completed_at = clock.now()
    db.session.commit()
    assert db.session.query(Invitation).count() == 45


def test_events_and_the_policy_are_set_on_their_pages(
    desk: Callable[..., Page], site: str, study: Study, axe: Axe, shot: Shot
) -> None:
    page = desk()
    page.goto(f"{site}/studies/{study.id}/events")
    axe(page)
    page.get_by_label("Ask when").select_option("purchase")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("An order was completed").first).to_be_visible()
    from surveyapp.customers.models import Customer

    for customer in db.session.query(Customer).limit(3).all():
        happen(customer, clock.now())
    db.session.commit()
    axe(page)
    shot(page, "events")
    page.get_by_role("link", name="Dry run").click()
    expect(page.get_by_role("cell", name="Invited")).to_have_count(3)
    axe(page)
    page.goto(f"{site}/contact-policy")
    axe(page)
    page.get_by_label("Not on public holidays").check()
    page.get_by_label("Price of a message part").fill("0.045")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds from the next text on.")).to_be_visible()
    page.get_by_label("or paste phones or e-mail").fill("13800000001\nnobody")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Suppress these addresses").click()
    expect(page.get_by_text("line 2: nobody")).to_be_visible()
    axe(page)
    shot(page, "policy")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "dark")])
def test_the_pages_fit_a_phone_and_the_dark_in_chinese(
    site: str, study: Study, visit: Callable[..., Page], axe: Axe, shot: Shot,
    width: int, scheme: str,
) -> None:  # fmt: skip
    add_user("researcher").language = "zh-Hans"
    db.session.commit()
    page = visit(width=width, height=800, scheme=scheme, locale="zh-CN")
    sign_in(page, site, "researcher")
    for path in (
        f"studies/{study.id}/periods", f"studies/{study.id}/events",
        f"studies/{study.id}/reasons", "calendar", "contact-policy",
    ):  # fmt: skip
        page.goto(f"{site}/{path}")
        axe(page)
        name = re.sub(r"\W", "-", path.split("/")[-1])
        shot(page, f"{name}-zh-{width}-{scheme}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
