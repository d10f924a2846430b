"""Questionnaires in other languages than the interface's: direction, names, phrases, choosing."""

from flask import Flask

from surveyapp.designer.document import Document
from tests.answering.plain_client import PlainClient
from tests.answering.world import batch, build, post, the_response
from tests.auditing import AuditingClient
from tests.questionnaires import questionnaire


def spoken(*languages: str) -> Document:
    return questionnaire("single").model_copy(
        update={"languages": languages, "default_language": languages[0]}
    )


def test_an_arabic_questionnaire_runs_from_right_to_left_with_our_phrases_in_english(
    app: Flask, client: AuditingClient
) -> None:
    world = build(spoken("ar", "en", "zh-Hans"), language="ar")
    page = client.get(world.url).get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page
    assert ">Send my answers<" in page
    for code, name in (("en", "English"), ("zh-Hans", "简体中文")):
        assert f'name="_lang" value="{code}" lang="{code}" dir="ltr">{name}</button>' in page


def test_one_may_choose_among_three_languages_without_a_script(
    app: Flask, client: AuditingClient
) -> None:
    world = build(spoken("zh-Hans", "en", "ar"), language="zh-Hans")
    person = PlainClient(client, world.url)
    person.press({"channel": "phone"}, name="_lang", value="ar")
    assert person.tree.get("lang") == "ar"
    assert person.tree.xpath("//input[@checked]/@value") == ["phone"]
    assert the_response().language == "ar"


def test_a_browser_gets_the_closest_language(app: Flask, client: AuditingClient) -> None:
    world = build(spoken("zh-Hans", "pt-BR"))
    page = client.get(world.printed, headers={"Accept-Language": "pt-PT, en"}).get_data(
        as_text=True
    )
    assert '<html lang="pt-BR">' in page


def test_a_long_tag_is_stored_so_that_it_is_found_again(app: Flask) -> None:
    world = build(spoken("zh-Hans", "ca-ES-valencia"))
    post(app, f"{world.url}/save", batch({"channel": "phone"}, language="ca-ES-valencia"))
    assert the_response().language == "ca-ES-valenc"
    page = app.test_client().get(world.url).get_data(as_text=True)
    assert '<html lang="ca-ES-valencia">' in page
