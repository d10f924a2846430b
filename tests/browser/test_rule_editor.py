"""Writing a rule: groups in groups by the mouse, text by the keyboard with completion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
RULE = "#rule-question-contacts--show"


def test_a_rule_as_text_by_keyboard_alone(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    page.locator(f"{RULE}-more summary").click()
    text, live = page.locator(f"{RULE}-text"), page.locator(f"{RULE}-live")
    text.focus()
    page.keyboard.type("chan")
    expect(page.locator(f"{RULE}-suggestions [role=option]").first).to_contain_text("channel")
    expect(text).to_have_attribute("aria-autocomplete", "list")
    page.keyboard.press("ArrowDown")
    expect(text).to_have_attribute("aria-activedescendant", f"{RULE[1:]}-suggestions-0")
    axe(page)
    page.keyboard.press("Enter")
    expect(text).to_have_value("channel")
    page.keyboard.type(" == ")
    expect(page.locator(f"{RULE}-suggestions [role=option]").first).to_contain_text("By phone")
    shot(page, "rule-completion", full_page=False)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(text).to_have_value('channel == "phone"')
    expect(live).to_contain_text("mainly contact us this time” is By phone.")
    page.keyboard.type(" and sovled == 1")
    expect(live).to_contain_text("Character 24: There is no question “sovled”. Did you mean")
    expect(text).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    shot(page, "rule-wrong", full_page=False)
    for _ in range(len("sovled == 1")):
        page.keyboard.press("Backspace")
    page.keyboard.type('"nothing" == solved')
    expect(live).to_contain_text("“nothing” is none of the answers to choose.")
    for _ in range(len(' and "nothing" == solved')):
        page.keyboard.press("Backspace")
    page.keyboard.press("Control+Enter")

    # rows and words follow at once
    expect(page.locator(f"{RULE}-0-source")).to_have_value("answer:channel")
    expect(page.locator(f"{RULE}-0-value")).to_have_value("phone")
    expect(page.locator(f"{RULE}-reading")).to_contain_text("is By phone.")


@pytest.mark.parametrize("width", [1280, 360])
def test_groups_in_groups(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
    width: int,
) -> None:
    page = desk(width=width)
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    if width < 1000:
        page.locator('[data-pane-to="properties"]').click()
    page.locator(f"{RULE}-add").click()
    page.locator(RULE).get_by_role("button", name="Add a group").click()
    expect(page.locator(f"{RULE}-1-0-source")).to_be_visible()
    page.locator(f"{RULE}-1").get_by_role("button", name="Group in this group").click()
    expect(page.locator(f"{RULE}-1-1-0-source")).to_be_visible()
    page.locator(f"{RULE}-1-1-0-source").select_option("customer:last_purchase")
    page.locator(f"{RULE}-1-1-0-operator").select_option("within")
    expect(page.locator(f"{RULE}-reading")).to_contain_text("is at most 1 days ago")
    page.locator(f"{RULE}-1-1-0-value").fill("14")
    expect(page.locator(f"{RULE}-reading")).to_contain_text("is at most 14 days ago")
    expect(page.locator(f"{RULE}-text")).to_have_value(
        'solved == "yes" and (solved == "yes" or'
        " all(days(customer.last_purchase, survey.today) <= 14))"
    )
    axe(page)
    shot(page, f"rule-groups-{width}", full_page=False)
