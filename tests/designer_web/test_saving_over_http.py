"""Every change over HTTP: plain forms, the same swapped in, stale copies, refused values."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.designer.places import LISTS, spots
from tests.designer_web.conftest import HTMX, document, post, replay, stored

TITLE = "question:channel/title.en"


def test_a_plain_form_saves_and_comes_back(staff, made):
    answer = post(staff, made.id, {"do": "set", TITLE: "How?"})
    assert answer.status_code == 302
    assert "How?" in staff.get(answer.location).text
    assert document(made.id).question_by_id["channel"].title["en"] == "How?"


def test_the_script_gets_the_parts_alone_with_the_new_revision(staff, made):
    answer = post(staff, made.id, {TITLE: "How?"}, headers=HTMX)
    assert answer.json["state"]["revision"] == "2"
    assert "How?" in answer.json["parts"]["canvas"][1]
    assert "<html" not in answer.text


def test_a_form_of_many_parts_is_one_change(staff, made):
    fields = {
        "question:channel/required": ["0"],
        "option:channel.phone/label.en": "Telephone",
        "option:channel.phone/label.zh-Hans": "打电话",
        "question:contacts/minimum": "",
        "document/languages": ["", "en", "zh-Hans"],
    }
    post(staff, made.id, fields)
    questions = document(made.id).question_by_id
    assert questions["channel"].required is False
    assert questions["channel"].options[0].label == {"en": "Telephone", "zh-Hans": "打电话"}
    assert questions["contacts"].minimum is None
    assert stored(made.id).revision == 2


def test_buttons_add_move_copy_and_delete(staff, made):
    page = {"into": "page:contact"}
    for type_ in ("likert_grid", "nps", "information"):
        replay(staff, made.id, {"do": "add", "what": "question", "type": type_, **page})
    replay(staff, made.id, {"do": "move", "at": "question:q3", "into": "page:contact", "index": 0})
    replay(staff, made.id, {"do": "copy", "at": "question:q2"})
    answer = replay(staff, made.id, {"do": "delete", "at": "question:q1"}, headers=HTMX)
    ids = [q.id for q in document(made.id).pages[0].questions]
    assert ids == ["q3", "channel", "solved", "contacts", "q2", "q4"]
    assert "undo-toast" in answer.text


def test_what_is_new_is_selected_and_wants_the_focus(staff, made):
    edit = {"do": "add", "what": "question", "type": "nps", "into": "page:contact", "index": 1}
    answer = replay(staff, made.id, edit, headers=HTMX)
    assert answer.json["state"]["here"] == "question:q1"
    assert answer.json["state"]["focus"] == "question-q1"
    assert "Added." in answer.text


def test_after_deleting_the_neighbour_is_selected(staff, made):
    answer = replay(staff, made.id, {"do": "delete", "at": "question:channel"}, headers=HTMX)
    assert answer.json["state"]["here"] == "question:solved"


def test_undo_brings_back_what_was_deleted_and_redo_takes_it_away(staff, made):
    before = document(made.id)
    replay(staff, made.id, {"do": "delete", "at": "page:contact"})
    for step, expected in (("undo", before), ("redo", None), ("undo", before)):
        data = {"revision": stored(made.id).revision, "here": "page:speed_page"}
        answer = staff.post(f"/questionnaires/{made.id}/{step}", data=data, headers=HTMX)
        assert answer.status_code == 200
        assert (document(made.id) == before) == (expected is not None)


def test_undo_of_a_stale_copy_is_refused(staff, made):
    post(staff, made.id, {TITLE: "Theirs"})
    answer = staff.post(f"/questionnaires/{made.id}/undo", data={"revision": 1})
    assert answer.status_code == 409


def test_nothing_to_undo_says_so(staff, made):
    answer = staff.post(f"/questionnaires/{made.id}/undo", data={"revision": 1})
    assert answer.status_code == 422
    assert "There is nothing to undo." in answer.text


def test_the_second_of_two_saves_is_told_what_changed_and_loses_nothing(staff, sign_in, made):
    other = sign_in("researcher")
    post(other, made.id, {"question:solved/title.en": "Solved by now?"}, revision=1)
    answer = post(staff, made.id, {TITLE: "Mine"}, revision=1)
    assert answer.status_code == 409
    text = html.unescape(answer.text)
    for expected in (
        "researcher@example.com",
        "Has your problem been solved by now?",
        "Solved by now?",
        "You wrote:",
        "Mine",
    ):
        assert expected in text
    assert document(made.id).question_by_id["channel"].title["en"] != "Mine"

    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    again = staff.post(
        f"/questionnaires/{made.id}/edit", data={k: html.unescape(v) for k, v in form.items()}
    )
    assert again.status_code == 302
    questions = document(made.id).question_by_id
    assert questions["channel"].title["en"] == "Mine"
    assert questions["solved"].title["en"] == "Solved by now?"


def test_the_script_gets_the_conflict_alone(staff, made):
    post(staff, made.id, {TITLE: "Theirs"}, revision=1)
    answer = post(staff, made.id, {TITLE: "Mine"}, revision=1, headers=HTMX)
    assert answer.status_code == 409
    assert answer.text.lstrip().startswith('<section class="conflict"')
    assert 'data-revision="2"' in answer.text


def test_a_change_of_what_someone_deleted_says_so_and_shows_what_was_written(staff, made):
    replay(staff, made.id, {"do": "delete", "at": "question:channel"})
    answer = post(staff, made.id, {TITLE: "Precious words"})
    assert answer.status_code == 422
    assert "not there any more" in answer.text
    assert "Precious words" in answer.text


def test_a_refused_value_stays_in_its_field_with_the_reason(staff, made):
    fields = {"question:contacts/decimals": "9", "here": "question:contacts"}
    answer = post(staff, made.id, fields)
    assert answer.status_code == 422
    assert "Give 6 or less." in answer.text
    assert 'value="9"' in answer.text
    assert stored(made.id).revision == 1


@pytest.mark.parametrize("here", ["question:contacts", "question:channel"])
@pytest.mark.parametrize("panel", ["properties", "comments"])
def test_a_refusal_is_said_once_wherever_its_field_is(staff, made, here, panel):
    fields = {"question:contacts/decimals": "9", "here": here, "panel": panel}
    page = post(staff, made.id, fields).text
    assert page.count("Give 6 or less.") == 2  # beside its field or above all, and for the script
    beside = (here, panel) == ("question:contacts", "properties")
    assert ("message error" in page) is not beside
    if not beside:
        assert re.search(r">Question “[^<]*” – Give 6 or less. “9”</p>", page)


def test_a_rule_that_is_refused_for_a_part_out_of_sight_says_so(staff, made):
    fields = {"do": "rule-text", "at": "question:contacts", "field": "show", "text": "outcome <"}
    page = post(staff, made.id, {**fields, "here": "question:channel"}).text
    assert 'class="message error" role="alert"' in page


def test_nonsense_is_refused_not_failed(staff, made):
    for fields in (
        {"do": "replay", "edit": "["},
        {"do": "replay", "edit": "7"},
        {"do": "fly"},
        {"do": "add", "what": "question", "type": "unknown", "into": "page:contact"},
        {"do": "move", "at": "question:none", "index": "x"},
    ):
        assert post(staff, made.id, fields).status_code == 422, fields


def test_texts_are_shown_as_text(staff, made):
    post(staff, made.id, {TITLE: '<script>alert("x")</script>'})
    page = staff.get(f"/questionnaires/{made.id}").text
    assert "<script>alert" not in page


def test_a_contradiction_needs_a_question(staff, app):
    empty = editor.create(template("empty"), "a")
    db.session.commit()
    answer = replay(staff, empty.id, {"do": "add", "what": "contradiction", "into": "document"})
    assert "Add a question first" in answer.text
    replay(staff, empty.id, {"do": "add", "what": "question", "type": "nps", "into": "page:page1"})
    replay(staff, empty.id, {"do": "add", "what": "contradiction", "into": "document"})
    assert document(empty.id).contradictions[0].when == {"answered": [{"answer": "q1"}]}


PLACES = [place for place, _ in spots(template("aftersales").model_dump(mode="json"))]
edits = st.fixed_dictionaries(
    {
        "do": st.sampled_from(["add", "copy", "move", "delete"]),
        "at": st.sampled_from(PLACES),
        "what": st.sampled_from(sorted(LISTS)),
        "type": st.sampled_from(["single", "multiple", "likert", "likert_grid", "nps", "number"]),
        "into": st.sampled_from(["document", *PLACES[:12]]),
        "index": st.integers(0, 5),
    }
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(edits, min_size=4, max_size=8))
def test_any_sequence_of_changes_keeps_a_document(staff, edits):
    found = editor.create(template("aftersales"), "a")
    db.session.commit()
    for edit in edits:
        answer = replay(staff, found.id, edit, headers=HTMX)
        assert answer.status_code in (200, 422)
        assert Document.model_validate(stored(found.id).draft)


@pytest.mark.parametrize(
    "edit",
    [
        "[" * 100_000,
        '{"do": "set", "values": ' + '{"a":' * 3000 + "1" + "}" * 3001,
        '{"do": "set", "at": "question:nps", "values": {"show": '
        + '{"not": [' * 300 + "true" + "]}" * 300 + "}}",
        '{"do": "set", "at": "question:nps", "values": {"show": {"==": [1e999, 1]}}}',
        '{"do": "set", "at": "question:nps", "values": {"title": {"en": "\\ud800"}}}',
    ],
)  # fmt: skip
def test_edits_that_nobody_writes_by_hand_are_refused(staff, made, edit):
    before = stored(made.id).revision
    assert post(staff, made.id, {"do": "replay", "edit": edit}).status_code == 422
    assert stored(made.id).revision == before
