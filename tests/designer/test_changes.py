from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.changes import compare
from surveyapp.designer.edits import apply
from tests.designer.test_edits import ALL, SMALL, add, put


def kinds(before, after):
    return [(change.kind, change.place) for change in compare(before, after)]


def after(*edits, start=SMALL):
    for edit in edits:
        start = apply(start, edit)
    return start


def test_nothing_changed():
    assert compare(ALL, ALL) == ()


def test_a_changed_field_is_named_with_both_values():
    (change,) = compare(SMALL, after(put("question:q1", title={"en": "Happy?"})))
    assert (change.kind, change.place) == ("changed", "question:q1")
    (field,) = change.fields
    assert (field.name, field.before, field.after) == ("title.en", "Satisfied?", "Happy?")


def test_a_rule_is_one_field():
    rule = {"==": [{"answer": "q1"}, "no"]}
    (change,) = compare(SMALL, after(put("question:q2", show=rule)))
    assert [f.name for f in change.fields] == ["show"]


def test_adding_and_deleting_a_page_is_one_change():
    copied = after({"do": "copy", "at": "page:page1"})
    assert kinds(SMALL, copied) == [("added", "page:page3")]
    assert kinds(copied, SMALL) == [("removed", "page:page3")]


def test_options_are_parts_of_their_own():
    assert kinds(SMALL, after(add("option", into="question:q1"))) == [
        ("added", "option:q1.option_1")
    ]
    assert kinds(SMALL, after({"do": "delete", "at": "option:q1.no"})) == [
        ("removed", "option:q1.no")
    ]


def test_only_what_overtook_is_moved():
    many = after(*(add("page") for _ in range(3)))
    last_first = after({"do": "move", "at": "page:page5", "index": 0}, start=many)
    assert kinds(many, last_first) == [("moved", "page:page5")]
    other_page = after({"do": "move", "at": "question:q1", "into": "page:page2"})
    assert kinds(SMALL, other_page) == [("moved", "question:q1")]


def test_deleting_moves_nothing():
    assert kinds(SMALL, after({"do": "delete", "at": "question:q1"})) == [
        ("removed", "question:q1")
    ]


def test_the_document_itself():
    (change,) = compare(SMALL, after(put("document", title={"en": "New"})))
    assert (change.place, change.fields[0].name) == ("document", "title.en")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_documents_are_equal_when_nothing_is_reported(data):
    pages = [f"page:{page.id}" for page in ALL.pages]
    questions = [f"question:{q.id}" for q in ALL.questions()]
    at = data.draw(st.sampled_from(pages + questions))
    index = data.draw(st.integers(0, 12))
    moved = apply(ALL, {"do": "move", "at": at, "index": index})
    assert (compare(ALL, moved) == ()) == (moved == ALL)
