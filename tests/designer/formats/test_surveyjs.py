# ruff: noqa: E501 - a table reads better with one case on one line
"""SurveyJS files: every kind of question, languages, conditions, triggers."""

import json

import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.formats import surveyjs_writing
from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.path import path
from tests.designer.formats.tables import lost, question, surveyjs


def one(kind, **more):
    return surveyjs([{"type": kind, "name": "q1", "title": "Why?", **more}])


@pytest.mark.parametrize(
    ("kind", "more", "ours"),
    [
        ("text", {}, {"type": "short_text", "format": "any"}),
        ("text", {"inputType": "email"}, {"type": "short_text", "format": "email"}),
        ("text", {"inputType": "tel"}, {"type": "short_text", "format": "phone"}),
        ("text", {"inputType": "number", "min": 1, "max": 9, "step": 0.1},
         {"type": "number", "minimum": 1, "maximum": 9, "decimals": 1}),
        ("text", {"inputType": "date", "min": "2020-01-01", "maxValueExpression": "today()"},
         {"type": "date", "earliest": "2020-01-01", "latest": "today"}),
        ("comment", {"maxLength": 90}, {"type": "long_text", "max_length": 90}),
        ("radiogroup", {"choices": ["a", "b"]}, {"type": "single"}),
        ("dropdown", {"choices": [1, 2]}, {"type": "single"}),
        ("imagepicker", {"choices": ["a", "b"]}, {"type": "single"}),
        ("imagepicker", {"choices": ["a", "b"], "multiSelect": True}, {"type": "multiple"}),
        ("checkbox", {"choices": ["a", "b"], "maxSelectedChoices": 1, "choicesOrder": "random"},
         {"type": "multiple", "at_most": 1, "shuffle": True}),
        ("tagbox", {"choices": ["a", "b"]}, {"type": "multiple"}),
        ("ranking", {"choices": ["a", "b"], "selectToRankEnabled": True, "maxSelectedChoices": 1},
         {"type": "ranking", "at_most": 1}),
        ("rating", {}, {"type": "likert"}),
        ("rating", {"rateMin": 0, "rateMax": 10}, {"type": "nps"}),
        ("rating", {"rateType": "stars", "rateMax": 7}, {"type": "stars", "points": 7}),
        ("rating", {"rateValues": [0, 5]}, {"type": "single"}),
        ("boolean", {}, {"type": "single"}),
        ("boolean", {"renderAs": "checkbox", "isRequired": True},
         {"type": "consent", "required": True}),
        ("matrix", {"columns": ["x", "y", "z"], "rows": ["a", "b"], "eachRowRequired": True},
         {"type": "likert_grid", "required": True}),
        ("html", {"html": "<p>Why?</p>"}, {"type": "information"}),
        ("file", {"acceptedTypes": "image/*"}, {"type": "photo"}),
    ],
)  # fmt: skip
def test_each_kind_of_question_has_its_counterpart(kind, more, ours):
    found = question(one(kind, **more), "q1")
    assert {name: getattr(found, name) for name in ours} == ours
    assert found.title == {"en": "Why?"}


@pytest.mark.parametrize(
    "kind", ["matrixdynamic", "paneldynamic", "signaturepad", "image", "slider", "custom"]
)
def test_what_has_no_counterpart_is_named(kind):
    imported = one(kind)
    assert not list(imported.document.questions())
    assert [place for place, _ in lost(imported)] == ["question:q1"]


