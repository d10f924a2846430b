"""Photos: sent by a form or by the script, kept sealed, seen by staff alone, gone when replaced."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from surveyapp.answering import pictures
from surveyapp.answering.models import Photo
from surveyapp.database import db
from tests.answering.plain_client import PICTURE, PlainClient
from tests.answering.test_pictures import picture
from tests.answering.world import batch, build, everything, post, the_response
from tests.auditing import AuditingClient

STEP = 1 << 20


def photos() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Photo)) or 0


def send(
    client: FlaskClient,
    url: str,
    data: bytes = PICTURE,
    counter: int = 1,
    variable: str = "card",
    **headers: str,
) -> Any:
    return client.post(
        f"{url}/photo/{variable}?s={counter * STEP}&lang=en",
        data=data,
        content_type="image/jpeg",
        headers=headers,
    )


def test_a_form_sends_a_photo_that_staff_can_see_and_the_database_cannot(
    app: Flask, sign_in: Callable[[str], AuditingClient]
) -> None:
    person = PlainClient(app.test_client(), build("full/photo").url)
    assert person.form.get("enctype") == "multipart/form-data"
    person.press({})
    assert person.errors == ["Please photograph your comment card. Please add a photo."]
    person.finish({"card": "photo", "store": "S01"})
    key = the_response().answers["card"]
    assert the_response().answers == {"card": key, "store": "S01"}
    sealed = db.session.scalars(select(Photo.sealed)).one()
    assert b"\xff\xd8\xff" not in sealed
    staff = sign_in("analyst")
    answer = staff.get(f"/photos/{key}")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    with Image.open(BytesIO(answer.data)) as image:
        assert image.size == (24, 16)
    assert staff.get("/photos/nothing").status_code == 404


def test_a_photo_is_for_staff_only(app: Flask, client: AuditingClient) -> None:
    assert client.get("/photos/anything").status_code == 302


def test_a_photo_that_is_replaced_or_taken_away_is_deleted(any_app: Flask) -> None:
    person = PlainClient(any_app.test_client(), build("full/photo").url)
    person.press({"card": "photo"}, value="back")
    first = the_response().answers["card"]
    assert "A photo is attached." in person.text
    person.press({"card": picture("PNG")}, value="back")
    second = the_response().answers["card"]
    assert (second != first, photos()) == (True, 1)
    person.press({"store": "S02"}, value="back")
    assert the_response().answers["card"] == second
    person.press({"_drop.card": "1"}, value="back")
    assert (the_response().answers, photos()) == ({"store": "S02"}, 0)


def test_what_is_no_picture_is_refused_at_its_field_and_the_rest_is_kept(app: Flask) -> None:
    person = PlainClient(app.test_client(), build("full/photo").url)
    person.press({"card": b"MZ" + bytes(300), "store": "S03"})
    (error,) = person.errors
    assert "This is no picture that we can read" in error
    assert the_response().answers == {"store": "S03"}


def test_the_script_sends_a_photo_by_itself(any_app: Flask) -> None:
    world = build("full/photo")
    client = any_app.test_client()
    assert send(client, world.url).json == {"state": "open", "saved": {"card": STEP}}
    key = the_response().answers["card"]
    assert post(any_app, f"{world.url}/submit", batch({"store": "S01"}, 2)).json["state"] == (
        "completed"
    )
    assert the_response().answers == {"card": key, "store": "S01"}
    before = everything()
    assert send(client, world.url, counter=9).json == {"state": "completed"}
    assert everything() == before


def test_the_newest_photo_wins_wherever_it_arrives_first(any_app: Flask) -> None:
    world = build("full/photo")
    client = any_app.test_client()
    send(client, world.url, counter=5)
    newest = the_response().answers["card"]
    send(client, world.url, picture("PNG"), counter=3)
    assert (the_response().answers["card"], photos()) == (newest, 1)
    post(any_app, f"{world.url}/save", batch({"card": None}, 6))
    assert (the_response().answers, photos()) == ({}, 0)


def test_nobody_can_claim_the_photo_of_another_response(app: Flask) -> None:
    world = build("full/photo", links_count=2)
    send(app.test_client(), world.url)
    key = the_response().answers["card"]
    other = f"/r/{world.tokens[1]}"
    answer = post(app, f"{other}/submit", batch({"card": key})).json
    assert (answer["state"], answer["saved"]) == ("open", {})
    assert answer["errors"] == {"card": "Please add a photo."}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<svg/>", "This is no picture that we can read"),
        (bytes(pictures.LARGEST_FILE + 1), "larger than 8 MB"),
    ],
)
def test_the_script_hears_why_a_photo_was_refused(app: Flask, data: bytes, words: str) -> None:
    world = build("full/photo")
    answer = send(app.test_client(), world.url, data).json
    assert words in answer["errors"]["card"]
    assert (answer["saved"], answer["page"]) == ({"card": STEP}, "p1")
    assert photos() == 0


def test_uploads_from_elsewhere_or_of_something_else_are_refused(app: Flask) -> None:
    world = build("full/photo")
    client = app.test_client()
    assert send(client, world.url, Origin="https://elsewhere.example").status_code == 403
    assert client.post(f"{world.url}/photo/card?s=9", data={"a": "b"}).status_code == 403
    assert send(client, world.url, variable="store").status_code == 400
    assert send(client, world.url, variable="nobody").status_code == 400
    assert send(client, world.url, counter=0).status_code == 400
    assert send(client, "/r/" + "a" * 11).status_code == 404
    assert send(client, world.printed).status_code == 404
    assert photos() == 0


def test_a_form_that_is_far_too_large_is_answered_in_words(app: Flask) -> None:
    world = build("full/photo")
    answer = app.test_client().post(
        world.url,
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        headers={"Accept-Language": "en"},
        environ_overrides={"CONTENT_LENGTH": str(pictures.LARGEST_FILE * 3)},
    )
    assert answer.status_code == 200
    assert "larger than 8 MB" in answer.get_data(as_text=True)
