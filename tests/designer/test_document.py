import pytest
from pydantic import ValidationError

from surveyapp.designer.document import Document, Nps, Page, question_of, variables_of
from tests.questionnaires import names, questionnaire


def test_variables_stand_in_document_order():
    assert questionnaire("likert_grid").variables == (
        "attitude.polite",
        "attitude.patient",
        "attitude.rushed",
    )
    assert questionnaire("information").variables == ("go",)
    assert question_of("attitude.polite") == "attitude"
    assert question_of("go") == "go"


@pytest.mark.parametrize("name", names())
def test_every_variable_belongs_to_the_question_that_fills_it(name):
    document = questionnaire(name)
    for question in document.questions():
        assert document.question_by_id[question.id] is question
        assert {question_of(v) for v in variables_of(question)} <= {question.id}


def test_a_text_falls_back_to_the_default_language_then_to_any():
    document = Document(default_language="zh-Hans")
    both = {"zh-Hans": "甲", "en": "A"}
    assert document.text(both, "en") == "A"
    assert document.text(both, "fr") == "甲"
    assert document.text({"en": "A"}, "zh-Hans") == "A"
    assert document.text({"zh-Hans": "", "en": "A"}, "zh-Hans") == "A"
    assert document.text({}, "en") == ""


def test_a_document_is_frozen_and_closed():
    with pytest.raises(ValidationError, match="frozen"):
        Document().title = {"en": "A"}
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Document.model_validate({"heading": {}})


def test_a_changed_copy_forgets_what_was_computed_from_the_original():
    document = Document(pages=(Page(id="p", questions=(Nps(id="n"),)),))
    assert document.variables == ("n",)
    assert document.model_copy(update={"pages": ()}).variables == ()
    assert document.variables == ("n",)