def test_fields_rows_and_cells_become_questions_that_conditions_can_read():
    imported = surveyjs([
        {"type": "multipletext", "name": "m", "items": [{"name": "a"}, {"name": "b"}]},
        {"type": "matrix", "name": "pair", "columns": ["x", "y"], "rows": ["r 1"]},
        {"type": "matrixdropdown", "name": "t", "choices": [1, 2], "rows": ["r"],
         "columns": [{"name": "c"}, {"name": "d", "cellType": "text"},
                     {"name": "e", "cellType": "file"}]},
        {"type": "matrix", "name": "grid", "columns": ["x", "y", "z"], "rows": ["r 1"]},
        {"type": "text", "name": "z",
         "visibleIf": "{m.a} notempty and {pair.r 1} = 'y' and {t.r.c} > 1 and {grid.r 1} = 'z'"},
    ])  # fmt: skip
    kinds = {q.id: q.type for q in imported.document.questions()}
    assert kinds == {"m_a": "short_text", "m_b": "short_text", "pair_r_1": "single",
                     "t_r_c": "single", "t_r_d": "short_text", "grid": "likert_grid",
                     "z": "short_text"}  # fmt: skip
    assert question(imported, "z").show == {"and": [
        {"answered": [{"answer": "m_a"}]}, {"==": [{"answer": "pair_r_1"}, "y"]},
        {"in": [{"answer": "t_r_c"}, ["o2"]]}, {"==": [{"answer": "grid.r_1"}, 3]}]}  # fmt: skip
    assert lost(imported) == [("question:t", "r.e")]


def test_special_choices_and_conditions_of_choices():
    imported = surveyjs([
        {"type": "checkbox", "name": "why", "choices": ["a", {"value": "B b", "text": "Bee"}],
         "showOtherItem": True, "otherText": "Else", "hasNone": True, "showSelectAllItem": True},
        {"type": "radiogroup", "name": "best", "choices": ["a", {"value": "c", "visibleIf":
         "{why} contains 'a'"}], "choicesVisibleIf": "{why} contains {item}",
         "showDontKnowItem": True, "showRefuseItem": True},
        {"type": "radiogroup", "name": "again", "choicesFromQuestion": "why",
         "choicesFromQuestionMode": "unselected"},
        {"type": "text", "name": "z", "visibleIf": "{why-Comment} notempty or {why} = ['B b']"},
    ])  # fmt: skip
    why, best = question(imported, "why"), question(imported, "best")
    assert [(o.id, o.exclusive, o.other) for o in why.options] == [
        ("a", False, False),
        ("b_b", False, False),
        ("none", True, False),
        ("other", False, True),
    ]
    assert why.options[3].label == {"en": "Else"}  # fmt: skip
    assert [(o.id, o.missing) for o in best.options[2:]] == [("refused", "refused"),
                                                             ("dontknow", "dont_know")]  # fmt: skip
    assert best.options[0].show == {"in": ["a", {"answer": "why"}]}
    assert best.options[1].show == {"in": ["a", {"answer": "why"}]}
    assert ("question:best", "{why} contains 'c'") in lost(imported)
    assert question(imported, "again").carry.which == "unchosen"
    assert {"answered": [{"answer": "why.other"}]} in question(imported, "z").show["or"]
    assert ("question:why", "showSelectAllItem") in lost(imported)


def test_panels_pages_and_required_where():
    imported = surveyjs({"pages": [
        {"name": "one", "elements": [{"type": "boolean", "name": "a"}], "questionOrder": "random"},
        {"name": "two", "title": "Two", "description": "More", "visibleIf": "{a} = true",
         "elements": [{"type": "panel", "name": "p", "title": "Panel", "visibleIf": "{a} notempty",
                       "elements": [{"type": "text", "name": "b", "requiredIf": "{a} = false",
                                     "enableIf": "{a} = true"}]}]}]})  # fmt: skip
    one_, two = imported.document.pages
    assert one_.shuffle
    assert two.show == {"==": [{"answer": "a"}, "yes"]}
    assert [q.id for q in two.questions] == ["two_text", "p_text", "b"]
    assert question(imported, "b").show == {"answered": [{"answer": "a"}]}
    assert question(imported, "b").require == {"==": [{"answer": "a"}, "no"]}
    assert ("question:b", "{a} = true") in lost(imported)


