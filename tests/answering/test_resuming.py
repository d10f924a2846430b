"""A short code with which an anonymous response is gone on with on another device."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.answering import misses, resuming
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Touchpoint
from tests.answering.world import World, batch, build, everything, state_in, the_response
from tests.auditing import AuditingClient

ANSWER = batch({"channel": "phone"})


@pytest.fixture
def browser(any_app: Flask) -> Callable[[], FlaskClient]:
    any_app.test_client_class = AuditingClient
    return any_app.test_client


def code_in(page: str) -> str:
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4})</code>", page)
    assert found, page
    return found[1]


def begun(browser: Callable[[], FlaskClient], world: World) -> tuple[FlaskClient, str]:
    first = browser()
    first.get(world.printed)
    assert first.post(f"{world.printed}/save", json=ANSWER).json["state"] == "open"
    return first, code_in(first.post(f"{world.printed}/later").get_data(as_text=True))


def test_whoever_types_the_code_goes_on_with_the_same_response(
    browser: Callable[[], FlaskClient],
) -> None:
    world = build("single")
    first, code = begun(browser, world)
    second = browser()
    assert second.get("/resume").headers["X-Survey"] == "resume"
    opened = second.post("/resume", data={"number": f" {code.lower()} "})
    assert (opened.status_code, opened.location) == (303, world.printed)
    for client in (second, first):  # both hold it now
        page = client.get(world.printed)
        assert state_in(page)["answers"]["channel"][1] == "phone"
    assert second.post(f"{world.printed}/submit", json=batch({}, 2)).json["state"] == "completed"
    assert the_response().state == "completed"
    assert first.get(world.printed).headers["X-Survey"] == "completed"


def test_a_new_code_takes_the_place_of_the_one_before(
    browser: Callable[[], FlaskClient],
) -> None:
    world = build("single")
    first, old = begun(browser, world)
    new = code_in(first.post(f"{world.printed}/later").get_data(as_text=True))
    assert browser().post("/resume", data={"number": old}).status_code == 422
    assert browser().post("/resume", data={"number": new}).status_code == 303
    assert not [row for rows in everything().values() for row in rows if new in str(row)]


def test_the_plain_form_is_saved_on_the_way(browser: Callable[[], FlaskClient]) -> None:
    world = build("single")
    client = browser()
    client.get(world.printed)
    form = {"_page": "p1", "channel": "shop"}
    code = code_in(client.post(f"{world.printed}/later", data=form).get_data(as_text=True))
    assert the_response().answers == {"channel": "shop"}
    assert browser().post("/resume", data={"number": code}).status_code == 303


@pytest.mark.parametrize("typed", ["", "K7M4", "K7M4-29Q0", "K7M4-29QXX", "中" * 8])
def test_what_is_no_code_is_said_without_looking(
    browser: Callable[[], FlaskClient], typed: str
) -> None:
    answer = browser().post("/resume", data={"number": typed})
    assert answer.status_code == 422
    assert "K7M4-29QX" in answer.get_data(as_text=True)


def test_codes_are_not_to_be_guessed(browser: Callable[[], FlaskClient]) -> None:
    world = build("single")
    _, code = begun(browser, world)
    stranger = browser()
    for _ in range(misses.ALLOWED - 1):
        assert stranger.post("/resume", data={"number": "2222-2222"}).status_code == 422
    assert stranger.post("/resume", data={"number": "3333-3333"}).status_code == 429
    assert stranger.post("/resume", data={"number": code}).status_code == 429


def test_a_code_is_for_codes_without_another_name(browser: Callable[[], FlaskClient]) -> None:
    world = build("single")
    client = browser()
    client.get(world.printed)
    assert "/later" in client.get(world.printed).get_data(as_text=True)
    assert "/later" not in client.get(world.url).get_data(as_text=True)
    touchpoint = db.session.scalars(select(Touchpoint)).one()
    for name, value in (("channel", "kiosk"), ("once", "receipt")):
        setattr(touchpoint, name, value)
        db.session.commit()
        assert "/later" not in client.get(world.printed).get_data(as_text=True)
        answer = client.post(f"{world.printed}/later")
        assert "<code>" not in answer.get_data(as_text=True)
    assert db.session.scalars(select(Response)).all() == []


def test_a_stranger_and_another_website_get_none(browser: Callable[[], FlaskClient]) -> None:
    world = build("single")
    first, _ = begun(browser, world)
    elsewhere = {"Origin": "https://elsewhere.example"}
    before = everything()
    for client, headers in ((browser(), {}), (first, elsewhere)):
        answer = client.post(f"{world.printed}/later", headers=headers)
        assert "<code>" not in answer.get_data(as_text=True)
    assert first.post("/resume", data={"number": "2222-2222"}, headers=elsewhere).status_code == 422
    assert everything() == before


def test_a_response_that_ended_meanwhile_is_not_handed_over(any_app: Flask) -> None:
    build("single")
    row = Response(study_id=1, version_id=1, mode="qr", language="en", seed=1, state="completed")
    db.session.add(row)
    db.session.commit()
    assert not resuming.hand_over(row.id, "c.x")
