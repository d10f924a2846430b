"""Brands in a real browser: the form with its live page, and the customer's page in every mode."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.brands import known
from surveyapp.brands.contrast import channels
from surveyapp.brands.shades import LIGHT, shades
from surveyapp.database import db
from surveyapp.designer.library import template
from surveyapp.distribution.models import Study
from tests.answering.world import build
from tests.brands.pages import branded
from tests.brands.test_keeping import add
from tests.brands.test_logos import picture
from tests.browser.conftest import LOOKS
from tests.browser.test_answering import fill, go_on
from tests.browser.test_answering_looks import OVERFLOW

pytestmark = pytest.mark.browser
BLUE = {"zh-Hans": "蓝山家电", "en": "Blue Hill"}


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_a_brand_is_made_beside_its_page(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    tmp_path: Path,
    width: int,
    language: str,
) -> None:
    page = desk("administrator", width=width)
    page.request.post(f"{site}/language/{language}")
    page.goto(f"{site}/brands")
    axe(page)
    shot(page, f"brands_empty_{language}_{width}")
    page.goto(f"{site}/brands/new")
    page.locator("#name_zh").fill("橙品")
    page.locator("#colour").fill("#ffd400")
    expect(page.locator(".advice .unfit")).to_have_count(1)
    frame = page.frame_locator(".handset iframe")
    red, green, blue = channels(shades("#ffd400", LIGHT).fill)
    filled = f"rgb({red}, {green}, {blue})"
    expect(frame.locator("#next")).to_have_css("background-color", filled)
    expect(frame.locator(".mark")).to_have_text("橙品")
    axe(page)
    logo = tmp_path / "logo.png"
    logo.write_bytes(picture())
    page.locator("#logo").set_input_files(logo)
    shot(page, f"brand_new_{language}_{width}")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".brand-cards img")).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0
    axe(page)
    page.locator(".brand-cards a").click()
    expect(frame.locator(".mark img")).to_be_visible()
    axe(page)
    shot(page, f"brand_edit_{language}_{width}")
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(frame.locator(".mark img")).to_be_visible()
    axe(page)
    shot(page, f"brand_edit_{language}_{width}_dark")
    page.locator("button.danger").click()
    page.locator(".toast button").click()
    expect(page.locator(".brand-cards a")).to_have_text("橙品")
    shot(page, f"brands_{language}_{width}")


@pytest.mark.parametrize(("scheme", "language"), [("light", "zh-Hans"), ("dark", "en")])
def test_the_customers_page_in_a_brand_is_accessible(
    app: Flask,
    site: str,
    visit: Callable[..., Page],
    axe: Callable[[Page], None],
    shot: Callable[..., Path],
    scheme: str,
    language: str,
) -> None:
    world = build(template("aftersales"))
    branded(world.study, name=BLUE, colour="#0a2a66")
    page = visit(scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}{world.url}?lang={language}")
    logo = page.locator(".mark img")
    expect(logo).to_have_attribute("alt", BLUE[language])
    expect(logo).to_have_js_property("complete", True)
    assert len([url for url in asked if not url.startswith("data:")]) == 2
    axe(page)
    shot(page, f"branded_{language}_{scheme}")
    other = next(code for code in BLUE if code != language)
    page.locator("[name=_lang]").click()
    expect(logo).to_have_attribute("alt", BLUE[other])
    page.locator("label.card").first.click()
    axe(page)
    shot(page, f"branded_chosen_{other}_{scheme}")
    assert page.evaluate(OVERFLOW) <= 0
    page.goto(f"{site}/o/{world.tokens[0]}")
    axe(page)
    shot(page, f"branded_opt_out_{scheme}")


def test_a_drawing_in_black_or_white_is_seen_on_any_page(
    app: Flask, site: str, visit: Callable[..., Page], shot: Callable[..., Path]
) -> None:
    world = build("nps")
    for ink, scheme, shown in (
        ("#111111", "dark", "rgb(255, 255, 255)"),
        ("#111111", "light", "rgba(0, 0, 0, 0)"),
        ("#fafafa", "light", "rgb(23, 28, 31)"),
    ):
        branded(world.study, picture=picture(ink=ink))
        page = visit(scheme=scheme)
        page.goto(site + world.url)
        expect(page.locator(".mark img")).to_have_css("background-color", shown)
        shot(page, f"branded_plate_{ink[1:]}_{scheme}")
    forced = visit(forced_colors="active")
    forced.goto(site + world.url)
    expect(forced.locator(".mark img")).to_have_css("background-color", "rgb(23, 28, 31)")
    shot(forced, "branded_forced_colours")
    forced.emulate_media(media="print", forced_colors="none")
    expect(forced.locator(".mark img")).to_be_visible()


def test_without_a_script_and_without_a_logo(
    app: Flask, site: str, visit: Callable[..., Page], axe: Callable[[Page], None]
) -> None:
    world = build("nps")
    brand = add(name=BLUE, colour="#e1251b")
    db.session.get_one(Study, world.study.id).brand_id = brand.id
    db.session.commit()
    known.forget()
    page = visit(java_script_enabled=False)
    page.goto(f"{site}{world.url}?lang=en")
    expect(page.locator(".mark")).to_have_text(BLUE["en"])
    expect(page.locator("#next")).to_have_css("background-color", "rgb(225, 37, 27)")
    page = visit()
    page.goto(f"{site}{world.url}?lang=en")
    page.locator("[name=_lang]").click()
    expect(page.locator(".mark")).to_have_text(BLUE["zh-Hans"])
    fill(page, {"nps": 9})
    go_on(page)
    axe(page)