def test_validators_are_bounds_or_checks():
    validators = [{"type": "numeric", "minValue": 2, "maxValue": 8},
                  {"type": "expression", "expression": "{q1} <> 5", "text": "Not five"},
                  {"type": "regex", "regex": "x"}]  # fmt: skip
    imported = one("text", inputType="number", validators=validators)
    found = question(imported, "q1")
    assert (found.minimum, found.maximum) == (2, 8)
    assert found.checks[0].must == {"!=": [{"answer": "q1"}, 5]}
    assert found.checks[0].message == {"en": "Not five"}
    assert lost(imported) == [("question:q1", "x")]
    count = [{"type": "answercount", "minCount": 1, "maxCount": 2}]
    several = question(one("checkbox", choices=["a", "b", "c"], validators=count), "q1")
    assert (several.at_most, len(several.checks)) == (2, 1)
    text = [{"type": "text", "maxLength": 20}, {"type": "email"}]
    assert question(one("text", validators=text), "q1").format == "email"


def test_languages_are_those_of_the_texts():
    imported = surveyjs({"locale": "de", "title": {"default": "Films", "de": "Filme"},
                         "elements": [{"type": "text", "name": "a", "title": "A"}]})  # fmt: skip
    document = imported.document
    assert (document.languages, document.default_language) == (("de", "en"), "de")
    assert document.title == {"en": "Films", "de": "Filme"}
    chinese = surveyjs({"locale": "zh-cn", "elements": [{"type": "text", "name": "a",
                                                         "title": "姓名"}]})  # fmt: skip
    assert chinese.document.languages == ("zh-Hans",)
    assert question(chinese, "a").title == {"zh-Hans": "姓名"}


def test_computed_values_triggers_and_pipes():
    imported = surveyjs({
        "calculatedValues": [{"name": "sum2", "expression": "{a} + 2"},
                             {"name": "lost", "expression": "{nobody} + 1"}],
        "triggers": [{"type": "complete", "expression": "{a} > 5"},
                     {"type": "setvalue", "setToName": "b"}],
        "completedHtml": "<h3>Thanks</h3>", "navigateToUrl": "x",
        "pages": [{"name": "1", "elements": [{"type": "text", "inputType": "number", "name": "a"}]},
                  {"name": "2", "elements": [{"type": "text", "name": "b",
                   "title": "{a} and {sum2}", "visibleIf": "{sum2} > 3",
                   "defaultValue": "x"}]}]})  # fmt: skip
    document = imported.document
    assert document.computed[0].value == {"+": [{"answer": "a"}, 2]}
    assert question(imported, "b").title == {"en": "{a} and {computed.sum2}"}
    shown = [{q.id for p in path(document, answers, {}).pages for q in p.questions}
             for answers in ({"a": 6}, {"a": 2}, {})]  # fmt: skip
    assert shown == [{"a"}, {"a", "b"}, {"a"}]
    assert document.thank_you == {"en": "Thanks"}
    assert {"navigateToUrl", "setvalue", "lost", "defaultValue"} <= {w for _, w in lost(imported)}


def test_unknown_conditions_are_named():
    imported = one("text", visibleIf="age({born}) > 3")
    assert lost(imported) == [("question:q1", "age({born}) > 3")]
    assert question(imported, "q1").show is None


def test_what_surveyjs_lacks_is_named_element_by_element():
    tree = {
        "languages": ["en"], "default_language": "en",
        "dimensions": [{"id": "d", "title": {"en": "D"}, "weight": 100}],
        "experiments": [{"id": "e", "arms": [{"id": "x"}, {"id": "y"}]}],
        "pages": [{"id": "p", "block": "b", "questions": [
            {"id": "q", "type": "ces", "dimension": "d", "missing": ["dont_know"]},
            {"id": "n", "type": "number", "missing": ["refused"], "unit": {"en": "m"},
             "show": {"==": [{"random": "e"}, "x"]},
             "checks": [{"id": "c", "must": {">": [{"answer": "n"}, 0]}, "severity": "warning"}]}]}],
    }  # fmt: skip
    exported = surveyjs_writing.write(Document.model_validate(tree))
    assert {note.place for note in exported.not_carried} == {
        "dimension:d", "experiments:e", "page:p", "question:q", "question:n",
        "check:n.c"}  # fmt: skip
    written = json.loads(exported.content)
    assert written["pages"][0]["elements"][1]["validators"] == [
        {"type": "expression", "expression": "{n} empty or {n} > 0"}]  # fmt: skip
    back = read_any(exported.content)
    assert question(back, "n").checks[0].must == {">": [{"answer": "n"}, 0]}


