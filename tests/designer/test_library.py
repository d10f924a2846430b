import pytest

from surveyapp.designer.document import Likert, LikertGrid
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.library import TEMPLATES, template
from surveyapp.designer.path import path
from surveyapp.findings import SurveyError

SATISFIED = {"solved": "yes", "overall": 5, "nps": 9}
DISSATISFIED = {"solved": "no", "overall": 1, "nps": 2, "reasons": ["waiting"]}
WEIGHTS = {
    "response_speed": 25,
    "resolution": 30,
    "first_contact": 20,
    "attitude": 15,
    "knowledge": 10,
}


def aftersales(answers, **customer):
    document = template("aftersales")
    return document, path(document, answers, {"customer": customer})


def scored_items():
    """(dimension, reverse) of every scored variable."""
    for question in template("aftersales").questions():
        if isinstance(question, LikertGrid):
            yield from ((i.dimension, i.reverse) for i in question.items if i.dimension)
        elif isinstance(question, Likert) and question.dimension:
            yield question.dimension, question.reverse


def test_dimensions_and_weights_are_those_of_the_indicator_system():
    assert {d.id: d.weight for d in template("aftersales").dimensions} == WEIGHTS


def test_every_dimension_has_items_enough_for_its_reliability():
    dimensions = [dimension for dimension, _ in scored_items()]
    assert all(dimensions.count(dimension) >= 3 for dimension in WEIGHTS)
    assert {reverse for _, reverse in scored_items()} == {True, False}


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize(
    ("answers", "customer"),
    [
        (SATISFIED, {}),
        (SATISFIED, {"product_line": "appliance"}),
        (DISSATISFIED, {}),
        (DISSATISFIED, {"product_line": "appliance"}),
        (DISSATISFIED, {"product_line": "fresh_food"}),
    ],
)
def test_takes_at_most_three_minutes(language, answers, customer):
    document, on = aftersales(answers, **customer)
    assert 90 < expected_seconds(document, on, language) <= 180


def test_branches_by_satisfaction_and_by_product_line():
    def extra(answers, **customer):
        usual = aftersales(SATISFIED)[1].question_ids
        return aftersales(answers, **customer)[1].question_ids - usual

    assert extra(SATISFIED) == set()
    assert extra(SATISFIED, product_line="appliance") == {"installation"}
    assert extra(SATISFIED, product_line="fresh_food") == {"freshness"}
    assert extra(SATISFIED, product_line="home") == set()
    assert extra(DISSATISFIED) == {"reasons", "detail"}
    assert extra({"overall": 4, "nps": 6, "reasons": ["nothing"]}) == {"reasons"}


def test_the_empty_template_has_one_empty_page():
    assert [len(page.questions) for page in template("empty").pages] == [0]


def test_every_template_is_titled_in_both_languages():
    for name in TEMPLATES:
        assert set(template(name).title) == {"zh-Hans", "en"}


def test_an_unknown_template_is_a_finding():
    with pytest.raises(SurveyError, match=r"library.unknown.*“nope”"):
        template("nope")
