"""The editor in a real browser: every type, by keyboard alone, on dead networks, at full size."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from benchmarks.editor import large
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import QUESTION_TYPES
from surveyapp.designer.library import template
from tests.browser.test_designer import question, saved, says

pytestmark = pytest.mark.browser


def opened(
    page: Page, site: str, number: int, at: str = "question:contacts", lang: str = "en"
) -> None:
    page.goto(f"{site}/questionnaires/{number}?at={at}&lang={lang}")


def test_every_type_is_added_and_looks_like_itself(
    desk: Callable[..., Page],
    site: str,
    app: Flask,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    empty = editor.create(template("empty"), "a@example.com")
    db.session.commit()
    page = desk()
    opened(page, site, empty.id, "page:page1")
    shot(page, "designer-picker", full_page=False)
    for number, kind in enumerate(QUESTION_TYPES, 1):
        page.locator("#adder").evaluate("box => { box.open = true; }")
        page.locator(f"#add-{kind}").click()
        expect(page.locator("#canvas article.question")).to_have_count(number)
        saved(page)
    assert [q.type for q in editor.draft_of(empty_now(empty.id)).questions()] == list(
        QUESTION_TYPES
    )
    axe(page)
    for width, scheme in ((1280, "light"), (768, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if width < 1050:
            page.locator("[data-pane-to=canvas]").click()
        axe(page)
        shot(page, f"designer-types-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def empty_now(number: int):
    db.session.expire_all()
    return db.session.get(editor.Questionnaire, number)


def test_by_keyboard_alone(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
) -> None:
    page = desk()
    opened(page, site, made, "question:channel")
    page.locator("#main").press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#keys-sheet")).to_be_hidden()

    # add: A, a word, Enter; the new question's text has the focus
    page.keyboard.press("a")
    expect(page.locator("#type-search")).to_be_focused()
    page.keyboard.type("effort")
    page.keyboard.press("Enter")
    says(page, "Added.")
    expect(page.locator("#properties .texts textarea").first).to_be_focused()
    page.keyboard.type("您觉得方便吗？")
    saved(page)

    # to the outline, on and back, moved, undone, deleted
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("o")
    expect(page.locator("#go-question-q1")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    says(page, "Question 1 of 4 on page 1 now.")
    expect(page.locator("#go-question-q1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#go-question-channel")).to_have_attribute("aria-current", "true")
    page.keyboard.press("k")
    expect(page.locator("#go-question-q1")).to_have_attribute("aria-current", "true")
    page.keyboard.press("Delete")
    says(page, "Deleted.")
    expect(page.locator("#go-question-q1")).to_have_count(0)
    page.keyboard.press("Control+z")
    says(page, "Undone.")
    expect(page.locator("#go-question-q1")).to_have_count(1)
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#go-question-q1")).to_have_count(0)


def test_an_answer_is_put_into_a_text(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    shot: Callable[..., object],
) -> None:
    page = desk()
    opened(page, site, made)
    question(page).fill("You wrote by , is that right?")
    question(page).evaluate("field => field.setSelectionRange(13, 13)")
    page.get_by_role("button", name="Insert an answer").first.click()
    expect(page.locator("#pipe-list button").first).to_be_visible()
    axe(page)
    shot(page, "designer-pipe", full_page=False)
    page.locator("#pipe-search").fill("channel")
    page.keyboard.press("Enter")
    expect(question(page)).to_have_value("You wrote by {channel|}, is that right?")
    page.keyboard.type("phone")
    saved(page)
    page.reload()
    expect(question(page)).to_have_value("You wrote by {channel|phone}, is that right?")


def test_a_refusal_is_seen_though_something_else_is_shown_by_then(
    desk: Callable[..., Page],
    site: str,
    made: int,
) -> None:
    page = desk()
    opened(page, site, made)
    page.route("**/edit", lambda route: page.wait_for_timeout(400) or route.continue_())
    field = page.locator('[name="question:contacts/decimals"]')
    field.fill("9")
    field.press("Tab")
    page.locator("#go-question-solved").click()
    expect(page.locator("#go-question-solved")).to_have_attribute("aria-current", "true")
    said = page.locator("#refusals")
    expect(said).to_contain_text("Give 6 or less. “9”")
    expect(said).to_contain_text("How many times")
    question(page).fill("Solved?")
    saved(page)
    expect(said).to_be_empty()


BROKEN = """() => {
  const broken = [];
  for (const span of document.querySelectorAll("#canvas .look-scale span")) {
    const text = span.firstChild, range = document.createRange();
    for (const word of text.data.matchAll(/\\S+/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (range.getClientRects().length > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [1280, 1100, 768, 360])
def test_the_labels_of_a_scale_break_between_words(
    desk: Callable[..., Page],
    site: str,
    made: int,
    width: int,
) -> None:
    page = desk(width=width)
    opened(page, site, made, "question:outcome")
    if width < 1050:
        page.locator("[data-pane-to=canvas]").click()
    expect(page.locator("#c-question-outcome .look-scale span").first).to_be_visible()
    assert page.evaluate(BROKEN) == []
    sheet = "sheet => sheet.scrollWidth <= sheet.clientWidth"
    assert page.locator("#canvas .sheet").evaluate(sheet)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_panels_of_measurement_are_accessible(
    desk: Callable[..., Page],
    site: str,
    made: int,
    axe: Callable[[Page], None],
    width: int,
    scheme: str,
) -> None:
    page = desk(width=width, scheme=scheme)
    for lang in ("en", "zh-Hans"):
        for panel in ("dimensions", "scoring", "computed_values", "quotas", "experiments"):
            opened(page, site, made, panel, lang)
            if width < 1050:
                page.locator("[data-pane-to=properties]").click()
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_column_of_the_check_is_cut(
    desk: Callable[..., Page],
    site: str,
    made: int,
) -> None:
    page = desk()
    page.goto(f"{site}/questionnaires/{made}/check")
    expect(page.locator("#paths-head")).to_be_visible()
    right = "(all) => all.map((one) => one.getBoundingClientRect().right)"
    links = page.locator("#proof td:last-child a").evaluate_all(right)
    frames = page.locator("#proof .table-wrap").evaluate_all(right)
    assert links
    assert max(links) < min(frames)


def test_a_long_time_without_network_loses_nothing(
    desk: Callable[..., Page],
    site: str,
    made: int,
) -> None:
    page = desk()
    opened(page, site, made)
    page.context.set_offline(True)
    question(page).fill("Typed in the tunnel")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    page.get_by_label("Help below the question English").fill("And this as well")
    page.get_by_label("An answer is required").click()
    page.locator("#go-question-contacts").focus()
    page.keyboard.press("Alt+ArrowUp")
    page.wait_for_timeout(7000)
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    expect(question(page)).to_have_value("Typed in the tunnel")
    page.context.set_offline(False)
    saved(page)
    found = editor.draft_of(empty_now(made))
    asked = found.question_by_id["contacts"]
    assert (asked.title["en"], asked.help["en"]) == ("Typed in the tunnel", "And this as well")
    assert [q.id for q in found.pages[0].questions].index("contacts") == 1
    assert empty_now(made).revision == 5


def test_a_save_whose_answer_is_torn_is_made_once(
    desk: Callable[..., Page],
    site: str,
    made: int,
) -> None:
    page = desk()
    opened(page, site, made)
    torn = []

    def tear(route):
        if not torn:
            torn.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/edit$"), tear)
    page.locator("#p-copy-question-contacts").click()
    expect(page.locator("#go-question-q1")).to_have_count(1)
    saved(page)
    expect(page.locator("#conflict")).to_have_count(0)
    assert empty_now(made).revision == 2


def test_three_hundred_questions_stay_small_on_the_wire(
    desk: Callable[..., Page],
    site: str,
    app: Flask,
) -> None:
    found = editor.create(large(), "a@example.com")
    db.session.commit()
    page = desk()
    with page.expect_response(lambda answer: "/findings?" in answer.url):  # marks every page once
        opened(page, site, found.id, "question:q150")
    expect(page.locator("#go-question-q299")).to_have_count(1)
    page.wait_for_timeout(500)
    sizes: list[tuple[str, int]] = []
    page.on("response", lambda answer: sizes.append((answer.url, size_of(answer))))
    question(page).fill("How satisfied were you with point one hundred and fifty?")
    saved(page)
    page.locator("#go-question-q151").click()
    expect(page.locator("#designer")).to_have_attribute("data-here", "question:q151")
    page.locator("#go-question-q151").focus()
    page.keyboard.press("Alt+ArrowDown")
    says(page, "now.")
    saved(page)
    answers = [(url, size) for url, size in sizes if "/findings?" not in url]
    acts = [size for url, size in answers if url.endswith("/edit") or "at=question" in url]
    assert acts
    assert max(acts) < 15_000, sizes


def size_of(answer) -> int:
    return answer.request.sizes()["responseBodySize"] if answer.ok else 0
