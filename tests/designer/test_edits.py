import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.document import Document
from surveyapp.designer.edits import apply, fresh_id
from surveyapp.designer.library import template
from surveyapp.designer.places import LISTS, find, spots
from surveyapp.findings import SurveyError

ALL = Document.model_validate_json(
    (Path(__file__).parents[1] / "questionnaires" / "all_types.json").read_text()
)
LABELS = {1: {"en": "bad"}, 3: {"en": "so so"}, 5: {"en": "good"}}
SMALL = Document.model_validate(
    {
        "pages": [
            {
                "id": "page1",
                "questions": [
                    {
                        "id": "q1",
                        "type": "single",
                        "title": {"zh-Hans": "满意吗？", "en": "Satisfied?"},
                        "options": [{"id": "yes"}, {"id": "no"}],
                    },
                    {
                        "id": "q2",
                        "type": "likert",
                        "dimension": "speed",
                        "scale": {"points": 5, "labels": LABELS},
                        "show": {"==": [{"answer": "q1"}, "yes"]},
                    },
                ],
            },
            {"id": "page2", "show": {"answered": [{"answer": "q1"}]}},
        ],
        "dimensions": [{"id": "speed", "weight": 100}],
    }
)


def put(place, **values):
    return {"do": "set", "at": place, "values": values}


def add(kind, **more):
    return {"do": "add", "what": kind, **more}


def ids(document):
    return [[q.id for q in page.questions] for page in document.pages]


def code(document, edit):
    with pytest.raises(SurveyError) as error:
        apply(document, edit)
    return error.value.findings[0]


def test_setting_a_text_leaves_the_other_language_alone():
    edit = {"do": "set", "at": "question:q1", "values": {"title": {"en": "Happy?"}}}
    assert apply(SMALL, edit).question_by_id["q1"].title == {"zh-Hans": "满意吗？", "en": "Happy?"}


def test_an_empty_text_is_removed():
    edit = {"do": "set", "at": "question:q1", "values": {"title": {"en": ""}}}
    assert apply(SMALL, edit).question_by_id["q1"].title == {"zh-Hans": "满意吗？"}


def test_values_of_a_form_are_read_by_their_field():
    edit = {"do": "set", "at": "question:q1", "values": {"required": "1", "show": None}}
    assert apply(SMALL, edit).question_by_id["q1"].required is True
    edit = {"do": "set", "at": "dimension:speed", "values": {"weight": "12.5"}}
    assert str(apply(SMALL, edit).dimensions[0].weight) == "12.5"


def test_a_rule_is_replaced_not_merged():
    rule = {"answered": [{"answer": "q1"}]}
    edit = {"do": "set", "at": "question:q2", "values": {"show": rule}}
    assert apply(SMALL, edit).question_by_id["q2"].show == rule


@pytest.mark.parametrize(("points", "at"), [("7", {1, 3, 7}), ("3", {1, 3}), ("4", {1, 3, 4})])
def test_the_label_of_the_upper_end_follows_the_number_of_points(points, at):
    edit = {"do": "set", "at": "question:q2", "values": {"scale": {"points": points}}}
    scale = apply(SMALL, edit).question_by_id["q2"].scale
    assert scale.points == int(points)
    assert set(scale.labels) == at
    assert scale.labels[int(points)] == {"en": "good"}


def test_a_label_of_a_point_can_be_set_and_removed():
    edit = {"do": "set", "at": "question:q2", "values": {"scale": {"labels": {"2": {"en": "meh"}}}}}
    assert apply(SMALL, edit).question_by_id["q2"].scale.labels[2] == {"en": "meh"}


def test_a_new_type_keeps_what_both_have():
    edit = {"do": "set", "at": "question:q1", "values": {"type": "multiple"}}
    changed = apply(SMALL, edit).question_by_id["q1"]
    assert changed.type == "multiple"
    assert [o.id for o in changed.options] == ["yes", "no"]
    again = apply(apply(SMALL, edit), {**edit, "values": {"type": "long_text"}})
    assert again.question_by_id["q1"].title["en"] == "Satisfied?"


def test_adding_gives_fresh_ids_and_the_wanted_position():
    edit = {"do": "add", "what": "question", "into": "page:page1", "index": 1}
    added = apply(SMALL, {**edit, "value": {"type": "nps"}})
    assert ids(added) == [["q1", "q3", "q2"], []]
    added = apply(SMALL, {"do": "add", "what": "option", "into": "question:q1", "value": {}})
    assert [o.id for o in added.question_by_id["q1"].options] == ["yes", "no", "option_1"]
    assert ids(apply(SMALL, {"do": "add", "what": "page"}))[2:] == [[]]


def test_copying_a_page_copies_its_questions_and_turns_their_rules_to_the_copies():
    copied = apply(SMALL, {"do": "copy", "at": "page:page1"})
    assert ids(copied) == [["q1", "q2"], ["q3", "q4"], []]
    assert copied.question_by_id["q4"].show == {"==": [{"answer": "q3"}, "yes"]}
    assert copied.pages[2].show == {"answered": [{"answer": "q1"}]}


