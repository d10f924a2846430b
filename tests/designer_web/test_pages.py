"""The pages of the designer over HTTP; each one is audited by the client."""

import pytest

from surveyapp.designer.places import spots
from tests.designer_web.conftest import stored


def test_the_empty_list_offers_the_next_step(staff):
    page = staff.get("/questionnaires").text
    assert "No questionnaire yet" in page
    assert "/questionnaires/new" in page


def test_a_questionnaire_from_a_template_can_be_edited_at_once(staff):
    offered = staff.get("/questionnaires/new").text
    assert "25 %" in offered
    answer = staff.post(
        "/questionnaires/new", data={"template": "aftersales", "name_en": "Spring wave"}
    )
    assert "<h1>Spring wave</h1>" in staff.get(answer.location).text
    row = staff.get("/questionnaires").text
    assert "Spring wave" in row
    assert "Draft" in row
    assert "administrator@example.com" in row


def test_an_unknown_template_is_refused_in_words(staff):
    answer = staff.post("/questionnaires/new", data={"template": "other"})
    assert answer.status_code == 422


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_one_of_every_kind_of_selection_is_a_good_page(staff, made, language):
    staff.post(f"/language/{language}")
    panels = ["document", "introduction", "thank_you", "dimensions", "contradictions", "nonsense"]
    first = {}
    for place, spot in spots(made.draft):
        first.setdefault((spot.kind, spot.part.get("type")), place)
    for place in [*panels, *first.values()]:
        answer = staff.get(f"/questionnaires/{made.id}?at={place}")
        assert answer.status_code == 200, place
    phone = staff.get(f"/questionnaires/{made.id}?panel=preview&lang=zh-Hans").text
    assert f"/preview/{made.id}?lang=zh-Hans" in phone


def test_copying_and_putting_away_can_be_taken_back(staff, made):
    copy = staff.post(f"/questionnaires/{made.id}/copy")
    assert "(copy)" in staff.get(copy.location).text
    gone = staff.post(f"/questionnaires/{made.id}/archive")
    listed = staff.get(gone.location).text
    assert f'href="/questionnaires/{made.id}"' not in listed
    assert "Undo" in listed
    assert f'href="/questionnaires/{made.id}"' in staff.get("/questionnaires?away=1").text
    staff.post(f"/questionnaires/{made.id}/restore")
    assert stored(made.id).archived_at is None


def test_an_analyst_reads_and_changes_nothing(sign_in, made):
    analyst = sign_in("analyst")
    for path in ("", "/check", "/proof", "/versions"):
        answer = analyst.get(f"/questionnaires/{made.id}{path}")
        assert answer.status_code == 200
        assert "Publish version" not in answer.text
    assert "You may read this questionnaire" in analyst.get(f"/questionnaires/{made.id}").text
    for path in ("edit", "undo", "redo", "publish", "copy", "archive", "restore"):
        assert analyst.post(f"/questionnaires/{made.id}/{path}").status_code == 403
    assert analyst.get("/questionnaires/new").status_code == 403


def test_nobody_else_gets_in(client, made):
    assert client.get(f"/questionnaires/{made.id}").status_code == 302
    answer = client.get(f"/questionnaires/{made.id}", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_what_is_not_there(staff):
    for path in ("", "/check", "/versions", "/versions/1", "/versions/1.json"):
        assert staff.get(f"/questionnaires/99{path}").status_code == 404
