# ruff: noqa: E501 - a table reads better with one case on one line
"""Qualtrics files: kinds of questions, logic, jumps, the flow."""

import json

import pytest

from surveyapp.designer.formats.reading import read_any
from surveyapp.designer.path import path
from surveyapp.findings import SurveyError
from tests.designer.formats.tables import lost, qualtrics, question

OFF = {"Settings": {"ForceResponse": "OFF", "Type": "None"}}


def asked(kind="MC", selector="SAVR", tag="Q1", **more):
    payload = {"QuestionText": "Why?", "DataExportTag": tag, "QuestionType": kind,
               "Selector": selector, "Validation": OFF, "Language": []}  # fmt: skip
    return payload | more


def choices(*words, key="Choices", order="ChoiceOrder"):
    every = {str(i): {"Display": word} for i, word in enumerate(words, 1)}
    return {key: every, order: list(every)}


THREE = choices("Bad", "Fair", "Good")
COLUMNS = choices("No", "Maybe", "Yes", key="Answers", order="AnswerOrder")


def settings(**given):
    return {"Validation": {"Settings": {"ForceResponse": "ON", **given}}}


def first(payload):
    return next(qualtrics({"QID1": payload}).document.questions())


@pytest.mark.parametrize(
    ("payload", "ours"),
    [
        (asked(**THREE), "single"), (asked(selector="DL", **THREE), "single"),
        (asked(selector="MAVR", **THREE), "multiple"), (asked(selector="NPS"), "nps"),
        (asked("RO", "DND", **THREE), "ranking"), (asked("TE", "SL"), "short_text"),
        (asked("TE", "ML"), "long_text"), (asked("TE", "ESTB"), "long_text"),
        (asked("DB", "TB"), "information"), (asked("FileUpload", "FileUpload"), "photo"),
        (asked("Matrix", "Likert", SubSelector="SingleAnswer", **THREE, **COLUMNS), "likert_grid"),
        (asked("TE", "SL", **settings(Type="ContentType", ContentType="ValidNumber",
               ValidNumber={"Min": "1", "Max": "9", "NumDecimals": "1"})), "number"),
        (asked("TE", "SL", **settings(ContentType="ValidDate")), "date"),
    ],
)  # fmt: skip
def test_each_kind_of_question_has_its_counterpart(payload, ours):
    found = first(payload)
    assert (found.type, found.title) == (ours, {"en": "Why?"})
    assert found.required is (payload["Validation"] != OFF)


def test_details_of_choices_come_over():
    payload = asked(selector="MAVR", Randomization={"Type": "All"},
                    **settings(MinChoices="1", MaxChoices="2"), **THREE)  # fmt: skip
    payload["Choices"]["3"] |= {"TextEntry": "true", "ExclusiveAnswer": True}
    payload["ChoiceOrder"] = ["2", "3", "1"]
    payload["Language"] = {"ZH-S": {"QuestionText": "为什么？",
                                    "Choices": {"2": {"Display": "一般"}}}}  # fmt: skip
    found = first(payload)
    assert [o.id for o in found.options] == ["o2", "o3", "o1"]
    assert (found.options[1].other, found.options[1].exclusive) == (True, True)
    assert (found.at_most, found.shuffle, found.required) == (2, True, True)
    assert found.checks[0].must == {">=": [{"count": [{"answer": "q1"}]}, 1]}
    assert found.title == {"en": "Why?", "zh-Hans": "为什么？"}
    assert found.options[0].label == {"en": "Fair", "zh-Hans": "一般"}


@pytest.mark.parametrize(
    ("payload", "kinds"),
    [
        (asked("TE", "FORM", **choices("Name", "Street")), ["short_text"] * 2),
        (asked("Slider", "HSLIDER", Configuration={"CSSliderMin": 0, "CSSliderMax": 100},
               **choices("a", "b")), ["number"] * 2),
        (asked("Slider", "STAR", Configuration={"StarCount": 5}, **choices("a")), ["stars"]),
        (asked("CS", "VRTL", **choices("a", "b"), **settings(ChoiceTotal="100")), ["number"] * 2),
        (asked("Matrix", "TE", **choices("a"), **COLUMNS), ["short_text"] * 3),
        (asked("Matrix", "Likert", SubSelector="MultipleAnswer", **choices("a", "b"), **COLUMNS),
         ["multiple"] * 2),
        (asked("Matrix", "Likert", SubSelector="SingleAnswer", **choices("a"),
               **choices("x", "y", key="Answers", order="AnswerOrder")), ["single"]),
    ],
)  # fmt: skip
def test_several_fields_become_a_question_each(payload, kinds):
    imported = qualtrics({"QID1": payload})
    assert [q.type for q in imported.document.questions()] == kinds
    assert imported.information


