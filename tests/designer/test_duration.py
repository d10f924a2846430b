import pytest

from surveyapp.designer.document import Document
from surveyapp.designer.duration import expected_seconds, reading_seconds
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
    assert times[1] > times[0] + 10
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


def test_a_scale_is_read_once():
    one, grid = questionnaire("likert"), questionnaire("likert_grid")
    question = one.pages[0].questions[0]
    both = one.model_copy(
        update={
            "pages": tuple(
                page.model_copy(
                    update={"questions": (question.model_copy(update={"id": f"q{i}"}),)}
                )
                for i, page in enumerate((one.pages[0], one.pages[0]))
            )
        }
    )
    first = expected_seconds(one, path(one, {}, {}))
    again = expected_seconds(both, path(both, {}, {})) - first
    assert first - again == pytest.approx(sum(map(reading_seconds, scale_labels(one))) / 2)
    assert expected_seconds(grid, path(grid, {}, {})) > first


def scale_labels(document):
    return [label["zh-Hans"] for label in document.pages[0].questions[0].scale.labels.values()]


def test_an_optional_text_takes_half():
    def seconds(**how):
        text = {"type": "long_text", "id": "t", **how}
        document = Document.model_validate({"pages": [{"id": "p", "questions": [text]}]})
        return expected_seconds(document, path(document, {}, {}))

    assert seconds(required=True) == 2 * seconds() == 15


@pytest.mark.parametrize("name", names())
def test_a_tiny_questionnaire_takes_some_time_and_no_minutes(name):
    document = questionnaire(name)
    assert 2 < expected_seconds(document, path(document, {}, {}, seed=1)) < 120
