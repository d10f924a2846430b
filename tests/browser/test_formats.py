"""Importing a file and exporting in a real browser, on a phone and on a desk."""

import json

import pytest
from playwright.sync_api import expect

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from tests.browser.conftest import LOOKS, sign_in
from tests.conftest import add_user

pytestmark = pytest.mark.browser

KINDS = ["matrixdynamic", "signaturepad", "paneldynamic"]
SURVEY = {
    "title": "Service after the sale",
    "pages": [{"name": "p1", "title": "You", "elements": [
        {"type": "radiogroup", "name": "Again?", "title": "Would you <b>come again</b>?",
         "choices": ["yes", "no", "maybe later"]},
        {"type": "text", "name": "why", "visibleIf": "age({born}) > 18 and {Again?} = 'no'"},
        *({"type": kind, "name": f"question about {kind}"} for kind in KINDS),
        {"type": "rating", "name": "stars", "rateValues": [0, 5, 10]}]}],
}  # fmt: skip


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_a_file_is_reported_and_then_opened(app, site, visit, axe, shot, tmp_path, language, width):
    user = add_user("researcher")
    user.language = language
    db.session.commit()
    file = tmp_path / "survey.json"
    file.write_text(json.dumps(SURVEY), "utf-8")
    page = visit(width)
    sign_in(page, site, "researcher")
    page.goto(f"{site}/questionnaires/import")
    axe(page)
    shot(page, f"import-{language}-{width}")
    page.set_input_files("[name=file]", file)
    page.press("[name=kind]", "Enter")
    page.locator("main form button.primary").click()
    expect(page.locator("#not-carried")).to_contain_text("(6)")
    axe(page)
    shot(page, f"import-report-{language}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_have_text("Service after the sale")
    made = editor.create(template("aftersales"), user.email)
    db.session.commit()
    page.goto(f"{site}/questionnaires/{made.id}/export")
    page.locator("details summary").first.click()
    axe(page)
    shot(page, f"export-{language}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
