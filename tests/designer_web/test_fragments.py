"""Saves answer with what changed and nothing else; a save asked twice is made once."""

import gzip

import pytest

from surveyapp.database import db
from surveyapp.designer import editor, findings_at_hand
from surveyapp.designer.document import Document
from tests.designer_web.conftest import HTMX, document, post, replay, stored

TITLE = "question:channel/title.en"


def has(answer, before=None):
    """The header of a browser that shows what `answer` brought on top of `before`."""
    keys = dict(before or {})
    keys |= {name: key for name, (key, _) in answer.json["parts"].items()}
    return keys, {**HTMX, "Editor-Has": " ".join(f"{n}={k}" for n, k in keys.items())}


def show(client, number, at="question:channel", headers=HTMX):
    return client.get(f"/questionnaires/{number}?at={at}", headers=headers)


def test_a_browser_that_has_everything_gets_nothing(staff, made):
    keys, headers = has(show(staff, made.id))
    assert {"bar", "canvas", "properties", "o-page-contact"} <= set(keys)
    again = show(staff, made.id, headers=headers)
    assert again.json["parts"] == {}
    assert again.json["pages"] == [f"o-page-{page.id}" for page in document(made.id).pages]


def test_new_words_bring_their_page_and_no_other(staff, made):
    _, headers = has(show(staff, made.id))
    answer = post(staff, made.id, {TITLE: "How?"}, headers=headers)
    assert set(answer.json["parts"]) == {"bar", "o-page-contact", "canvas", "properties"}


def test_another_selection_brings_the_two_pages_that_it_marks(staff, made):
    _, headers = has(show(staff, made.id))
    page = document(made.id).pages[2].id
    answer = show(staff, made.id, at=f"page:{page}", headers=headers)
    lines = {name for name in answer.json["parts"] if name.startswith("o-")}
    assert lines == {"o-page-contact", f"o-page-{page}"}


def test_a_deleted_page_is_no_longer_in_the_order(staff, made):
    _, headers = has(show(staff, made.id))
    answer = replay(staff, made.id, {"do": "delete", "at": "page:contact"}, headers=headers)
    assert "o-page-contact" not in answer.json["pages"]
    assert "undo-toast" in answer.json["parts"]["notices"][1]


def test_another_language_of_the_interface_is_another_outline(staff, made):
    _, headers = has(show(staff, made.id))
    staff.post("/language/zh-Hans")
    assert "o-page-contact" in show(staff, made.id, headers=headers).json["parts"]


def test_a_whole_page_names_its_parts(staff, made):
    keys, _ = has(show(staff, made.id))
    page = staff.get(f"/questionnaires/{made.id}?at=question:channel").text
    for name, key in keys.items():
        assert f'id="{name}"' in page
        assert f"&#34;{name}&#34;: &#34;{key}&#34;" in page


def test_a_step_by_its_button(staff, made):
    answer = post(staff, made.id, {"do": "replay", "step": "down question:channel"}, headers=HTMX)
    assert answer.json["state"]["says"].startswith("Question 2 of")
    ids = [q.id for q in document(made.id).pages[0].questions]
    assert ids.index("channel") == 1
    stuck = post(staff, made.id, {"do": "replay", "step": "up page:contact"}, headers=HTMX)
    assert stuck.status_code == 422
    assert "cannot go further" in stuck.json["parts"]["notices"][1]


def test_a_save_whose_answer_was_lost_is_not_made_twice(staff, made):
    edit = {"do": "copy", "at": "question:channel"}
    fields = {"token": "one"}
    first = replay_with(staff, made.id, edit, fields, revision=1)
    again = replay_with(staff, made.id, edit, fields, revision=1)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json["state"]["revision"] == "2"
    assert len(document(made.id).pages[0].questions) == 4
    other = replay_with(staff, made.id, edit, {"token": "two"}, revision=1)
    assert other.status_code == 409


def replay_with(client, number, edit, fields, revision):
    import json

    data = {"do": "replay", "edit": json.dumps(edit), "here": "question:channel", **fields}
    data["revision"] = revision
    return client.post(f"/questionnaires/{number}/edit", data=data, headers=HTMX)


def test_an_undo_whose_answer_was_lost_is_not_made_twice(staff, made):
    post(staff, made.id, {TITLE: "One"})
    post(staff, made.id, {TITLE: "Two"})
    data = {"revision": 3, "here": "question:channel", "token": "undo"}
    for _ in range(2):
        answer = staff.post(f"/questionnaires/{made.id}/undo", data=data, headers=HTMX)
        assert answer.status_code == 200
    assert document(made.id).question_by_id["channel"].title["en"] == "One"
    assert stored(made.id).revision == 4


@pytest.fixture
def long(app):
    """A questionnaire that is too long for a check with every answer."""
    questions = [{"id": f"q{n}", "type": "nps"} for n in range(findings_at_hand.SHORT + 1)]
    tree = {
        "title": {"en": "Long", "zh-Hans": "长"},
        "pages": [{"id": "p", "questions": questions}],
    }
    found = editor.create(Document.model_validate(tree), "a@example.com")
    db.session.commit()
    return found


def test_nobody_waits_for_the_findings_of_a_long_questionnaire(staff, long, monkeypatch):
    opened = show(staff, long.id, at="question:q1")
    assert opened.json["state"]["checked"] == ""
    keys, headers = has(opened)
    found = staff.get(f"/questionnaires/{long.id}/findings?at=question:q1", headers=headers)
    assert found.json["state"]["checked"] == "1"
    assert "o-page-p" in found.json["parts"]
    monkeypatch.setattr(findings_at_hand.proofs, "known", lambda document: 1 / 0)
    keys, headers = has(found, keys)
    assert show(staff, long.id, at="question:q1", headers=headers).json["state"]["checked"] == "1"
    saved = post(staff, long.id, {"question:q1/title.en": "Would you?"}, headers=headers)
    assert saved.json["state"]["checked"] == ""
    assert "Something is wrong here" in saved.json["parts"]["o-page-p"][1]


def test_answers_are_compressed_for_those_who_take_it(staff, made):
    url = f"/questionnaires/{made.id}"
    plain = staff.get(url, headers=HTMX)
    packed = staff.get(url, headers={**HTMX, "Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding, Cookie"
    assert gzip.decompress(packed.data) == plain.data
    _, headers = has(plain)
    small = staff.get(url, headers={**headers, "Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers
