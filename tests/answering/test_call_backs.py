"""An offer to call back: agreed to by a press, kept once, with a phone that is sealed."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.answering.endings import call_backs
from surveyapp.answering.endings.models import CallBack
from surveyapp.database import db
from tests.answering.endings_world import ends, mark, reads
from tests.answering.plain_client import PlainClient
from tests.answering.world import World, everything


def wishes() -> list[CallBack]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(CallBack)))


def ask(app: Flask, url: str, **form: Any) -> Any:
    return app.test_client().post(f"{url}/call-back", data=form)


def test_a_disappointed_customer_is_asked_and_called_on_the_number_we_know(any_app: Flask) -> None:
    world = ends()
    person = reads(any_app, world.url, 1)
    assert "We are sorry that it was only 1." in person.text
    assert "May we call you back?" in person.text
    assert "****" in person.text
    answer = ask(any_app, world.url, window="evening")
    assert answer.headers["Location"] == world.url
    (wish,) = wishes()
    assert (wish.window, wish.state, wish.phone) == ("evening", "open", None)
    assert (call_backs.phone_of(wish) or "").startswith("+86")
    person.open(world.url)
    assert "We will call you back" in person.text
    assert "In the evening, 18–20" in person.text


def test_another_number_is_checked_and_sealed(any_app: Flask) -> None:
    world = ends()
    mark(any_app, world.url, 2)
    refused = ask(any_app, world.url, window="any", phone="12345")
    assert refused.status_code == 422
    assert "This is no mobile number." in refused.get_data(as_text=True)
    assert wishes() == []
    ask(any_app, world.url, window="any", phone="138 0013 8000")
    (wish,) = wishes()
    assert (wish.phone, call_backs.phone_of(wish)) == ("+8613800138000",) * 2
    assert "138" not in str([row[3] for row in everything()["call_back"]])


def test_whoever_scanned_a_code_is_asked_for_a_number(any_app: Flask) -> None:
    world = ends()
    browser = any_app.test_client()
    person = PlainClient(browser, world.printed)
    person.finish({"csat": 1})
    assert "Your mobile number" in person.text
    assert browser.post(f"{world.printed}/call-back", data={"window": "any"}).status_code == 422
    sent = {"window": "any", "phone": "+86 13800138000"}
    assert browser.post(f"{world.printed}/call-back", data=sent).status_code == 303
    assert [one.phone for one in wishes()] == ["+8613800138000"]


def test_pressing_twice_keeps_one_wish(any_app: Flask) -> None:
    world = ends()
    mark(any_app, world.url, 1)
    for window in ("morning", "evening"):
        ask(any_app, world.url, window=window)
    assert [one.window for one in wishes()] == ["morning"]


def test_a_wish_can_be_taken_back_until_somebody_called(any_app: Flask) -> None:
    world = ends()
    mark(any_app, world.url, 1)
    ask(any_app, world.url, window="any")
    ask(any_app, world.url, withdraw="1")
    assert wishes() == []
    ask(any_app, world.url, window="any")
    (wish,) = wishes()
    call_backs.settle(wish, "a@example.com")
    db.session.commit()
    ask(any_app, world.url, withdraw="1")
    (wish,) = wishes()
    assert (wish.state, wish.done_by) == ("done", "a@example.com")
    assert "We have called you back" in PlainClient(any_app.test_client(), world.url).text
    call_backs.reopen(wish)
    db.session.commit()
    assert [(one.state, one.done_by, one.done_at) for one in wishes()] == [("open", "", None)]


@pytest.mark.parametrize("csat", [3, 5])
def test_where_no_call_is_offered_none_is_taken(any_app: Flask, csat: int) -> None:
    world = ends()
    mark(any_app, world.url, csat)
    ask(any_app, world.url, window="any")
    assert wishes() == []


def test_nothing_is_taken_before_the_answers_or_from_another_website(any_app: Flask) -> None:
    world = ends()
    ask(any_app, world.url, window="any")
    mark(any_app, world.url, 1)
    headers = {"Origin": "https://evil.example"}
    sent = any_app.test_client().post(
        f"{world.url}/call-back", data={"window": "any"}, headers=headers
    )
    assert sent.status_code == 403
    ask(any_app, world.url, window="midnight")
    ask(any_app, "/r/nobody", window="any")
    assert wishes() == []


def test_an_erased_customer_is_asked_for_a_number(any_app: Flask) -> None:
    world: World = ends()
    mark(any_app, world.url, 1)
    ask(any_app, world.url, window="any")
    (wish,) = wishes()
    from surveyapp import clock

    assert wish.response.invitation is not None
    wish.response.invitation.customer.erased_at = clock.now()
    db.session.commit()
    (wish,) = wishes()
    assert call_backs.phone_of(wish) is None