@pytest.mark.parametrize(
    ("element", "what"),
    [
        ({"type": "text", "requiredErrorText": "Please"}, "requiredErrorText: Please"),
        ({"type": "text", "readOnly": True}, "readOnly: True"),
        ({"type": "text", "aNewSetting": 5}, "aNewSetting: 5"),
        ({"type": "text", "inputType": "time", "min": "08:00"}, "min: 08:00"),
        ({"type": "text", "inputType": "number", "minValueExpression": "{b}"}, "{b}"),
        ({"type": "text", "validators": [{"type": "email", "text": "No mail"}]}, "No mail"),
        ({"type": "radiogroup", "choices": [{"value": 1, "score": 3}]}, "choice 1 score: 3"),
        ({"type": "matrix", "columns": [{"value": 1, "icon": "x"}, 2, 3], "rows": ["r"]},
         "column 1 icon: x"),
        ({"type": "matrix", "columns": [1, 2, 3], "rows": [{"value": 1, "extra": "x"}]},
         "row 1 extra: x"),
        ({"type": "matrixdropdown", "rows": ["r"], "columns": [
            {"name": "c", "cellType": "text", "totalType": "sum"}]}, "totalType: sum"),
        ({"type": "multipletext", "items": [{"name": "i"}, {"name": "j"}],
          "validators": [{"type": "email"}]}, "validators"),
        ({"type": "panel", "isRequired": True, "elements": []}, "isRequired"),
        ({"type": "panel", "questionsOrder": "random", "elements": []}, "questionsOrder: random"),
    ],
)  # fmt: skip
def test_no_setting_is_dropped_without_a_word(element, what):
    kept = {"type": "text", "name": "kept"}
    assert ("question:x", what) in lost(surveyjs([{"name": "x", **element}, kept]))


def test_settings_of_pages_and_of_the_whole_are_named_and_looks_only_told():
    page = {"name": "p", "visible": False, "timeLimit": 5,
            "elements": [{"type": "text", "name": "a", "width": "50%", "minWidth": "1px"}]}  # fmt: skip
    imported = surveyjs({"pages": [page], "firstPageIsStarted": True, "widthMode": "static"})
    assert lost(imported) == [
        ("survey", "firstPageIsStarted: True"), ("page:p", "timeLimit: 5"), ("page:p", "p"),
    ]  # fmt: skip
    told = [(note.place, note.what) for note in imported.information]
    assert told == [("survey", "widthMode"), ("question:a", "minWidth width")]


def test_questions_are_shuffled_where_the_whole_survey_is():
    pages = [{"elements": [{"type": "text", "name": "a"}]},
             {"elements": [{"type": "text", "name": "b"}], "questionOrder": "initial"}]  # fmt: skip
    imported = surveyjs({"pages": pages, "questionsOrder": "random"})
    assert [page.shuffle for page in imported.document.pages] == [True, False]


def test_the_field_below_a_question_is_asked_and_can_be_read():
    imported = surveyjs([
        {"type": "rating", "name": "a", "showCommentArea": True, "commentText": "Why?",
         "visibleIf": "{b} = 1"},
        {"type": "boolean", "name": "b", "hasComment": True},
        {"type": "text", "name": "c", "visibleIf": "{b-Comment} = 'x'"},
    ])  # fmt: skip
    assert question(imported, "a_comment").title == {"en": "Why?"}
    assert question(imported, "b_comment").type == "long_text"
    assert question(imported, "c").show == {"==": [{"answer": "b_comment"}, "x"]}


