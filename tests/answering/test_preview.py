"""The preview: the draft as it will look, for staff only, in a frame of ours, saving nothing."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask
from lxml import html
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
    for text in ("[", "[]", "null", "[" * 20_000):
        assert staff.get(_url(version="1", answers=text)).status_code == 200


def test_a_preview_is_shown_as_on_a_day_in_a_mode_with_an_arm_and_a_seed(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("full/experiment")
    staff = sign_in("researcher")
    asked = {"survey.today": "2026-02-01", "survey.mode": "kiosk", "seed": "77", "lang": "en"}
    for arm, words in (("warm", "We would be glad"), ("plain", "Please answer.")):
        answer = staff.get(_url(**asked, **{"random.wording": arm}))
        state = state_in(answer)
        assert state["facts"]["survey"] == {"today": "2026-02-01"}
        assert state["facts"]["random"] == {"wording": arm}
        assert state["seed"] == 77
        assert words in answer.get_data(as_text=True).partition('id="pages"')[0]
    drawn = state_in(staff.get(_url(seed="5", **{"random.wording": "nothing"})))
    assert drawn["facts"]["random"]["wording"] in ("warm", "plain")


def test_the_bar_above_a_preview_keeps_what_it_does_not_change(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("full/piping")
    given = {"customer.city": "杭州", "answers": '{"price": 6}', "page": "p2", "lang": "en"}
    page = sign_in("analyst").get(_url(**given)).get_data(as_text=True)
    tree = html.document_fromstring(page)
    bar = tree.xpath("//form[@class='bar']")[0]
    assert dict(bar.form_values()) == {
        "customer.city": "杭州",
        "answers": '{"price": 6}',
        "page": "p2",
        "lang": "en",
        "survey.mode": "link",
        "survey.today": bar.fields["survey.today"],
        "seed": "1",
    }
    assert "Twice: 12." in tree.xpath("//*[@id='page']")[0].text_content()


def test_a_preview_of_a_shuffled_questionnaire_follows_its_seed(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    build("full/shuffled")
    staff = sign_in("researcher")

    def order(seed: str) -> list[str]:
        tree = html.document_fromstring(staff.get(_url(seed=seed)).get_data(as_text=True))
        values: list[str] = tree.xpath("//*[@id='page']//input/@value")
        return values

    assert order("4") == order("4")
    assert len({tuple(order(str(seed))) for seed in range(1, 6)}) > 2
