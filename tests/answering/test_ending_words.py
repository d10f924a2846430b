"""Which ending is read, and that it stays the same one."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from surveyapp import clock
from tests.answering.endings_world import ends, mark, reads
from tests.answering.plain_client import PlainClient
from tests.answering.world import build, the_response
from tests.questionnaires import questionnaire


@pytest.mark.parametrize(
    ("csat", "words"),
    [
        (2, "We are sorry that it was only 2."),
        (3, "See you next time."),
        (4, "Have a look at our shop."),
        (5, "All codes have been given out."),
    ],
)
def test_each_mark_has_its_words(any_app: Flask, csat: int, words: str) -> None:
    text = reads(any_app, ends().url, csat).text
    assert words in text
    assert ("See you next time." in text) is (csat == 3)


def test_words_are_read_in_the_language_of_the_answers(any_app: Flask) -> None:
    world = ends(language="zh-Hans")
    mark(any_app, world.url, 1)
    text = any_app.test_client().get(world.url).get_data(as_text=True)
    assert "很抱歉，您只给了1分。" in text
    assert "我们可以给您回电吗？" in text


def test_an_ending_of_one_day_is_still_read_on_the_next(any_app: Flask) -> None:
    document = questionnaire("full/endings")
    day = datetime(2026, 5, 1, 4, tzinfo=UTC)
    today = {"==": [{"survey": "today"}, "2026-05-01"]}
    only = document.endings[1].model_copy(update={"when": today})
    world = build(document.model_copy(update={"endings": (only,)}))
    with clock.frozen(day):
        mark(any_app, world.url, 3)
    with clock.frozen(day + timedelta(days=3)):
        later = PlainClient(any_app.test_client(), world.url)
    assert "Have a look at our shop." in later.text


def test_answers_off_the_path_choose_no_ending(any_app: Flask) -> None:
    document = questionnaire("full/screen_out")
    one = questionnaire("full/endings").endings[0]
    best = one.model_copy(update={"when": {">": [{"answer": "nps"}, 8]}})
    world = build(document.model_copy(update={"endings": (best,)}))
    person = PlainClient(any_app.test_client(), world.url)
    person.press({"owner": "no"})
    assert "owners of cars" in person.text
    assert "We are sorry" not in person.text
    assert the_response().state == "screened_out"
