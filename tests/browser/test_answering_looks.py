"""Every question type in both languages and modes: accessible, big enough, nothing overflows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from surveyapp.designer.library import template
from tests.answering.test_plain_form import ALL
from tests.answering.world import build
from tests.browser.conftest import LONG
from tests.browser.test_answering import choose, fill, go_on
from tests.vectors import rule_vectors

pytestmark = pytest.mark.browser

EVERY_LOOK = [
    (320, "zh-Hans", "light"),
    (320, "en", "dark"),
    (1280, "zh-Hans", "dark"),
    pytest.param(320, "zh-Hans", "dark", marks=LONG),
    pytest.param(320, "en", "light", marks=LONG),
    pytest.param(1280, "zh-Hans", "light", marks=LONG),
    pytest.param(1280, "en", "dark", marks=LONG),
    pytest.param(1280, "en", "light", marks=LONG),
]
TARGETS = "button, a, label.card, label.point, input.text, textarea"
TOO_SMALL = """(targets) => [...document.querySelectorAll(targets)]
  .filter((e) => e.checkVisibility() && !e.matches('.vh, .skip'))
  .map((e) => [e.tagName, e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
  .filter(([, , box]) => box.height < 43.5 || box.width < 43.5)
  .map(([tag, words, box]) => `${tag} ${words} ${box.width}x${box.height}`)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
DIFFERENCES = """(vectors) => vectors
  .filter((v) => evaluate(v.rule, v.answers, v.facts) !== v.expected)
  .map((v) => v.why)"""


@pytest.mark.parametrize(("width", "language", "scheme"), EVERY_LOOK)
def test_every_type_is_accessible_and_fits(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    width: int,
    language: str,
    scheme: str,
) -> None:
    page = visit(width=width, scheme=scheme)
    page.goto(f"{site}{build('all_types').url}?lang={language}")
    for number in (1, 2, 3):
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(TOO_SMALL, TARGETS) == []
        axe(page)
        fill(page, ALL)
        axe(page)
        shot(page, f"answering_{language}_{width}_{scheme}_{number}")
        go_on(page)
    expect(page.locator("#thanks")).to_be_visible()
    axe(page)
    shot(page, f"answering_{language}_{width}_{scheme}_thanks")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mistakes_notices_and_plain_forms_are_accessible(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    scheme: str,
) -> None:
    page = visit(scheme=scheme)
    page.goto(site + build("all_types").url)
    go_on(page)
    expect(page.locator("#errors")).to_be_visible()
    axe(page)
    shot(page, f"answering_errors_{scheme}")
    page.goto(f"{site}/r/nobody")
    axe(page)
    shot(page, f"answering_unknown_{scheme}")


def test_the_plain_form_is_accessible(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
) -> None:
    page = visit()
    page.route("**/r/*", _without_script)
    page.goto(site + build("all_types").url)
    expect(page.locator("[data-page]")).to_have_count(1)
    axe(page)
    page.locator("#next").click()
    expect(page.locator("#errors")).to_be_visible()
    axe(page)
    shot(page, "answering_plain_form_errors")


def _without_script(route: Route) -> None:
    """The same page with its script taken out."""
    answer = route.fetch(max_redirects=0)
    route.fulfill(response=answer, body=answer.text().replace("<script>", '<script type="off">'))


def test_200_percent_text_reduced_motion_and_forced_colours_hold(
    app: Flask, site: str, visit: Callable[..., Page], shot: Callable[..., Path]
) -> None:
    page = visit(width=640, forced_colors="active", reduced_motion="reduce")
    page.goto(site + build("all_types").url)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for number in (1, 2, 3):
        assert page.evaluate(OVERFLOW) <= 0
        fill(page, ALL)
        shot(page, f"answering_forced_colours_{number}")
        go_on(page)
    expect(page.locator("#thanks")).to_be_visible()


def test_the_after_sales_questionnaire_from_end_to_end(
    app: Flask, site: str, phone: Page, axe: Callable[[Page], None], shot: Callable[..., Path]
) -> None:
    document = template("aftersales")
    phone.goto(site + build(document, language="zh-Hans").url)
    for _ in range(len(document.pages) + 1):
        if phone.locator("#thanks").is_visible():
            break
        assert phone.evaluate(OVERFLOW) <= 0
        name = phone.locator("[data-page]:not([hidden])").get_attribute("data-page")
        shot(phone, f"aftersales_{name}")
        axe(phone)
        for field in phone.locator("[data-page]:not([hidden]) [data-q]:not([hidden])").all():
            for variable in field.locator("input, textarea").evaluate_all(
                "fields => [...new Set(fields.map((f) => f.name))]"
            ):
                first = phone.locator(f'[name="{variable}"]').first
                kind = first.get_attribute("type")
                value = first.get_attribute("value") if kind in ("radio", "checkbox") else "2"
                choose(phone, variable, value)
        last = phone.locator("#next").get_attribute("value") == "submit"
        go_on(phone)
        if last:
            expect(phone.locator("#thanks")).to_be_visible()
    expect(phone.locator("#thanks")).to_be_visible()
    shot(phone, "aftersales_thanks")


def test_the_scripts_rules_give_the_servers_verdicts(
    app: Flask, visit: Callable[..., Page]
) -> None:
    source = Path(str(app.static_folder), "survey", "rules.js").read_text("utf-8")
    page = visit()
    page.goto("about:blank")
    page.add_script_tag(content=source)
    vectors = rule_vectors()
    assert len(vectors) > 300
    assert page.evaluate(DIFFERENCES, vectors) == []