def test_a_constant_sum_is_checked():
    payload = asked("CS", "VRTL", **choices("a", "b"), **settings(ChoiceTotal="100"))
    last = list(qualtrics({"QID1": payload}).document.questions())[-1]
    assert last.checks[0].must == {
        "==": [{"sum": [{"answer": "q1_1"}, {"answer": "q1_2"}]}, 100]
    }  # fmt: skip


def logic(*conditions, kind="Question", **more):
    made = {str(i): {"LogicType": kind, "LeftOperand": left, "Operator": operator,
                     "RightOperand": right, **({"Conjuction": joint} if joint else {})}
            for i, (left, operator, right, joint) in enumerate(conditions)}  # fmt: skip
    return {"0": {**made, "Type": "If"}, "Type": "BooleanExpression", **more}


GRID = asked("Matrix", "Likert", tag="G", SubSelector="SingleAnswer", **THREE, **COLUMNS)
NUMBER = asked("TE", "SL", tag="N", **settings(ContentType="ValidNumber"))


@pytest.mark.parametrize(
    ("conditions", "rule"),
    [
        ([("q://QID1/SelectableChoice/2", "Selected", None, "")], {"==": [{"answer": "q1"}, "o2"]}),
        ([("q://QID1/SelectableChoice/2", "NotSelected", None, "")],
         {"or": [{"not": [{"answered": [{"answer": "q1"}]}]}, {"!=": [{"answer": "q1"}, "o2"]}]}),
        ([("q://QID2/ChoiceNumericEntryValue", "GreaterThan", "3", "")],
         {">": [{"answer": "n"}, 3]}),
        ([("q://QID3/SelectableChoice/2/3", "Selected", None, "")], {"==": [{"answer": "g.o2"}, 3]}),
        ([("q://QID1/SelectableChoice/1", "Selected", None, ""),
          ("q://QID1/SelectableChoice/2", "Selected", None, "Or"),
          ("q://QID2/ChoiceTextEntryValue", "NotEmpty", None, "And")],
         {"or": [{"==": [{"answer": "q1"}, "o1"]},
                 {"and": [{"==": [{"answer": "q1"}, "o2"]}, {"answered": [{"answer": "n"}]}]}]}),
    ],
)  # fmt: skip
def test_display_logic_becomes_a_rule(conditions, rule):
    shown = asked("TE", "SL", tag="Z", DisplayLogic=logic(*conditions))
    imported = qualtrics({"QID1": asked(**THREE), "QID2": NUMBER, "QID3": GRID, "QID9": shown})
    assert question(imported, "z").show == rule


def test_logic_on_embedded_data_and_scripts_are_named_not_dropped():
    where = logic(("Team", "EqualTo", "1", ""), kind="EmbeddedField")
    shown = asked("TE", "SL", tag="Z", DisplayLogic=where, QuestionJS="alert(1)")
    imported = qualtrics({"QID9": shown, "QID2": asked("HeatMap", "Image"),
                          "QID3": asked("Timing", "PageTimer")})  # fmt: skip
    assert question(imported, "z").show is None
    assert {("question:Z", "Team"), ("question:Z", "QuestionJS")} <= set(lost(imported))
    reasons = [note.why.message for note in imported.not_carried]
    assert any("HeatMap" in reason for reason in reasons)
    assert any("Timing" in reason for reason in reasons)


def block(name, *elements, **more):
    inside = [e if isinstance(e, dict) else {"Type": "Question", "QuestionID": e} for e in elements]
    return {"Type": "Standard", "ID": name, "Description": name, "BlockElements": inside, **more}


def flow(*names):
    return [{"Type": "Block", "ID": name} for name in names]


FOUR = {"QID1": asked(tag="A", **THREE), "QID2": asked(tag="B", **THREE),
        "QID3": asked(tag="C", **THREE), "QID4": asked(tag="D", **THREE)}  # fmt: skip
BREAK = {"Type": "Page Break"}


def skipping(destination):
    skip = {"ChoiceLocator": "q://QID1/SelectableChoice/1", "Condition": "Selected",
            "SkipToDestination": destination}  # fmt: skip
    return {"Type": "Question", "QuestionID": "QID1", "SkipLogic": [skip]}


def visible(imported, **answers):
    return {q.id for page in path(imported.document, answers, {}).pages for q in page.questions}


