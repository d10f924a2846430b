"""A rush of answers from one address costs work, shuts nobody out, and leaves a mark."""

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from surveyapp.answering import puzzles
from surveyapp.answering.lately import KEYS, WINDOW
from surveyapp.answering.models import Response
from surveyapp.answering.rush import CANNOT, HEADER, Beginnings
from surveyapp.database import db
from surveyapp.distribution.models import Touchpoint
from tests.answering.test_terminals import FIRST
from tests.answering.world import World, batch, build
from tests.conftest import join, lay_tables, make_settings

ALLOWED = 2


def sign(text: str) -> str:
    return f"s{sum(map(ord, text))}"


def solution(puzzle: str) -> str:
    bits = int(puzzle.partition(".")[0])
    return next(t for n in count() if puzzles.zeros(t := f"{puzzle}.{n}") >= bits)


@pytest.mark.parametrize(
    ("begun", "bits"),
    [(0, 0), (29, 0), (30, 16), (59, 16), (60, 17), (120, 18), (1920, 22), (10**6, 22)],
)
def test_each_doubling_costs_one_bit_more_up_to_a_bound(begun: int, bits: int) -> None:
    assert puzzles.bits_for(begun, 30) == bits


def test_a_solution_is_good_for_its_response_until_its_end() -> None:
    puzzle = puzzles.pose("me", 8, 1000, sign)
    solved = solution(puzzle)
    assert puzzle.startswith(f"8.{1000 + puzzles.LASTS}.")
    assert puzzles.is_solved("me", solved, 1000, sign)
    assert puzzles.is_solved("me", solved, 1000 + puzzles.LASTS, sign)
    assert not puzzles.is_solved("me", solved, 1001 + puzzles.LASTS, sign)
    assert not puzzles.is_solved("you", solved, 1000, sign)


def test_nothing_else_is_a_solution() -> None:
    puzzle = puzzles.pose("me", 8, 1000, sign)
    wrong = next(t for n in count() if puzzles.zeros(t := f"{puzzle}.{n}") < 8)
    _, ends, signature = puzzle.split(".")
    forged = [wrong, puzzle, "", CANNOT, f"1.{ends}.{signature}.1", f"8.x.{signature}.1"]
    forged += [f"x.{ends}.{signature}.1", f"{puzzle}.x", f"{puzzle}.٣", f"{puzzle}.{'1' * 300}"]
    assert not any(puzzles.is_solved("me", text, 1000, sign) for text in forged)


def test_zeros_are_counted_from_the_left() -> None:
    # sha256sum: "abc" is ba78… (FIPS 180-4), "286" is 0032…, "886" is 000f21ac….
    assert [puzzles.zeros(text) for text in ("abc", "286", "886")] == [0, 10, 12]


def test_beginnings_are_counted_by_address_and_code_forgotten_and_bounded() -> None:
    moment = [0.0]
    seen = Beginnings(lambda: moment[0], allowed=2)
    for _ in range(2):
        assert seen.bits("1.1.1.1", 7) == 0
        seen.count(("1.1.1.1", 7))
    assert seen.bits("1.1.1.1", 7) == puzzles.EASIEST
    assert seen.bits("1.1.1.1", 8) == seen.bits("1.1.1.2", 7) == 0
    moment[0] = WINDOW + 1
    assert seen.bits("1.1.1.1", 7) == 0
    seen.count(("1.1.1.1", 7))
    for number in range(KEYS):
        seen.count((str(number), 7))
    assert len(seen._seen) == KEYS
    assert ("1.1.1.1", 7) not in seen._seen


def rushed(app: Flask, **code: Any) -> World:
    """A code at which ALLOWED responses were begun from this address."""
    app.extensions["answering.rush"] = Beginnings(allowed=ALLOWED)
    world = build("two_pages")
    for name, value in code.items():
        setattr(db.session.query(Touchpoint).one(), name, value)
    db.session.commit()
    for _ in range(ALLOWED):
        assert save(someone(app, world), world).status_code == 200
    return world


def someone(app: Flask, world: World) -> FlaskClient:
    """A browser with a cookie of its own."""
    client = app.test_client()
    client.get(world.printed)
    return client


