"""Every type of question in the editor: begun, shown, changed, with what is particular to it."""

import pytest

from surveyapp.designer import scale_presets, starters
from surveyapp.designer.document import QUESTION_TYPES, Document, Scale
from surveyapp.designer.question_types import GROUPS, KIN, TYPES, kin_of
from tests.designer_web.conftest import HTMX, document, post, replay


def add(client, number, kind):
    """Add a question of that kind and return it."""
    edit = {"do": "add", "what": "question", "type": kind, "into": "page:contact"}
    assert replay(client, number, edit, headers=HTMX).status_code == 200
    return document(number).pages[0].questions[-1]


def put(client, number, **fields):
    """Set fields of the new question q1."""
    return post(client, number, {f"question:q1/{name}": value for name, value in fields.items()})


def test_every_type_is_offered_once():
    assert set(TYPES) == set(QUESTION_TYPES)
    assert sorted(kind for _, kinds in GROUPS for kind in kinds) == sorted(QUESTION_TYPES)
    assert all(kin_of(kind) == family for family in KIN for kind in family)
    assert kin_of("photo") == ()


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_a_new_question_of_each_type_has_a_good_page(staff, made, kind, language):
    staff.post(f"/language/{language}")
    found = add(staff, made.id, kind)
    page = staff.get(f"/questionnaires/{made.id}?at=question:{found.id}&lang={language}").text
    assert f'id="c-question-{found.id}"' in page
    assert f'name="question:{found.id}/title.en"' in page


@pytest.mark.parametrize("kind", QUESTION_TYPES)
def test_what_a_question_begins_with_speaks_the_documents_languages(kind):
    made = starters.question(kind, ("en", "ja"))
    assert "zh-Hans" not in str(made)
    Document.model_validate({"pages": [{"id": "p", "questions": [{"id": "q", **made}]}]})


def test_the_new_type_keeps_what_both_have(staff, made):
    found = add(staff, made.id, "multiple")
    put(staff, made.id, **{"at_most": "1", "title.en": "Which of these?", "type": "ranking"})
    after = document(made.id).question_by_id[found.id]
    assert (after.type, after.at_most, after.title["en"]) == ("ranking", 1, "Which of these?")
    assert after.options == found.options


def test_options_ask_to_specify_count_as_missing_and_give_points(staff, made):
    add(staff, made.id, "single")
    fields = {"other": ["0", "1"], "points": "7.5", "fixed": ["0", "1"]}
    post(staff, made.id, {f"option:q1.option_1/{name}": v for name, v in fields.items()})
    post(staff, made.id, {"option:q1.option_2/missing": "dont_know"})
    first, second = document(made.id).question_by_id["q1"].options
    assert (first.other, first.points, first.fixed, second.missing) == (
        True, 7.5, True, "dont_know",
    )  # fmt: skip
    post(staff, made.id, {"option:q1.option_2/missing": "", "option:q1.option_1/points": ""})
    first, second = document(made.id).question_by_id["q1"].options
    assert (first.points, second.missing) == (None, None)


def test_options_are_taken_along_and_left_again(staff, made):
    add(staff, made.id, "multiple")
    put(staff, made.id, **{"carry.question": "channel"})
    put(staff, made.id, **{"carry.which": "unchosen"})
    carry = document(made.id).question_by_id["q1"].carry
    assert (carry.question, carry.which) == ("channel", "unchosen")
    page = staff.get(f"/questionnaires/{made.id}?at=question:q1").text
    assert "What was not chosen at" in page
    put(staff, made.id, **{"carry.question": ""})
    assert document(made.id).question_by_id["q1"].carry is None


def test_answers_beside_a_scale(staff, made):
    add(staff, made.id, "stars")
    put(staff, made.id, missing=["", "dont_know", "refused"], points="7")
    found = document(made.id).question_by_id["q1"]
    assert (found.missing, found.points) == (("dont_know", "refused"), 7)
    assert "Prefer not to say" in staff.get(f"/questionnaires/{made.id}?at=question:q1").text
    put(staff, made.id, missing=[""])
    assert document(made.id).question_by_id["q1"].missing == ()


def test_a_date_has_no_limit_the_day_of_answering_or_a_fixed_day(staff, made):
    add(staff, made.id, "date")
    put(staff, made.id, latest="today", earliest="day")
    found = document(made.id).question_by_id["q1"]
    assert found.latest == "today"
    assert found.earliest[:2] == "20"
    put(staff, made.id, earliest=["2026-03-01", "day"])
    assert document(made.id).question_by_id["q1"].earliest == "2026-03-01"
    put(staff, made.id, earliest=["2026-03-01", ""], latest="")
    found = document(made.id).question_by_id["q1"]
    assert (found.earliest, found.latest) == (None, None)


def test_a_number_is_scored_by_thresholds_until_it_is_not(staff, made):
    add(staff, made.id, "number")
    put(staff, made.id, **{"thresholds.best": "10"})
    put(staff, made.id, **{"thresholds.step": "5", "dimension": "speed"})
    found = document(made.id).question_by_id["q1"]
    assert (found.thresholds.best, found.thresholds.step) == (10, 5)
    assert "Points off" in staff.get(f"/questionnaires/{made.id}?at=question:q1").text
    put(staff, made.id, **{"thresholds.best": ""})
    assert document(made.id).question_by_id["q1"].thresholds is None


@pytest.mark.parametrize("preset", scale_presets.PRESETS)
def test_ready_labels_replace_points_and_labels(staff, made, preset):
    add(staff, made.id, "likert")
    put(staff, made.id, **{"scale.points": "9", "scale.labels.9.en": "Old end"})
    replay(staff, made.id, {"do": "preset", "at": "question:q1", "preset": preset})
    labels = scale_presets.PRESETS[preset][1]
    assert document(made.id).question_by_id["q1"].scale == Scale(points=len(labels), labels=labels)


def test_a_preset_that_is_not_known_is_refused(staff, made):
    add(staff, made.id, "likert")
    edit = {"do": "preset", "at": "question:q1", "preset": "mood"}
    assert replay(staff, made.id, edit).status_code == 422


def test_presets_are_balanced_and_labelled_in_both_languages():
    for _, labels in scale_presets.PRESETS.values():
        assert len(labels) % 2 == 1
        assert all(set(texts) == {"zh-Hans", "en"} for texts in labels.values())


def test_a_page_joins_a_group_and_leaves_it(staff, made):
    post(staff, made.id, {"page:contact/block": "block_1", "page:contact/shuffle": ["0", "1"]})
    page = document(made.id).pages[0]
    assert (page.block, page.shuffle) == ("block_1", True)
    assert "block_2" in staff.get(f"/questionnaires/{made.id}?at=page:contact").text
    post(staff, made.id, {"page:contact/block": ""})
    assert document(made.id).pages[0].block is None


def test_a_questionnaire_speaks_any_language(staff, made):
    post(staff, made.id, {"document/languages": ["", "zh-Hans", "en", " ja "]})
    assert document(made.id).languages == ("zh-Hans", "en", "ja")
    page = staff.get(f"/questionnaires/{made.id}?at=question:channel&lang=ja").text
    assert "日本語" in page
    assert 'name="question:channel/title.ja"' in page
    refused = post(
        staff, made.id, {"document/languages": ["", "zh-Hans", "not a tag"], "here": "document"}
    )
    assert refused.status_code == 422
    assert "A language is named by its tag" in refused.text
