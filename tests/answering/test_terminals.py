"""Store terminals: many people on one device, none of whom sees another's answers."""

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.answering import terminals
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Touchpoint
from surveyapp.distribution.touchpoints import exit_code
from tests.answering.world import World, batch, build, everything, post, state_in, the_response

FIRST = "1z.aaaaaaaaaaaaaaaaaaaaaaaa"
SECOND = "zz.aaaaaaaaaaaaaaaaaaaaaaaa"


def terminal(name: str = "single") -> World:
    """A world whose code stands at a store terminal."""
    world = build(name)
    touchpoint = db.session.scalars(select(Touchpoint)).one()
    touchpoint.channel = terminals.CHANNEL
    db.session.commit()
    return world


def said(app: Flask, world: World, person: str, path: str, answers: dict[str, str]) -> dict:
    headers = {terminals.HEADER: person}
    return post(app, world.printed + path, batch(answers), **headers).json


def test_each_person_has_a_response_and_the_order_that_was_shown(any_app: Flask) -> None:
    world = terminal()
    for person in (FIRST, SECOND):
        assert said(any_app, world, person, "/save", {"channel": "phone"})["state"] == "open"
    assert said(any_app, world, FIRST, "/submit", {"channel": "shop"})["state"] == "completed"
    assert said(any_app, world, FIRST, "/submit", {"channel": "shop"})["state"] == "completed"
    found = db.session.scalars(select(Response).order_by(Response.id)).all()
    assert [(r.state, r.mode, r.seed) for r in found] == [
        ("completed", "kiosk", 71),
        ("started", "kiosk", 1295),
    ]


def test_the_page_is_blank_whoever_comes_and_leaves_no_cookie(any_app: Flask) -> None:
    world = terminal()
    said(any_app, world, FIRST, "/save", {"channel": "phone"})
    client = any_app.test_client()
    for _ in range(2):
        answer = client.get(world.printed)
        assert "Set-Cookie" not in answer.headers
        assert state_in(answer)["answers"] == {}
        assert state_in(answer)["terminal"] == {"exit": exit_code(world.code)}
    before = everything()
    pressed = client.post(world.printed, data={"_page": "p1", "_go": "submit", "channel": "phone"})
    assert "Set-Cookie" not in pressed.headers
    assert everything() == before


@pytest.mark.parametrize("person", ["", "x", f"ZZ.{'a' * 24}", f"{'z' * 11}.{'a' * 24}", "1.a"])
def test_a_name_that_no_terminal_makes_is_nobody(app: Flask, person: str) -> None:
    world = terminal()
    before = everything()
    assert said(app, world, person, "/save", {"channel": "phone"}) == {"state": "gone"}
    assert everything() == before


def test_a_browser_of_a_customer_cannot_name_itself(app: Flask) -> None:
    world = build("single")
    assert said(app, world, FIRST, "/save", {"channel": "phone"}) == {"state": "gone"}
    client = app.test_client()
    client.get(world.printed)
    assert client.post(f"{world.printed}/save", json=batch({"channel": "phone"})).status_code == 200
    assert the_response().mode == "qr"


def test_only_a_terminal_carries_its_script_and_an_exit(app: Flask) -> None:
    world = build("single")
    page = app.test_client().get(world.printed).get_data(as_text=True)
    assert "openTerminal(state, say)" not in page
    assert 'id="veil"' not in page
    assert "terminal" not in state_in(app.test_client().get(world.url))
    assert exit_code("A") != exit_code("B")
    assert exit_code("A").isdecimal()