def test_moving_within_a_page_and_to_another():
    move = {"do": "move", "at": "question:q1"}
    assert ids(apply(SMALL, {**move, "index": 1})) == [["q2", "q1"], []]
    assert ids(apply(SMALL, {**move, "into": "page:page2", "index": 0})) == [["q2"], ["q1"]]
    assert [p.id for p in apply(SMALL, {"do": "move", "at": "page:page1"}).pages] == [
        "page2",
        "page1",
    ]


def test_deleting_a_dimension_frees_its_questions():
    left = apply(SMALL, {"do": "delete", "at": "dimension:speed"})
    assert left.dimensions == ()
    assert left.question_by_id["q2"].dimension is None


@pytest.mark.parametrize(
    ("edit", "expected", "field"),
    [
        ({"do": "delete", "at": "question:q9"}, "edit.unknown_place", None),
        ({"do": "fly", "at": "question:q1"}, "edit.unknown_place", None),
        (add("option", into="question:q2"), "edit.unknown_place", None),
        (add("page", into="page:page1"), "edit.unknown_place", None),
        (add("page", value={"id": "page1"}), "edit.refused", "id"),
        (put("question:q1", id="x"), "edit.refused", "id"),
        (put("document", pages=[]), "edit.refused", "pages"),
        (put("document", languages=["en"]), "edit.refused", "languages"),
        (put("question:q1", type="x"), "edit.refused", ""),
        (put("question:q2", scale={"points": 12}), "edit.refused", "scale.points"),
        (put("question:q2", scale={"points": "x"}), "edit.refused", "scale.points"),
        (put("option:q1.yes", label={"en": "x" * 4001}), "edit.refused", "label.en"),
        (put("dimension:speed", weight="101"), "edit.refused", "weight"),
    ],
)
def test_what_cannot_be_done_says_why_and_where(edit, expected, field):
    finding = code(SMALL, edit)
    assert finding.code == expected
    assert finding.params.get("field") == field
    assert finding.message


def test_a_limit_is_named():
    edit = {"do": "set", "at": "question:q2", "values": {"scale": {"points": 12}}}
    assert code(SMALL, edit).message == "Give 11 or less."


def test_several_edits_are_done_together_or_not_at_all():
    title, gone = put("question:q1", title={"en": "A"}), {"do": "delete", "at": "question:q9"}
    both = {"do": "all", "edits": [title, put("question:q2", title={"en": "B"})]}
    assert [q.title["en"] for q in apply(SMALL, both).questions()] == ["A", "B"]
    assert code(SMALL, {"do": "all", "edits": [title, gone]}).code == "edit.unknown_place"


def test_new_parts_take_no_name_that_a_version_or_a_rule_knows():
    edit = add("question", into="page:page1", value={"type": "nps"})
    assert ids(apply(SMALL, edit, {"question:q3"}))[0][-1] == "q4"
    dangling = apply(SMALL, {"do": "delete", "at": "question:q1"})
    assert ids(apply(dangling, edit))[0] == ["q2", "q3"]
    option = add("option", into="question:q1")
    names = apply(SMALL, option, {"option:q1.option_1"}).question_by_id["q1"].options
    assert names[-1].id == "option_2"


def test_fresh_ids_skip_what_is_taken():
    assert fresh_id("question", {"q1", "q3"}) == "q2"
    assert fresh_id("option", {"option_1"}) == "option_2"


places = st.sampled_from(
    ["document", "page:page1", *(p for p, _ in spots(ALL.model_dump(mode="json")))]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 20) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)
fields = st.sampled_from(
    ["title", "help", "required", "show", "scale", "type", "minimum", "labels", "weight",
     "at_most", "default_language", "languages", "label", "exclusive", "when"]
)  # fmt: skip
edit_values = st.dictionaries(fields, values | st.sampled_from(["single", "nps"]), max_size=3)
any_edit = st.fixed_dictionaries(
    {
        "do": st.sampled_from(["set", "add", "copy", "move", "delete"]),
        "at": places,
        "what": st.sampled_from(sorted(LISTS)),
        "into": places,
        "index": st.integers(-2, 9) | st.text(max_size=2) | st.none(),
        "values": edit_values | values,
        "value": edit_values | values,
    }
)


@settings(max_examples=150, deadline=None)
@given(st.lists(any_edit, max_size=6))
def test_any_edits_keep_a_document_or_say_why_not(edits):
    document = ALL
    for edit in edits:
        with suppress(SurveyError):
            document = apply(document, edit)
    stored = json.loads(document.model_dump_json())
    assert Document.model_validate(stored) == document
    every = [spot.part["id"] for _, spot in spots(stored) if spot.kind in ("page", "question")]
    assert len(every) == len(set(every))


def test_every_place_that_is_listed_is_found_and_no_other():
    """Finding walks only the lists that may hold a place; it has to agree with the full list."""
    tree = template("aftersales").model_dump(mode="json")
    every = dict(spots(tree))
    assert all(find(tree, place) == spot for place, spot in every.items())
    for place in ("question:nope", "option:nope.a", "option:nps", "nope:nps", "document", ""):
        with pytest.raises(SurveyError):
            find(tree, place)