def test_cells_and_fields_keep_their_conditions_and_checks():
    imported = surveyjs([
        {"type": "text", "inputType": "number", "name": "n"},
        {"type": "matrixdropdown", "name": "m", "rows": ["r"], "columns": [
            {"name": "c", "cellType": "text", "visibleIf": "{n} > 1", "requiredIf": "{n} > 2",
             "validators": [{"type": "email"}]}]},
        {"type": "multipletext", "name": "t", "items": [
            {"name": "i", "validators": [{"type": "text", "maxLength": 9}], "isRequired": True}]},
        {"type": "matrix", "name": "w", "columns": [1, 2],
         "rows": [{"value": "x", "visibleIf": "{n} > 1"}]},
    ])  # fmt: skip
    cell, more = question(imported, "m_r_c"), {">": [{"answer": "n"}, 1]}
    assert (cell.show, cell.require, cell.format) == (more, {">": [{"answer": "n"}, 2]}, "email")
    assert (question(imported, "t_i").max_length, question(imported, "t_i").required) == (9, True)
    assert question(imported, "w_x").show == more
    assert lost(imported) == []


def test_choices_that_are_counted_are_offered():
    imported = surveyjs([
        {"type": "dropdown", "name": "a", "choicesMin": 2, "choicesMax": 6, "choicesStep": 2},
        {"type": "dropdown", "name": "b", "choicesMax": 1e14},
    ])  # fmt: skip
    assert [o.label["en"] for o in question(imported, "a").options] == ["2", "4", "6"]
    assert len(question(imported, "b").options) == 2000
    assert [why for why in (n.why.message for n in imported.not_carried) if "too many" in why]


@pytest.mark.parametrize("odd", [5, "abc", {"a": 1}, [None, 5, [1]], True])
@pytest.mark.parametrize("kind", ["radiogroup", "matrix", "matrixdropdown", "multipletext",
                                  "rating", "panel", "file", "html", "boolean"])  # fmt: skip
def test_lists_that_are_no_lists_are_read_as_far_as_they_can_be(kind, odd):
    keys = ("choices", "rows", "columns", "items", "rateValues", "elements", "html", "validators",
            "title", "visibleIf", "commentText", "hasComment")  # fmt: skip
    imported = surveyjs([{"type": kind, "name": "x", **dict.fromkeys(keys, odd)},
                         {"type": "text", "name": "kept"}])  # fmt: skip
    assert question(imported, "kept").type == "short_text"


def old_triggers(*triggers, **more):
    """Triggers as files had them before there were expressions."""
    cars = {
        "type": "radiogroup",
        "name": "car",
        "choices": ["hot hatch", "sedan"],
        "hasOther": True,
    }
    pages = [{"name": "1", "elements": [cars, {"type": "text", "inputType": "number", "name": "n"}]},
             {"name": "2", "elements": [{"type": "text", "name": "which", **more},
                                        {"type": "text", "name": "b"}]}]  # fmt: skip
    return surveyjs({"triggers": list(triggers), "pages": pages})


@pytest.mark.parametrize(
    ("operator", "value", "rule"),
    [
        (None, "hot hatch", {"==": [{"answer": "car"}, "hot_hatch"]}),
        ("equal", "sedan", {"==": [{"answer": "car"}, "sedan"]}),
        ("notempty", None, {"answered": [{"answer": "car"}]}),
        ("anyof", ["sedan", "hot hatch"],
         {"or": [{"==": [{"answer": "car"}, "sedan"]}, {"==": [{"answer": "car"}, "hot_hatch"]}]}),
    ],
)  # fmt: skip
def test_a_trigger_that_shows_is_the_rule_of_what_it_shows(operator, value, rule):
    trigger = {"type": "visible", "name": "car", "questions": ["which"], "value": value}
    imported = old_triggers(
        {**trigger, **({"operator": operator} if operator else {})}, visible=False
    )
    assert question(imported, "which").show == rule
    assert lost(imported) == []
    assert question(imported, "b").show is None


