import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.duration import expected_seconds, question_seconds, reading_seconds
from surveyapp.designer.path import path
from tests.questionnaires import names, questionnaire


def test_reading_at_the_published_pace():
    assert reading_seconds("好" * 255) == pytest.approx(60)
    assert reading_seconds("word " * 238) == pytest.approx(60)
    assert reading_seconds("您好 hello, world!") == pytest.approx(2 * 60 / 255 + 2 * 60 / 238)
    assert reading_seconds("") == 0


def test_a_longer_path_takes_longer():
    document = questionnaire("branching")
    short, long = ({"overall": 5}, {"overall": 1, "reasons": ["wait"]})
    times = [expected_seconds(document, path(document, a, {})) for a in (short, long)]
    assert times[1] > times[0] + 15
    assert times == [expected_seconds(document, path(document, a, {})) for a in (short, long)]


def test_language_changes_the_reading_time_only():
    document = questionnaire("nps")
    on = path(document, {}, {})
    english = expected_seconds(document, on, "en")
    assert english != expected_seconds(document, on, "zh-Hans") == expected_seconds(document, on)


def test_a_page_title_is_read_too():
    bare, titled = (
        Document.model_validate(
            {"pages": [{"id": "p", "title": title, "questions": [{"type": "nps", "id": "n"}]}]}
        )
        for title in ({}, {"zh-Hans": "好" * 17})
    )
    assert expected_seconds(bare, path(bare, {}, {})) == 2.0
    assert expected_seconds(titled, path(titled, {}, {})) == pytest.approx(6.0)


@pytest.mark.parametrize("name", names())
def test_every_question_takes_some_time_and_none_takes_minutes(name):
    document = questionnaire(name)
    for question in document.questions():
        assert 0.5 < question_seconds(document, question) < 60