def save(client: FlaskClient, world: World, work: str = "", path: str = "save") -> Any:
    headers = {HEADER: work} if work else {}
    body = batch({"channel": "phone", "nps": 9})
    return client.post(f"{world.printed}/{path}", json=body, headers=headers)


def responses() -> list[Response]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Response).order_by(Response.id)))


@pytest.mark.parametrize("path", ["save", "submit"])
def test_the_next_response_costs_a_puzzle_and_then_is_like_any_other(
    any_app: Flask, path: str
) -> None:
    world = rushed(any_app)
    client = someone(any_app, world)
    asked = save(client, world, path=path)
    assert asked.status_code == 428
    assert asked.json["state"] == "puzzle"
    assert len(responses()) == ALLOWED
    answer = save(client, world, solution(asked.json["puzzle"]), path)
    assert answer.status_code == 200
    newest = responses()[-1]
    assert len(responses()) == ALLOWED + 1
    assert "unworked" not in newest.paradata
    assert newest.answers == {"channel": "phone", "nps": 9}
    if path == "save":
        assert save(client, world).status_code == 200, "who has begun is asked no more"


def test_a_solution_begins_no_other_response(app: Flask) -> None:
    world = rushed(app)
    first, second = someone(app, world), someone(app, world)
    work = solution(save(first, world).json["puzzle"])
    assert save(second, world, work).status_code == 428
    assert save(first, world, work).status_code == 200


def test_a_browser_that_cannot_work_is_let_in_with_a_mark(any_app: Flask) -> None:
    world = rushed(any_app)
    assert save(someone(any_app, world), world, CANNOT).status_code == 200
    assert responses()[-1].paradata["unworked"] is True
    assert "unworked" not in responses()[0].paradata


def test_before_the_rush_nobody_is_marked_whatever_they_say(app: Flask) -> None:
    world = build("two_pages")
    assert save(someone(app, world), world, CANNOT).status_code == 200
    assert "unworked" not in responses()[0].paradata


def test_a_plain_form_is_let_in_with_a_mark(app: Flask) -> None:
    world = rushed(app)
    form = {"_page": "p1", "_go": "next", "channel": "phone"}
    assert someone(app, world).post(world.printed, data=form).status_code == 303
    assert responses()[-1].answers == {"channel": "phone"}
    assert responses()[-1].paradata["unworked"] is True


def test_a_photo_that_begins_a_response_costs_the_same(app: Flask) -> None:
    world = rushed(app)
    address = f"{world.printed}/photo/photo"
    answer = someone(app, world).post(address, data=b"x", content_type="image/jpeg")
    assert answer.status_code == 428


def test_personal_links_and_terminals_are_never_asked(app: Flask) -> None:
    world = rushed(app)
    personal = app.test_client().post(f"{world.url}/save", json=batch({"channel": "phone"}))
    assert personal.status_code == 200
    db.session.query(Touchpoint).one().channel = "kiosk"
    db.session.commit()
    headers = {"Survey-Person": FIRST}
    kiosk = app.test_client().post(
        f"{world.printed}/save", json=batch({"channel": "phone"}), headers=headers
    )
    assert kiosk.status_code == 200
    assert not any("unworked" in one.paradata for one in responses())


@pytest.mark.parametrize(("proxies", "status"), [("0", 428), ("1", 200)])
def test_only_a_proxy_of_ours_says_whose_the_address_is(
    tmp_path: Path, proxies: str, status: int
) -> None:
    app = join(make_settings(tmp_path, TRUSTED_PROXIES=proxies))
    lay_tables(app)
    with app.app_context():
        app.extensions["answering.rush"] = Beginnings(allowed=1)
        world = build("two_pages")
        found = []
        for address in ("6.6.6.6, 10.0.0.1", "6.6.6.6, 10.0.0.2"):
            found.append(
                someone(app, world).post(
                    f"{world.printed}/save",
                    json=batch({"channel": "phone"}),
                    headers={"X-Forwarded-For": address},
                )
            )
        assert [answer.status_code for answer in found] == [200, status]
        db.session.remove()
        db.engine.dispose()
