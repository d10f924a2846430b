"""The library and the translation desk in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.designer import editor

pytestmark = pytest.mark.browser


def narrow(page: Page) -> bool:
    page.wait_for_load_state()  # its words are there before its style sheet
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_inserting_from_the_library_and_unlocking(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk()
    page.goto(f"{site}/library")
    axe(page)
    shot(page, "library-1280")
    page.goto(f"{site}/questionnaires/{made}?at=question:contacts")
    page.locator("#adder > summary").click()
    page.get_by_role("link", name="From the library").click()
    page.get_by_label("Search the library").fill("effort")
    page.keyboard.press("Enter")
    page.locator("summary", has_text="Preview").first.click()
    axe(page)
    shot(page, "library-insert-1280")
    page.get_by_role("button", name=re.compile("Insert “Customer effort")).click()
    expect(page.locator("#canvas .selected h3")).to_contain_text("How easy was it")
    expect(page.locator("#locked")).to_contain_text("so that results can be compared")
    axe(page)
    shot(page, "library-locked", full_page=False)

    # locked words are refused, and unlocking says what it costs
    words = page.get_by_label("Question English", exact=True)
    words.fill("Was it easy?")
    page.keyboard.press("Tab")
    expect(page.locator(".properties .error").first).to_contain_text("locked")
    expect(page.locator("#unlock")).to_contain_text("can no longer be compared")
    page.locator("#unlock-it").click()
    expect(page.locator("#locked")).to_have_count(0)
    page.locator("#undo").click()
    expect(page.locator("#locked")).to_have_count(1)
    page.locator("#undo").click()
    expect(page.locator("#go-question-ces")).to_have_count(0)


def test_translating_text_by_text(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}/translate")
    page.get_by_text("Add a language").click()
    page.get_by_label("Tag of the language").fill("fr")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#desk-done")).to_have_text(re.compile("^0 of"))
    axe(page)
    first, second = page.locator(".desk-row").nth(0), page.locator(".desk-row").nth(1)
    first.locator("textarea").fill("Enquête de satisfaction")
    page.keyboard.press("Control+Enter")
    expect(second.locator("textarea")).to_be_focused()
    expect(first).to_have_attribute("data-state", "done")
    expect(first.locator(".desk-state")).to_have_text("Done")
    expect(page.locator("#desk-done")).to_have_text(re.compile("^1 of"))
    page.keyboard.type("Merci de nous avoir choisis.")
    expect(second).to_have_attribute("data-state", "done")
    expect(page.locator("#desk-saved")).to_have_attribute("data-state", "saved")
    page.keyboard.press("Alt+ArrowUp")
    expect(first.locator("textarea")).to_be_focused()
    shot(page, "desk-1280", full_page=False)

    # a broken connection loses nothing
    third = page.locator(".desk-row").nth(2).locator("textarea")
    page.context.set_offline(True)
    third.fill("Dans le train")
    expect(page.locator("#desk-saved")).to_contain_text("no connection")
    page.context.set_offline(False)
    expect(page.locator("#desk-saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(third).to_have_value("Dans le train")
    page.locator("#desk-undo").click()
    expect(third).to_have_value("")

    # somebody else writes the same text meanwhile
    other = editor_edit(made, {"title": {"fr": "Autre titre"}})
    assert other == "Autre titre"
    first.locator("textarea").fill("Mon titre")
    page.keyboard.press("Tab")
    expect(first.locator(".desk-trouble")).to_contain_text("Autre titre")
    axe(page)
    shot(page, "desk-conflict", full_page=False)
    first.get_by_role("button", name="Save mine").click()
    expect(page.locator("#desk-saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(first.locator("textarea")).to_have_value("Mon titre")


def editor_edit(number: int, values: dict[str, object]) -> str:
    """An edit of the document by somebody else."""
    from surveyapp.designer.models import Questionnaire

    db.session.expire_all()
    found = db.session.get(Questionnaire, number)
    edit = {"do": "set", "at": "document", "values": values}
    now = editor.save(found, found.revision, edit, "other@example.com")
    db.session.commit()
    return now.title["fr"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone(
    desk: Callable[..., Page],
    site: str,
    made: int,
    scheme: str,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk(width=360, scheme=scheme)
    page.goto(f"{site}/studies")
    page.locator('.who button[lang="zh-Hans"]').dispatch_event("click")
    page.locator('html[lang="zh-Hans"]').wait_for()
    for name, address in (
        ("library", "/library"),
        ("library-insert", f"/questionnaires/{made}/library?at=question:contacts"),
        ("library-keep", f"/questionnaires/{made}/library/keep?at=question:contacts"),
        ("desk", f"/questionnaires/{made}/translate"),
        ("new", "/questionnaires/new"),
    ):
        page.goto(f"{site}{address}")
        assert narrow(page), name
        axe(page)
        shot(page, f"{name}-360-{scheme}", full_page=False)
