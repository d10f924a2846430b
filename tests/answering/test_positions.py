"""The position is asked by a press, measured once, and forgotten but for its distance."""

import json
import math
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.answering.positions import EARTH, FARTHEST, Position, distance, kept, read
from surveyapp.database import db
from surveyapp.distribution.models import Touchpoint
from tests.answering.world import World, batch, build, everything, state_in, the_response
from tests.auditing import AuditingClient

WEST_LAKE = Position(30.2464, 120.1486)
degrees = st.builds(Position, st.floats(-90, 90), st.floats(-180, 180))


def test_distances_that_are_known_from_elsewhere() -> None:
    paris, london = Position(48.8566, 2.3522), Position(51.5074, -0.1278)
    assert distance(paris, london) == pytest.approx(343_556, rel=0.001)
    quarter = distance(Position(0, 0), Position(0, 90))
    assert quarter == pytest.approx(math.pi / 2 * EARTH)
    assert distance(Position(90, 0), Position(-90, 77)) == pytest.approx(math.pi * EARTH)
    assert distance(Position(0, 179.9), Position(0, -179.9)) == pytest.approx(22_239, rel=0.001)


@given(degrees, degrees)
def test_it_is_a_distance(one: Position, other: Position) -> None:
    there = distance(one, other)
    assert 0 <= there <= math.pi * EARTH + 1
    assert there == pytest.approx(distance(other, one), abs=1e-3)
    assert distance(one, one) == 0


@example(Position(0, 0), Position(0, 0), 5e-324)
@given(degrees, degrees, st.floats(0, 1e6))
def test_what_is_kept_is_coarse_and_never_farther(
    person: Position, store: Position, accuracy: float
) -> None:
    found = kept(Position(person.latitude, person.longitude, accuracy), store)
    there = distance(person, store)
    assert found["metres"] <= there
    assert found["metres"] % 50 == 0
    assert found["metres"] >= min(there - 1000, FARTHEST)
    assert min(accuracy, FARTHEST) <= found["accuracy"] <= accuracy + 10


def test_steps_are_fine_near_the_store_and_coarse_far_away() -> None:
    near, far = Position(30.2500, 120.1486, 12.4), Position(30.2900, 120.1486, 300)
    assert kept(near, WEST_LAKE) == {"metres": 400, "accuracy": 20}
    assert kept(far, WEST_LAKE) == {"metres": 4000, "accuracy": 300}
    assert kept(Position(0, 0), WEST_LAKE) == {"metres": FARTHEST, "accuracy": 0}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "30.2,120.1,5",
        [30.2, 120.1],
        [30.2, 120.1, 5, 1],
        [True, 120.1, 5],
        [30.2, "120.1", 5],
        [90.1, 0, 5],
        [0, -180.1, 5],
        [0, 0, -1],
        [0, 0, math.inf],
    ],
)
def test_what_no_device_reports_is_no_position(sent: object) -> None:
    assert read(sent) is None


def test_what_a_device_reports_is_one() -> None:
    assert read([30.2464, 120.1486, 5]) == Position(30.2464, 120.1486, 5.0)


def asking(asks: bool = True, channel: str = "qr", known: bool = True) -> World:
    world = build("two_pages")
    world.study.asks_position = asks
    code = db.session.query(Touchpoint).one()
    code.channel = channel
    if known:
        code.latitude, code.longitude = WEST_LAKE.latitude, WEST_LAKE.longitude
    db.session.commit()
    return world


def send(app: Flask, world: World, place: object, path: str = "save") -> Any:
    client = app.test_client()
    client.get(world.printed)
    body = batch({"channel": "phone", "nps": 9}, place=place)
    return client.post(f"{world.printed}/{path}", json=body)


@pytest.mark.parametrize("path", ["save", "submit"])
def test_only_the_distance_is_kept(any_app: Flask, path: str) -> None:
    world = asking()
    assert send(any_app, world, [30.2500123, 120.1486456, 12.4], path).status_code == 200
    response = the_response()
    assert response.paradata["place"] == {"metres": 400, "accuracy": 20}
    assert response.paradata["saves"] == 1
    assert "30.25" not in json.dumps(everything()["response"], default=str)


@pytest.mark.parametrize(
    ("asks", "known", "place"),
    [
        (False, True, [30.25, 120.15, 5]),
        (True, False, [30.25, 120.15, 5]),
        (True, True, [91, 0, 5]),
        (True, True, None),
    ],
)
def test_nothing_is_kept_that_nobody_asked_for(
    any_app: Flask, asks: bool, known: bool, place: object
) -> None:
    world = asking(asks, known=known)
    assert send(any_app, world, place).status_code == 200
    assert "place" not in the_response().paradata


def test_a_place_that_was_taken_away_meanwhile_measures_nothing(app: Flask) -> None:
    world = asking()
    db.session.query(Touchpoint).one().longitude = None
    db.session.commit()
    assert send(app, world, [30.25, 120.15, 5]).status_code == 200
    assert "place" not in the_response().paradata


@pytest.mark.parametrize(
    ("asks", "channel", "known", "offered"),
    [
        (True, "qr", True, True),
        (False, "qr", True, False),
        (True, "qr", False, False),
        (True, "kiosk", True, False),
    ],
)
def test_only_a_page_that_asks_carries_the_button_and_may_use_the_device(
    client: AuditingClient, app: Flask, asks: bool, channel: str, known: bool, offered: bool
) -> None:
    world = asking(asks, channel, known)
    answer = client.get(world.printed)
    page = answer.get_data(as_text=True)
    assert ('id="place"' in page) is offered
    assert ("getCurrentPosition" in page) is offered
    assert ("geolocation=(self)" in answer.headers["Permissions-Policy"]) is offered
    assert state_in(answer)
    personal = client.get(world.url)
    assert 'id="place"' not in personal.get_data(as_text=True)
    assert "geolocation=()" in personal.headers["Permissions-Policy"]


def test_the_closing_page_asks_for_nothing_any_more(app: Flask) -> None:
    world = asking()
    client = app.test_client()
    client.get(world.printed)
    client.post(f"{world.printed}/submit", json=batch({"channel": "phone", "nps": 9}))
    answer = client.get(world.printed)
    assert answer.headers["X-Survey"] == "completed"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
