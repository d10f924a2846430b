"""The designer in a real browser: the whole way from a template to a published version."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
SAVED = "All changes are saved"


def says(page: Page, words: str) -> None:
    expect(page.locator("#designer-says")).to_contain_text(words)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    expect(page.locator("#saved span")).to_have_text(SAVED)


def question(page: Page, language: str = "English"):
    return page.get_by_label(f"Question {language}", exact=True)


def test_from_a_template_to_a_published_version(
    desk: Callable[..., Page], site: str, axe: Callable[[Page], None], shot: Callable[..., object]
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires")
    axe(page)
    page.get_by_role("link", name="New questionnaire").first.click()
    axe(page)
    page.get_by_label("Title in English").fill("Spring wave")
    page.get_by_role("button", name="Create and edit").click()
    expect(page.locator("h1")).to_have_text("Spring wave")
    axe(page)
    shot(page, "designer-editor", full_page=False)

    # a new question, typed in both languages, is on the page at once
    page.locator("#go-question-contacts").click()
    expect(question(page)).to_have_value(re.compile("How many times"))
    page.locator("#canvas").get_by_text("Add a question").click()
    page.get_by_role("button", name="Rating scale").click()
    says(page, "Added.")
    expect(question(page, "简体中文")).to_be_focused()
    page.keyboard.type("您对接待满意吗？")
    question(page).fill("How satisfied are you with the reception?")
    expect(page.locator("#canvas .selected h3")).to_contain_text("reception")
    saved(page)

    # a rule by rows, read back in words and as text
    rule = "#rule-question-q1--show"
    page.locator(f"{rule}-add").click()
    page.locator(f"{rule}-0-source").select_option("answer:channel")
    page.locator(f"{rule}-0-operator").select_option("one_of")
    page.get_by_label("In a store", exact=True).check()
    page.get_by_label("By phone", exact=True).uncheck()
    reading = "Shown when “How did you mainly contact us this time” is In a store"
    expect(page.locator(f"{rule}-reading")).to_have_text(f"{reading}.")
    page.locator(f"{rule}-add").click()
    page.locator(f"{rule}-1-source").select_option("customer:tier")
    page.locator(f"{rule}--join").select_option("any")
    expect(page.locator(f"{rule}-reading")).to_have_text(f"{reading}, or “Customer tier” is High.")
    expect(page.locator("#canvas .selected .condition")).to_contain_text("Shown when")
    axe(page)
    shot(page, "designer-rule", full_page=False)

    # moving by keyboard and by drag, both told
    page.locator("#go-question-q1").focus()
    page.keyboard.press("Alt+ArrowUp")
    says(page, "Question 3 of 4 on page 1 now.")
    expect(page.locator("#go-question-q1")).to_be_focused()
    drag(page, "#o-question-q1", "#o-question-speed")
    says(page, "on page 2 now.")
    saved(page)

    # the phone
    page.get_by_role("link", name="Phone preview").click()
    frame = page.frame_locator("#preview-frame")
    expect(frame.locator("body")).to_contain_text("reached a member of staff quickly")
    shot(page, "designer-phone", full_page=False)

    # check and publish
    page.get_by_role("link", name="Check and publish").first.click()
    expect(page.locator(".verdict h2")).to_contain_text("Ready to publish", timeout=20000)
    expect(page.locator("#proof")).to_contain_text("Who sees what")
    axe(page)
    shot(page, "designer-check")
    tick = page.get_by_label("I have read the warnings")
    if tick.count():
        tick.check()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.locator(".message.success")).to_have_text("Version 1 is published.")
    axe(page)
    page.get_by_role("link", name="v1", exact=True).click()
    expect(page.locator("h1")).to_have_text("Version 1")
    axe(page)


def drag(page: Page, what: str, where: str) -> None:
    """Drag the line `what` until it has taken the place before the line `where`, then let go.

    The browser tells the page of a drag at its own pace and the lines make room meanwhile, so the
    hand follows the line that it aims at, as a person's does, and lets go of what it sees.
    """
    page.locator(f"{where} .grip").scroll_into_view_if_needed()
    to(page, what)
    page.mouse.down()
    for _ in range(40):
        to(page, where)
        if page.locator(f"{what} + {where}").count():
            break
        page.wait_for_timeout(50)
    page.mouse.up()


def to(page: Page, line: str) -> None:
    box = page.locator(f"{line} .grip").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 6, box["y"] + 4, steps=3)


def test_two_people_lose_nothing(
    desk: Callable[..., Page], site: str, made: int, axe: Callable[[Page], None]
) -> None:
    first, second = desk(), desk("administrator")
    address = f"{site}/questionnaires/{made}?at=question:contacts"
    first.goto(address)
    second.goto(address)
    second.get_by_label("Unit English").fill("contacts")
    saved(second)
    first.get_by_label("Help below the question English").fill("Mine is kept")
    conflict = first.locator("#conflict")
    expect(conflict).to_contain_text("administrator@example.com")
    expect(conflict.locator("ins")).to_have_text("contacts")
    expect(first.locator("#conflict-head")).to_be_focused()
    axe(first)
    question(first).fill("And this was written meanwhile")
    first.get_by_role("button", name="Apply my change on top").click()
    expect(conflict).to_have_count(0)
    saved(first)
    expect(first.get_by_label("Unit English")).to_have_value("contacts")
    first.reload()
    expect(first.get_by_label("Help below the question English")).to_have_value("Mine is kept")
    expect(question(first)).to_have_value("And this was written meanwhile")


def test_deleting_by_key_and_undo(desk: Callable[..., Page], site: str, made: int) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}?at=question:solved")
    page.locator("#go-question-solved").focus()
    page.keyboard.press("Delete")
    says(page, "Deleted.")
    expect(page.locator("#go-question-solved")).to_have_count(0)
    page.locator("#go-question-contacts").click()
    expect(question(page)).to_have_value(re.compile("How many times"))
    page.locator("#undo-toast button").click()
    says(page, "Undone.")
    expect(page.locator("#undo-toast")).to_have_count(0)
    expect(page.locator("#go-question-solved")).to_have_count(1)
    page.locator("#redo").click()
    expect(page.locator("#go-question-solved")).to_have_count(0)


def test_a_dead_network_keeps_what_was_typed(
    desk: Callable[..., Page], site: str, made: int
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    page.context.set_offline(True)
    question(page).fill("Typed on the train")
    expect(page.locator("#saved span")).to_contain_text("no connection")
    expect(question(page)).to_have_value("Typed on the train")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    expect(question(page)).to_have_value("Typed on the train")


def test_a_refused_value_stays_with_its_reason(
    desk: Callable[..., Page], site: str, made: int
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    page.get_by_label("Decimal places").fill("9")
    page.keyboard.press("Tab")
    expect(page.locator(".properties .error")).to_have_text("Give 6 or less.")
    expect(page.get_by_label("Decimal places")).to_have_value("9")
    page.get_by_label("Decimal places").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator(".properties .error")).to_have_count(0)
    saved(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_one_pane_at_a_time(
    desk: Callable[..., Page],
    site: str,
    made: int,
    scheme: str,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk(width=360, scheme=scheme)
    page.goto(f"{site}/questionnaires/{made}?lang=zh-Hans")
    expect(page.locator("#canvas")).to_be_hidden()
    axe(page)
    shot(page, f"designer-360-outline-{scheme}")
    page.locator("#go-question-channel").click()
    expect(page.locator("#outline")).to_be_hidden()
    expect(page.locator("#c-question-channel")).to_be_visible()
    axe(page)
    page.locator("#c-question-channel h3 a").click()
    expect(question(page)).to_be_visible()
    axe(page)
    shot(page, f"designer-360-properties-{scheme}")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


def test_without_javascript_the_forms_do_the_same(
    desk: Callable[..., Page], site: str, made: int
) -> None:
    page = desk(java_script_enabled=False)
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    question(page).fill("Asked plainly")
    page.locator('button[form="props"]').click()
    expect(page.locator("#canvas .selected h3")).to_contain_text("Asked plainly")
    page.locator("#p-delete-question-contacts").click()
    expect(page.locator("#go-question-contacts")).to_have_count(0)
    page.locator("#undo-toast button").click()
    expect(page.locator("#go-question-contacts")).to_have_count(1)