@pytest.mark.parametrize(
    ("destination", "left"),
    [("QID3", {"a", "c", "d"}), ("ENDOFBLOCK", {"a", "d"}), ("ENDOFSURVEY", {"a"})],
)
def test_a_jump_hides_exactly_what_it_leaps_over(destination, left):
    blocks = [block("BL1", skipping(destination), BREAK, "QID2", BREAK, "QID3"),
              block("BL2", "QID4")]  # fmt: skip
    imported = qualtrics(FOUR, flow("BL1", "BL2"), blocks)
    assert visible(imported, a="o1") == left
    assert visible(imported, a="o2") == {"a", "b", "c", "d"}
    assert visible(imported) == {"a", "b", "c", "d"}
    assert [note for note in imported.information if "jump" in note.why.message]


def test_branches_and_ends_of_the_flow_are_rules():
    where = logic(("q://QID1/SelectableChoice/1", "Selected", None, ""))
    branch = {"Type": "Branch", "FlowID": "FL_5", "BranchLogic": where,
              "Flow": [*flow("BL2"), {"Type": "EndSurvey"}]}  # fmt: skip
    blocks = [block("BL1", "QID1"), block("BL2", "QID2"), block("BL3", "QID3")]
    imported = qualtrics(FOUR, [*flow("BL1"), branch, *flow("BL3")], blocks)
    assert visible(imported, a="o1") == {"a", "b"}
    assert visible(imported, a="o2") == {"a", "c"}
    assert visible(imported) == {"a", "c"}


def test_random_order_of_single_pages_is_a_block_and_the_rest_is_named():
    blocks = [block("BL1", "QID1"), block("BL2", "QID2"),
              block("BL3", "QID3", BREAK, "QID4", Options={"Looping": "Question"})]  # fmt: skip
    mixed = {"Type": "BlockRandomizer", "FlowID": "FL_7", "SubSet": 1, "Flow": flow("BL1", "BL2")}
    other = {"Type": "BlockRandomizer", "FlowID": "FL_8", "Flow": flow("BL3")}
    data = {"Type": "EmbeddedData", "EmbeddedData": [{"Field": "Team"}]}
    imported = qualtrics(FOUR, [data, mixed, other, {"Type": "WebService"}], blocks)
    assert [page.block for page in imported.document.pages] == ["fl_7", "fl_7", None, None]
    names = lost(imported)
    for expected in [("flow", "Team"), ("flow:FL_7", "Randomizer"), ("flow:FL_8", "Randomizer"),
                     ("flow", "WebService"), ("block:BL3", "Loop & Merge")]:  # fmt: skip
        assert expected in names


def test_answers_are_piped_and_carried_along():
    dynamic = {"Locator": "q://QID1/ChoiceGroup/SelectedChoices"}
    text = "You said ${q://QID1/ChoiceGroup/SelectedChoices}, ${e://Field/name}"
    imported = qualtrics({
        "QID1": asked(selector="MAVR", **THREE),
        "QID2": asked(tag="B", QuestionText=text, DynamicChoices=dynamic, Choices={}),
    })  # fmt: skip
    found = question(imported, "b")
    assert (found.carry.question, found.carry.which) == ("q1", "chosen")
    assert found.title == {"en": "You said {q1},"}
    assert ("question:B", "${e://Field/name}") in lost(imported)


def test_the_trash_stays_in_the_file():
    blocks = [block("BL1", "QID1"), block("BL9", "QID2") | {"Type": "Trash"}]
    imported = qualtrics(FOUR, flow("BL1"), blocks)
    assert [q.id for q in imported.document.questions()] == ["a"]
    assert [note.place for note in imported.information if note.what == "Trash"] == [
        "question:QID2"
    ]


def test_half_a_file_is_refused():
    with pytest.raises(SurveyError) as error:
        read_any(b'{"SurveyEntry": {}, "SurveyElements": 3}')
    assert error.value.findings[0].code == "format.unknown"


MC = {"QuestionType": "MC", "Selector": "SAVR", "QuestionText": "Q", "DataExportTag": "q",
      "Choices": {"1": {"Display": "A"}, "2": {"Display": "B"}}}  # fmt: skip
