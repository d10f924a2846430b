"""The analysis pages in a real browser: they fit, they are accessible, a comparison is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.jobs import running
from surveyapp.reports import snapshots
from tests.browser.conftest import sign_in
from tests.browser.installation import speak
from tests.conftest import add_user
from tests.datasets.studies import small_study
from tests.reports.test_analysis_pages import ranked_study
from tests.reports.test_change_and_tables import moved

pytestmark = pytest.mark.browser
Axe = Callable[[Page], None]
Shot = Callable[..., object]
CUT_OFF = """[...document.querySelectorAll('.report .card')]
  .filter(card => card.scrollWidth > card.clientWidth).map(card => card.innerText.slice(0, 40))"""
"""Cards whose content is wider than they are: they hide the rest."""


def test_the_analysis_fits_and_a_comparison_is_made(
    app: Flask, site: str, visit: Callable[..., Page], axe: Axe, shot: Shot
) -> None:
    add_user("researcher")
    study = ranked_study().id
    moved(db.session.get_one(Study, study), 120, 30)
    here = f"{site}/studies/{study}/analysis"
    page = visit(width=1280, height=900, scheme="light", locale="en")
    sign_in(page, site, "researcher")
    speak(page, site, "en")
    page.goto(f"{here}/compare")
    page.get_by_label("Compare by").select_option("city")
    page.get_by_role("button", name="Compare").press("Enter")
    expect(page.get_by_text("Queued")).to_be_visible()
    running.run_waiting()
    page.goto(f"{here}/compare")
    page.get_by_role("link", name="By: City").click()
    expect(page.get_by_text("5 of 15 pairs differ by more than chance.").first).to_be_visible()
    result = page.url
    page.goto(f"{here}/tables")
    page.get_by_label("Question").select_option("fixed")
    page.get_by_label("Tabulate by").select_option("city")
    page.get_by_role("button", name="Tabulate").press("Enter")
    expect(page.get_by_text("Queued")).to_be_visible()
    running.run_waiting()
    page.goto(f"{here}/tables")
    page.get_by_role("row").get_by_role("link").click()
    expect(page.get_by_text("The columns answer differently, by more than chance.")).to_be_visible()
    table = page.url
    for width, scheme, locale in (
        (1280, "light", "en"),
        (1280, "dark", "zh"),
        (360, "light", "zh"),
    ):
        page = visit(width=width, height=900, scheme=scheme, locale="en")
        sign_in(page, site, "researcher")
        speak(page, site, "en" if locale == "en" else "zh-Hans")
        for name, address in (
            ("ranking", here),
            ("scales", f"{here}/scales"),
            ("data", f"{here}/data"),
            ("compare", f"{here}/compare"),
            ("comparison", result),
            ("change", f"{here}/change"),
            ("trend", f"{here}/trend"),
            ("tables", f"{here}/tables"),
            ("table", table),
        ):
            page.goto(address)
            shot(page, f"analysis_{name}_{width}_{scheme}_{locale}")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_scale_page_draws_its_scree_plot_and_prints(
    app: Flask, site: str, visit: Callable[..., Page], axe: Axe, shot: Shot
) -> None:
    add_user("researcher")
    study, _ = small_study()
    snapshots.refresh(study.id)
    address = f"{site}/studies/{study.id}/analysis/scales"
    for width, scheme in ((1280, "light"), (360, "dark")):
        page = visit(width=width, height=900, scheme=scheme, locale="en")
        sign_in(page, site, "researcher")
        page.goto(address)
        plot = page.locator("svg.scree").first
        expect(plot).to_be_visible()
        expect(plot.locator("circle").first).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        expect(page.get_by_text("95 %, bootstrap").first).to_be_visible()
        axe(page)
        shot(page, f"analysis_scree_{width}_{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_OFF) == []
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = false })")
    expect(page.get_by_text("95 %, bootstrap").first).to_be_hidden()
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size({"width": 800, "height": 1100})
    expect(page.locator(".analysis-pages")).to_be_hidden()
    expect(page.locator("svg.scree").first).to_be_visible()
    expect(page.get_by_text("95 %, bootstrap").first).to_be_visible()
    shot(page, "analysis_scree_print")
