"""The product once through, as people use it: designer, import, sample, text, answer, overview."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from surveyapp.accounts.samples import add_sample_users
from surveyapp.demo.stage import Stage, stage
from surveyapp.demo.steps import INVITATION, write_customers
from surveyapp.worker import Worker
from tests import ports
from tests.browser.installation import sign_in, speak

pytestmark = pytest.mark.browser

CUSTOMERS = 12
SHOOT = bool(os.environ.get("SURVEYAPP_SCREENSHOTS"))
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Keep a picture for the README when pictures are asked for."""
    if SHOOT:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


@pytest.fixture
def running(chromium: Browser, tmp_path: Path) -> Iterator[Stage]:
    """Web server, built-in phone and worker, on a morning when texts may leave."""
    with stage(tmp_path, environment={}, port=ports.free(), phone_port=ports.free()) as scene:
        morning = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=10, minute=0)
        scene.calendar.jump_to(morning - timedelta(days=1))
        add_sample_users()
        worker = Worker(scene.app)
        worker.start()
        yield scene
        worker.shut_down()


def test_from_a_template_to_an_answer_on_the_overview(
    running: Stage, visit: Callable[..., Page], tmp_path: Path
) -> None:
    desk = visit(width=1280, height=900, locale="en")
    desk.context.set_default_timeout(20_000)
    desk.on("dialog", lambda question: question.accept())
    sign_in(desk, running.base, "researcher")
    speak(desk, running.base, "en")

    publish_from_the_template(desk, running.base)
    import_customers(desk, running.base, tmp_path / "customers.csv")
    study = study_with_a_sample(desk, running.base)
    start_texting(desk, study)

    phone = visit(width=360, height=740, has_touch=True, is_mobile=True)
    phone.context.set_default_timeout(20_000)
    answers = open_the_text(phone, running.gateway.url)
    answer_everything(answers)

    desk.goto(study)
    completed = desk.locator(".figure", has_text="Completed").first.locator(".value")
    expect(completed).to_have_text("1")


def publish_from_the_template(desk: Page, base: str) -> None:
    """New questionnaire, checked, published."""
    desk.goto(f"{base}/questionnaires/new")
    desk.get_by_label("Title in English").fill("Walkthrough")
    desk.get_by_role("button", name="Create and edit").click()
    expect(desk.locator("h1")).to_have_text("Walkthrough")
    desk.goto(desk.url.rstrip("/") + "/check")
    publish = desk.get_by_role("button", name="Publish").first
    expect(publish).to_be_visible()
    publish.click()
    expect(desk.locator("main")).to_contain_text("v1")


def import_customers(desk: Page, base: str, file: Path) -> None:
    """A small CSV file through columns and preview; the worker imports it."""
    write_customers(file, CUSTOMERS, datetime.now(ZoneInfo("Asia/Shanghai")).date())
    desk.goto(f"{base}/customers/import")
    desk.set_input_files("#file", file)
    desk.get_by_role("button", name="Upload and check").click()
    desk.get_by_role("button", name="Import", exact=True).click()
    desk.wait_for_url("**/jobs/*")
    expect(desk.get_by_text("Done", exact=True).first).to_be_visible(timeout=30_000)
    desk.goto(f"{base}/customers")
    expect(desk.locator("main")).to_contain_text(f"{CUSTOMERS} customers")


def study_with_a_sample(desk: Page, base: str) -> str:
    """A study, and the sample of everyone who may be asked; the study's address."""
    desk.goto(f"{base}/studies/new")
    desk.get_by_label("Title").fill("First study")
    desk.get_by_role("button", name="Make the study").click()
    desk.wait_for_url("**/sample")
    for field in desk.locator('[name="strata_by"]').all():
        field.uncheck()
    desk.get_by_label("Answers wanted").fill("2")
    desk.get_by_role("button", name="Draw the sample").click()
    expect(desk.locator("#drawn-title")).to_be_visible(timeout=30_000)
    return desk.url.removesuffix("/sample")


def start_texting(desk: Page, study: str) -> None:
    """Write the invitation and let it leave."""
    desk.goto(f"{study}/waves")
    desk.get_by_role("button", name="Use these steps").click()
    desk.get_by_role("link", name="Edit").first.click()
    desk.fill('[name="a_zh"]', INVITATION["zh-Hans"])
    desk.fill('[name="a_en"]', INVITATION["en"])
    desk.get_by_role("button", name="Save the step").click()
    desk.get_by_role("button", name="Start texting").click()
    expect(desk.locator("#standing-title")).to_contain_text(re.compile("Scheduled|Running"))


def open_the_text(phone: Page, screen: str) -> Page:
    """Wait for the text on the built-in phone and tap its link."""
    link = phone.locator(".bubble a").first
    for _ in range(40):
        phone.goto(screen)
        if phone.locator(".phones li a").count():
            phone.locator(".phones li a").first.click()
            link.wait_for()
            break
        phone.wait_for_timeout(1000)
    picture(phone, "built-in-phone")
    with phone.expect_popup() as opened:
        link.tap()
    opened.value.wait_for_load_state()
    return opened.value


def answer_everything(answers: Page) -> None:
    """Answer page after page as a quick thumb would: the last choice of everything."""
    answers.set_default_timeout(20_000)
    for number in range(20):
        if answers.locator("#thanks").is_visible():
            break
        if number == 1:
            picture(answers, "phone")
        last = answers.locator("#next").get_attribute("value") == "submit"
        fill_visible(answers)
        answers.locator("#next").click()
        if last:
            expect(answers.locator("#thanks")).to_be_visible(timeout=20_000)
    expect(answers.locator("#thanks-title")).to_be_visible()


def fill_visible(answers: Page) -> None:
    """Choose the last card of each question, write a number or a word where one is asked."""
    page = answers.locator("[data-page]:not([hidden])")
    names = page.locator("input[type=radio]").evaluate_all("e => [...new Set(e.map(x => x.name))]")
    for name in names:
        card = page.locator(f'label:has(input[name="{name}"])')
        if card.first.is_visible():
            card.last.tap()
    for box in page.locator("input.text, input[type=number], textarea").all():
        if box.is_visible():
            box.fill("1")