def test_a_trigger_that_shows_a_page_or_ends_is_read_by_name_and_value():
    imported = old_triggers({"type": "visible", "name": "n", "operator": "greater", "value": 3, "pages": ["2"]},
                            {"type": "complete", "name": "car", "value": "sedan"})  # fmt: skip
    shown = [[p.page.id for p in path(imported.document, {"car": car, "n": n}, {}).pages]
             for car, n in (("hot_hatch", 4), ("hot_hatch", 3), ("sedan", 4))]  # fmt: skip
    first, second = (page.id for page in imported.document.pages)
    assert shown == [[first, second], [first], [first]]
    assert lost(imported) == []


@pytest.mark.parametrize(
    "triggers",
    [
        [{"type": "visible", "name": "car", "value": "sedan", "questions": ["which"]}] * 2,
        [{"type": "visible", "questions": ["which"]}],
        [
            {
                "type": "visible",
                "name": "car",
                "operator": "near",
                "value": "x",
                "questions": ["which"],
            }
        ],
        [{"type": "visible", "name": "car", "value": None, "questions": ["which"]}],
        [{"type": "visible", "name": "car", "value": "it's", "questions": ["nobody"]}],
        [{"type": "visible", "name": "car", "value": "sedan", "questions": "which"}],
    ],
)
def test_what_cannot_be_said_of_a_trigger_is_named(triggers):
    imported = old_triggers(*triggers)
    assert question(imported, "which").show is None
    named = [place for place, _ in lost(imported)]
    assert named == [f"trigger:{n}" for n in range(1, len(triggers) + 1)]


def test_its_own_condition_comes_before_that_of_a_trigger():
    imported = old_triggers({"type": "visible", "name": "car", "value": "sedan", "questions": ["which"]},
                            visibleIf="{n} > 2")  # fmt: skip
    assert question(imported, "which").show == {">": [{"answer": "n"}, 2]}
    assert lost(imported) == [("trigger:1", "{car} = 'sedan'")]


def test_the_closing_words_show_answers_and_fields_have_their_row_in_every_language():
    rows = [
        {"value": "m", "text": "Moonlight"},
        {"value": "z", "text": {"default": "Zootopia", "de": "Zoomania"}},
    ]
    rate = {"name": "rate", "title": {"default": "Rating", "de": "Bewertung"}}
    table = {"type": "matrixdropdown", "name": "film", "title": {"default": "Films", "de": "Filme"},
             "choices": [1, 2], "columns": [rate], "rows": rows, "isRequired": True}  # fmt: skip
    several = {"type": "multipletext", "name": "t", "isRequired": True, "items": [{"name": "x"}],
               "title": {"default": "Words", "de": "Worte"}}  # fmt: skip
    imported = surveyjs({"locale": "de", "completedHtml": "Danke, {who}!", "elements": [
        {"type": "text", "name": "who"}, table, several]})  # fmt: skip
    assert imported.document.thank_you == {"en": "Danke, {who}!"}
    titles = [q.title["de"] for q in imported.document.questions() if q.id != "who"]
    assert titles == ["Filme – Moonlight – Bewertung", "Filme – Zoomania – Bewertung", "Worte – x"]
    assert lost(imported) == [("question:film", "isRequired"), ("question:t", "isRequired")]


def test_a_value_that_reads_nothing_is_computed_and_a_constant_is_named_once():
    values = [{"name": "four", "expression": "2 + 2"}, {"name": "one", "expression": "1"}]
    asked = [{"type": "html", "name": "h", "html": "It is {four}."}, {"type": "text", "name": "b"},
             {"type": "html", "name": "i", "html": "Still {four}."}]  # fmt: skip
    imported = surveyjs({"calculatedValues": values, "elements": asked})
    assert [(one.id, one.value) for one in imported.document.computed] == [("four", {"+": [2, 2]})]
    assert question(imported, "h").title == {"en": "It is {computed.four}."}
    assert lost(imported) == [("calculatedValues:one", "one")]
