import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.document import Document, variables_of
from surveyapp.designer.path import path
from tests.designer.respondent import random_answers
from tests.questionnaires import names, questionnaire

SEEDED = st.integers(0, 2**32).map(random.Random)
NOBODY: dict[str, dict[str, object]] = {}


def visible(name, answers, facts=NOBODY):
    return [q.id for q in path(questionnaire(name), answers, facts).questions]


def test_unanswered_never_shows():
    assert visible("branching", {}) == ["overall", "nps"]


def test_an_answer_shows_its_branch_and_the_branch_of_the_branch():
    assert visible("branching", {"overall": 2}) == ["overall", "reasons", "nps"]
    answers = {"overall": 2, "reasons": ["price", "wait"]}
    assert visible("branching", answers) == ["overall", "reasons", "detail", "nps"]


def test_answers_off_the_path_are_invisible_but_come_back():
    document = questionnaire("branching")
    answers = {"overall": 5, "reasons": ["wait"], "detail": "an hour", "nps": 9}
    off = path(document, answers, NOBODY)
    assert off.on_path(answers) == {"overall": 5, "nps": 9}
    assert off.page_ids == ("p1", "p3")
    back = {**answers, "overall": 1}
    assert path(document, back, NOBODY).on_path(back) == back


def test_a_hidden_answer_does_not_route():
    assert visible("chain", {"a": "no", "b": "yes"}) == ["a"]
    assert visible("chain", {"a": "yes", "b": "yes"}) == ["a", "b", "c"]


def test_what_is_known_of_the_customer_routes():
    fresh = {"customer": {"product_line": "fresh_food"}}
    assert visible("customer_branch", {}, fresh) == ["fresh", "nps"]
    assert visible("customer_branch", {}, NOBODY) == ["nps"]


def test_a_page_without_visible_questions_is_skipped():
    document = Document.model_validate(
        {
            "pages": [
                {"id": "p1", "questions": [{"type": "nps", "id": "a", "show": {"==": [1, 2]}}]},
                {"id": "p2"},
            ]
        }
    )
    assert path(document, {}, NOBODY).pages == ()
    assert path(document, {}, NOBODY).resume({}) is None


def test_a_rule_sees_neither_itself_nor_what_follows():
    later = {"answered": [{"answer": "b"}]}
    document = Document.model_validate(
        {
            "pages": [
                {
                    "id": "p1",
                    "questions": [
                        {"type": "nps", "id": "a", "show": later},
                        {"type": "nps", "id": "b"},
                    ],
                }
            ]
        }
    )
    assert path(document, {"a": 1, "b": 1}, NOBODY).variables == ("b",)


def test_lookups_on_a_path():
    seen = path(questionnaire("likert_grid"), {}, NOBODY)
    assert seen.question_ids == {"attitude"}
    assert seen.variables == ("attitude.polite", "attitude.patient", "attitude.rushed")
    assert seen.page("p1") is seen.pages[0]
    assert seen.page("p9") is None


@pytest.mark.parametrize(
    ("name", "answers", "page"),
    [
        ("two_pages", {}, "p1"),
        ("two_pages", {"channel": "phone"}, "p2"),
        ("two_pages", {"nps": 3}, "p1"),
        ("two_pages", {"channel": "phone", "nps": 3}, None),
        ("optional_pages", {}, "p1"),
        ("optional_pages", {"first": "x"}, "p2"),
        ("optional_pages", {"second": "x"}, "p3"),
        ("branching", {"overall": 2}, "p2"),
        ("branching", {"overall": 3}, "p3"),
        ("likert_grid", {"attitude.polite": 3}, "p1"),
    ],
)
def test_resume_at_the_first_incomplete_page(name, answers, page):
    assert path(questionnaire(name), answers, NOBODY).resume(answers) == page


@settings(max_examples=100)
@given(SEEDED, st.sampled_from(names()))
def test_is_pure_and_depends_only_on_what_is_on_the_path(draw, name):
    document = questionnaire(name)
    answers = random_answers(document, draw)
    first = path(document, answers, NOBODY)
    assert path(document, first.on_path(answers), NOBODY) == first
    assert path(document, answers, NOBODY) == first


@settings(max_examples=50)
@given(SEEDED, st.sampled_from(names()))
def test_keeps_document_order(draw, name):
    document = questionnaire(name)
    seen = path(document, random_answers(document, draw), NOBODY)
    order = [v for q in document.questions() for v in variables_of(q)]
    assert [v for v in order if v in seen.variables] == list(seen.variables)