SLIDER = {**MC, "QuestionType": "Slider", "Selector": "HBAR"}


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        ({**MC, "RecodeValues": {"1": "5", "2": "2"}}, "RecodeValues: 1 → 5"),
        ({**MC, "Graphics": "IM_1"}, "Graphics: IM_1"),
        ({**MC, "Choices": {"1": {"Display": "A", "Image": {"x": 1}}}},
         "Choices 1 Image: {'x': 1}"),
        ({**MC, "Validation": {"Settings": {"Type": "CustomValidation"}}},
         "Validation: CustomValidation"),
        ({**MC, "Validation": {"Settings": {"MinChars": "3"}}}, "Validation MinChars: 3"),
        ({**SLIDER, "Choices": {"1": {"Display": "A", "TextEntry": "true"}}},
         "Choices 1 TextEntry"),
        ({**SLIDER, "DynamicChoices": {"Locator": "q://QID9/ChoiceGroup/AllChoices"}},
         "q://QID9/ChoiceGroup/AllChoices"),
    ],
)  # fmt: skip
def test_no_setting_is_dropped_without_a_word(payload, what):
    assert lost(qualtrics({"QID1": payload})) == [("question:q", what)]


def test_codes_that_are_the_ids_and_settings_at_rest_are_no_loss():
    payload = {**MC, "RecodeValues": {"1": "1"}, "Graphics": "", "NextChoiceId": 3,
               "Validation": {"Settings": {"ForceResponse": "OFF", "Type": "None"}}}  # fmt: skip
    assert lost(qualtrics({"QID1": payload})) == []


def test_blocks_and_questions_that_nobody_comes_to_are_named():
    def block(name, *questions):
        return {"Type": "Standard", "ID": name, "Description": name,
                "BlockElements": [{"Type": "Question", "QuestionID": q} for q in questions]}  # fmt: skip

    imported = qualtrics(
        {"QID1": MC, "QID2": MC, "QID3": MC},
        blocks=[block("BL_1", "QID1"), block("BL_2", "QID2")],
        flow=[{"Type": "Block", "ID": "BL_1"}, {"Type": "Block", "ID": "BL_9"},
              {"Type": "EndSurvey", "Options": {"EOSRedirectURL": "https://x.example"}}],
        SurveyDescription="About", SurveyExpirationDate="0000-00-00 00:00:00",
    )  # fmt: skip
    assert lost(imported) == [
        ("survey", "SurveyDescription: About"), ("flow", "BL_9"),
        ("flow", "EOSRedirectURL: https://x.example"), ("block:BL_2", "BL_2"),
        ("question:QID3", "QID3"),
    ]  # fmt: skip


def test_rows_and_conditions_on_the_same_page_are_rules():
    one = {"LogicType": "Question", "LeftOperand": "q://QID1/SelectableChoice/1",
           "Operator": "Selected"}  # fmt: skip
    logic = {"0": {"0": one, "Type": "If"}, "Type": "BooleanExpression"}
    rows = {"1": {"Display": "A", "DisplayLogic": logic}, "2": {"Display": "B"}}
    imported = qualtrics({"QID1": MC, "QID2": {**SLIDER, "DataExportTag": "s", "Choices": rows},
                          "QID3": {**MC, "DataExportTag": "t", "InPageDisplayLogic": logic}})  # fmt: skip
    first = {"==": [{"answer": "q"}, "o1"]}
    assert (question(imported, "s_1").show, question(imported, "s_2").show) == (first, None)
    assert question(imported, "t").show == first


def test_notes_of_the_authors_are_named():
    tree = {"SurveyEntry": {"SurveyName": "Test", "SurveyLanguage": "EN"}, "SurveyElements": [
        {"Element": "NT", "PrimaryAttribute": "NT_1", "Payload": {"ParentID": "QID1"}}]}  # fmt: skip
    assert lost(read_any(json.dumps(tree).encode(), "s.qsf")) == [("element:NT", "NT_1")]


def test_options_that_somebody_has_set_are_named_and_those_at_rest_are_not():
    def options(**given):
        tree = {"SurveyEntry": {"SurveyName": "Test", "SurveyLanguage": "EN"},
                "SurveyElements": [{"Element": "SO", "Payload": given}]}  # fmt: skip
        return read_any(json.dumps(tree).encode(), "s.qsf")

    rest = options(BackButton="false", SurveyProtection="PublicSurvey", EOSRedirectURL="http://",
                   Header="", NextButton=" >> ", PasswordProtection="No", NewScoring=1)  # fmt: skip
    assert rest.notes == ()
    made = options(BackButton="true", SurveyProtection="ByInvitation", EOSRedirectURL="http://x.example",
                   AnonymizeResponse="Yes")  # fmt: skip
    assert lost(made) == [("survey", "EOSRedirectURL")]
    assert [n.what for n in made.information] == ["AnonymizeResponse BackButton SurveyProtection"]
