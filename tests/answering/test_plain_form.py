"""The questionnaire without JavaScript: page by page, with ordinary forms."""

import random

import pytest
from flask import Flask

from tests.answering.plain_client import PlainClient
from tests.answering.world import build, the_response
from tests.auditing import AuditingClient
from tests.designer.respondent import random_answers
from tests.questionnaires import full_names, names, questionnaire

ALL = {
    "channel": "phone",
    "reasons": ["price", "wait"],
    "speed": 4,
    "attitude.polite": 5,
    "attitude.patient": 4,
    "attitude.rushed": 2,
    "nps": 9,
    "contacts": 2,
    "model": "KFR-35",
    "comment": "很好，谢谢",
}


def test_a_client_that_only_follows_forms_answers_every_type(any_app: Flask) -> None:
    world = build("all_types")
    any_app.test_client_class = AuditingClient
    person = PlainClient(any_app.test_client(), world.url)
    assert len(person.tree.forms) == 1
    person.finish(ALL)
    assert "Thank you" in person.text
    response = the_response()
    assert response.state == "completed"
    assert response.answers == ALL
    assert response.completed_at is not None
    assert response.invitation is not None
    assert response.invitation.completed_at == response.completed_at


def test_mistakes_are_listed_on_top_and_at_the_field_and_nothing_is_lost(
    app: Flask, client: AuditingClient
) -> None:
    person = PlainClient(client, build("all_types").url)
    person.finish({**ALL, "contacts": "99"}, most=3) if False else None
    person.press(ALL)
    person.press(ALL)
    person.press({**ALL, "contacts": "99", "model": ""})
    assert person.page == "p3"
    assert person.errors == [
        "How many times did you contact us about this? Please enter a number from 1 to 20.",
        "What is the model? Please write an answer.",
    ]
    assert person.tree.xpath("//*[@id='errors']//a/@href") == ["#f-contacts", "#f-model"]
    assert person.tree.xpath("//input[@id='f-contacts']/@value") == ["99"]
    assert "谢谢" in person.tree.xpath("//textarea[@id='f-comment']")[0].text
    person.finish(ALL)
    assert the_response().answers == ALL


def test_back_never_loses_an_answer(app: Flask, client: AuditingClient) -> None:
    person = PlainClient(client, build("all_types").url)
    person.press(ALL)
    person.press({"speed": 2}, value="back")
    assert person.page == "p1"
    assert person.tree.xpath("//input[@name='channel'][@checked]/@value") == ["phone"]
    person.press({})
    assert person.tree.xpath("//input[@name='speed'][@checked]/@value") == ["2"]


def test_a_language_switch_keeps_what_was_just_entered(app: Flask, client: AuditingClient) -> None:
    person = PlainClient(client, build("all_types").url)
    assert "How did you contact us?" in person.text
    person.press({"channel": "shop"}, name="_lang", value="zh-Hans")
    assert "您通过什么方式联系我们？" in person.text
    assert person.tree.xpath("//input[@name='channel'][@checked]/@value") == ["shop"]
    assert the_response().language == "zh-Hans"
    person.open(person.url)
    assert person.tree.get("lang") == "zh-Hans"


def test_a_cleared_choice_is_cleared(app: Flask, client: AuditingClient) -> None:
    person = PlainClient(client, build("all_types").url)
    person.press(ALL, value="back")
    assert the_response().answers["reasons"] == ["price", "wait"]
    data = {"_page": "p1", "_go": "back", "channel": "phone"}
    client.post(person.url, data=data)
    assert the_response().answers == {"channel": "phone"}


def test_a_question_that_an_answer_reveals_on_the_same_page_is_asked_before_going_on(
    app: Flask, client: AuditingClient
) -> None:
    document = questionnaire("same_page_branch")
    page = document.pages[0]
    hidden = next(q for q in page.questions if q.show)
    assert hidden.show is not None
    person = PlainClient(client, build(document).url)
    assert hidden.id not in {field.name for field in person.form.inputs}
    person.press(_that_shows(hidden.show))
    assert person.page == page.id
    assert hidden.id in {field.name for field in person.form.inputs}


def _that_shows(rule: dict[str, list[object]]) -> dict[str, object]:
    """An answer that makes a one-comparison rule true."""
    (operator, operands), *_ = rule.items()
    assert operator in ("==", "<=", "in"), rule
    source, value = operands
    assert isinstance(source, dict)
    return {source["answer"]: value[0] if isinstance(value, list) else value}


@pytest.mark.parametrize("name", [*names(), *full_names()])
def test_every_tiny_questionnaire_can_be_answered_by_its_forms(
    name: str, app: Flask, client: AuditingClient
) -> None:
    document = questionnaire(name)
    person = PlainClient(client, build(document).url)
    person.finish(random_answers(document, random.Random(7), answered=1.0))
    assert the_response().state == "completed"
