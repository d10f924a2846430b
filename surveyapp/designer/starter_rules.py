"""The rules that new parts begin with: complete, sound, and easy to change."""

from __future__ import annotations

from collections.abc import Iterable

from surveyapp.designer.document import Document, Question, variables_of
from surveyapp.designer.parts import Rule
from surveyapp.designer.questions import scale_ends
from surveyapp.designer.rule_types import type_of_question
from surveyapp.findings import N_, Finding, SurveyError


def condition(document: Document, questions: Iterable[Question], *, best: bool = False) -> Rule:
    """A condition on the first of the questions that fits: its worst answer, or its best."""
    asked = [question for question in questions if variables_of(question)]
    for question in asked:
        ends = scale_ends(question)
        source = {"answer": variables_of(question)[0]}
        if ends:
            return {"==": [source, ends[1] if best else ends[0]]}
        options = type_of_question(question, document).options
        if options and question.type == "single":
            return {"==": [source, options[0]]}
    if not asked:
        template = N_("Add a question first: a condition is about its answer.")
        raise SurveyError(Finding("edit.refused", "document", template))
    return {"answered": [{"answer": variables_of(asked[0])[0]}]}


def demand(question: Question, document: Document) -> Rule:
    """What every answer to the question fulfils, to be made stricter."""
    source = {"answer": next(iter(variables_of(question)), question.id)}
    type_ = type_of_question(question, document)
    ends = scale_ends(question)
    if type_.kind == "number":
        return {">=": [source, ends[0] if ends else 0]}
    if type_.kind == "choice":
        return {"in": [source, list(type_.options)]}
    if type_.kind == "choice_set":
        return {">=": [{"count": [source]}, 1]}
    if type_.kind == "date":
        return {"<=": [source, {"survey": "today"}]}
    return {"==": [source, True]} if type_.kind == "boolean" else {"!=": [source, "…"]}


def value(document: Document) -> Rule:
    """A computed value to begin with: the first number that is asked, or how many are answered."""
    for question in document.questions():
        if type_of_question(question).kind == "number" and variables_of(question):
            return {"answer": variables_of(question)[0]}
    condition_ = condition(document, document.questions())
    return {"count": [condition_]}
