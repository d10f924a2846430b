"""Labels, receipt codes and one person's link, as they are looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from surveyapp.database import db
from surveyapp.distribution import receipt_batches, receipt_codes, touchpoints
from surveyapp.distribution.labels.models import LabelFile
from surveyapp.distribution.models import Invitation, Touchpoint
from surveyapp.jobs import running
from tests.answering.world import build
from tests.browser.conftest import LOOKS
from tests.browser.installation import speak
from tests.distribution.builders import add_study

pytestmark = pytest.mark.browser
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Axe = Callable[[Page], None]
SUBMIT = "main form.card button[type=submit]"


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_labels_are_asked_for_and_fetched(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Axe,
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    study = add_study()
    touchpoints.add(study, ["上海南京西路店", "杭州湖滨店"], ["receipt", "entrance"])
    db.session.commit()
    page = desk("researcher", width, scheme="dark" if width == 1280 else "light")
    speak(page, site, language)
    page.goto(f"{site}/studies/{study.id}/touchpoints/labels")
    axe(page)
    shot(page, f"labels_empty_{language}_{width}")
    page.fill('[name="first"]', "30")
    page.locator(SUBMIT).click()
    expect(page.locator("#first-error")).to_be_visible()
    page.fill('[name="first"]', "5")
    page.locator(SUBMIT).click()
    expect(page.locator("progress")).to_be_visible()
    shot(page, f"labels_under_way_{language}_{width}")
    running.run_waiting()
    page.goto(f"{site}/studies/{study.id}/touchpoints/labels")
    assert page.evaluate(OVERFLOW) <= 0
    axe(page)
    shot(page, f"labels_{language}_{width}")
    with page.expect_download() as got:
        page.locator("main table a[download]").click()
    made = db.session.scalars(select(LabelFile)).one()
    assert got.value.suggested_filename == made.name
    assert got.value.path().stat().st_size == made.bytes


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_receipt_codes_are_made_and_scanned(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Axe,
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    world = build("single")
    till = db.session.scalars(select(Touchpoint)).one()
    till.once, till.store, till.label = "code", "上海南京西路店", "receipt"
    db.session.commit()
    page = desk("researcher", width, scheme="dark" if width == 1280 else "light")
    speak(page, site, language)
    page.goto(f"{site}/studies/{world.study.id}/touchpoints")
    shot(page, f"receipts_touchpoints_{language}_{width}")
    page.locator(f"main table a[href$='/touchpoints/{till.id}/receipts']").click()
    page.fill('[name="n"]', "10000")
    page.locator(SUBMIT).click()
    expect(page.locator("main table")).to_contain_text("10,000")
    ((batch, _used),) = receipt_batches.of_touchpoint(till.id)
    with page.expect_download() as got:
        page.locator("form[action$='codes.csv'] button").click()
    assert len(got.value.path().read_text("utf-8-sig").splitlines()) == 10_001
    customer = page.context.browser.new_page(viewport={"width": 360, "height": 700})  # type: ignore[union-attr]
    customer.goto(site + world.printed)
    expect(customer.locator("#number")).to_be_visible()
    shot(customer, f"receipts_asked_{language}_{width}")
    customer.fill("#number", "ABCDE-FGHJK")
    customer.locator("button").click()
    expect(customer.locator("#wrong")).to_be_visible()
    shot(customer, f"receipts_wrong_{language}_{width}")
    customer.goto(f"{site}{world.printed}/{receipt_codes.code_of(batch.id, 7)}")
    assert customer.url == site + world.printed
    customer.locator("label.option, .option label, label").first.click()
    customer.close()
    page.reload()
    assert page.evaluate(OVERFLOW) <= 0
    axe(page)
    shot(page, f"receipts_{language}_{width}")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_a_link_is_revoked_after_a_question(
    app: Flask,
    site: str,
    desk: Callable[..., Page],
    axe: Axe,
    shot: Callable[..., object],
    width: int,
    language: str,
) -> None:
    world = build("single")
    one = db.session.scalars(select(Invitation)).one()
    page = desk("researcher", width, scheme="dark" if width == 1280 else "light")
    speak(page, site, language)
    page.goto(f"{site}/studies/{world.study.id}/messages/{one.id}")
    axe(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("form[action$='/revoke'] button").click()
    expect(page.locator("main .timeline li")).to_have_count(2)
    page.wait_for_load_state()  # its words are there before its style sheet
    assert page.evaluate(OVERFLOW) <= 0
    shot(page, f"link_{language}_{width}")
    assert len(asked) == 1
    db.session.expire_all()
    assert one.token_version == 2
