import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.designer.document import Document, variables_of
from surveyapp.designer.path import VisiblePage, path
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


GRID = {
    "type": "likert_grid",
    "id": "g",
    "shuffle": True,
    "items": [{"id": name, "fixed": name == "d"} for name in "abcd"],
}


def test_everything_comes_in_the_order_of_the_seed_and_no_rule_minds():
    document = Document.model_validate(
        {
            "pages": [
                {"id": "p1", "block": "x", "questions": [{"type": "nps", "id": "q1"}, GRID]},
                {
                    "id": "p2",
                    "block": "x",
                    "shuffle": True,
                    "questions": [{"type": "nps", "id": f"n{i}"} for i in range(4)],
                },
                {"id": "p3", "questions": [{"type": "nps", "id": "last"}]},
            ]
        }
    )
    plain = path(document, {}, NOBODY)
    assert plain.page_ids == ("p1", "p2", "p3")
    ways = [path(document, {}, NOBODY, seed) for seed in range(40)]
    assert {way.page_ids for way in ways} == {("p1", "p2", "p3"), ("p2", "p1", "p3")}
    grid = document.question_by_id["g"]
    items = {tuple(item.id for item in way.page("p1").items_of(grid)) for way in ways}
    assert len(items) == 6
    assert {order[-1] for order in items} == {"d"}
    assert len({way.page("p2").variables for way in ways}) > 12
    for way in ways:
        assert set(way.variables) == set(plain.variables)
        assert path(document, {}, NOBODY, seed=ways.index(way)) == way


def test_a_page_made_by_hand_offers_everything():
    document = questionnaire("option_rules")
    page = VisiblePage(document.pages[0], document.pages[0].questions)
    channel, views = (document.question_by_id[name] for name in ("channel", "views"))
    assert page.variables == document.variables
    assert page.options_of(channel) == channel.options
    assert page.items_of(views) == views.items
    assert page.requires(document.question_by_id["nps"])
    assert not page.requires(channel)


def test_a_screen_out_ends_the_path_with_its_page():
    document = questionnaire("screen_out")
    assert path(document, {}, NOBODY).ended is None
    out = path(document, {"bought": "no"}, NOBODY)
    assert out.ended == document.pages[0].screen_outs[0]
    assert out.page_ids == ("p1",)
    assert path(document, {"bought": "yes"}, NOBODY).page_ids == ("p1", "p2")


def test_an_experiment_draws_its_arm_unless_it_is_known():
    document = questionnaire("experiment")
    shown = {path(document, {}, {}, seed).variables for seed in range(30)}
    assert shown == {("nps",), ("other_nps",)}
    assert path(document, {}, {"random": {"words": "a"}}, 1).variables == ("nps",)
    assert path(document, {}, {}).variables == ()
