"""The preview: the draft as it will look, for staff only, in a frame of ours, saving nothing."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from surveyapp.answering.sheet import survey_assets
from surveyapp.database import db
from surveyapp.designer.models import Questionnaire
from tests.answering.world import build, everything, state_in
from tests.auditing import AuditingClient


def _url(**query: str) -> str:
    row = db.session.scalars(select(Questionnaire)).one()
    return f"/preview/{row.id}?{urlencode(query)}"


def test_a_preview_is_for_staff_only(app: Flask, client: AuditingClient) -> None:
    build("all_types")
    assert client.get(_url()).status_code == 302


def test_a_preview_shows_the_draft_with_facts_and_answers_and_writes_nothing(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("customer_branch")
    staff = sign_in("researcher")
    before = everything()
    answer = staff.get(_url(**{"customer.product_line": "appliance", "lang": "en"}))
    assert answer.status_code == 200
    assert "Preview: nothing is saved" in answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"] == survey_assets().framed_policy
    state = state_in(answer)
    assert state["mode"] == "preview"
    assert state["facts"]["customer"] == {"product_line": "appliance"}
    assert everything() == before


def test_a_witness_fills_the_preview_in(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("branching")
    given = {"overall": 1, "reasons": ["wait"], "nobody": 3, "nps": {"a": 1}}
    answer = sign_in("analyst").get(_url(answers=json.dumps(given), page="p2"))
    assert state_in(answer)["page"] == "p2"
    assert set(state_in(answer)["answers"]) == {"overall", "reasons"}
    assert 'name="_page" value="p2"' in answer.get_data(as_text=True)


def test_a_preview_of_a_version_and_of_what_is_not_there(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("single")
    staff = sign_in("administrator")
    row = db.session.scalars(select(Questionnaire)).one()
    row.draft = {**row.draft, "pages": []}
    db.session.commit()
    assert "nothing to show" in staff.get(_url(lang="en")).get_data(as_text=True)
    assert staff.get(_url(version="1")).status_code == 200
    assert staff.get(_url(version="7")).status_code == 404
    assert staff.get("/preview/999").status_code == 404
    for text in ("[", "[]", "null"):
        assert staff.get(_url(version="1", answers=text)).status_code == 200
