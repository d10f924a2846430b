"""Whose answers they are: kept by the database, told by no stored secret, changed by no replay."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from surveyapp.answering.models import Response
from surveyapp.answering.views import COOKIE
from surveyapp.database import db
from surveyapp.distribution import links
from surveyapp.distribution.models import Invitation
from tests.answering.world import World, batch, build, everything, post, state_in, the_response


@pytest.mark.parametrize("door", ["invitation_id", "token_hash"])
def test_the_database_keeps_one_response_a_door(any_app: Flask, door: str) -> None:
    world = build("two_pages")
    common = {"study_id": world.study.id, "version_id": world.study.version_id}
    mine: dict[str, Any] = {"invitation_id": 1} if door == "invitation_id" else {door: "h" * 64}
    for seed in (1, 2):
        db.session.add(Response(**common, **mine, language="en", seed=seed))
        if seed == 1:
            db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_no_table_holds_the_secret_of_a_browser_or_of_a_link(any_app: Flask) -> None:
    world = build("two_pages")
    client = any_app.test_client()
    client.get(world.printed)
    cookie = client.get_cookie(COOKIE, path=world.printed)
    assert cookie is not None
    client.post(f"{world.printed}/save", json=batch({"channel": "phone"}))
    response = the_response()
    assert response.token_hash
    assert len(response.token_hash) == 64
    told = str(everything())
    assert cookie.value not in told
    assert world.tokens[0] not in told


def test_another_browser_or_a_made_up_secret_finds_nobodys_answers(any_app: Flask) -> None:
    world = build("two_pages")
    client = any_app.test_client()
    client.get(world.printed)
    client.post(f"{world.printed}/save", json=batch({"channel": "phone"}))
    hashed = the_response().token_hash or ""
    for secret in (hashed, hashed[:24], "x"):
        other = any_app.test_client()
        other.set_cookie(COOKIE, secret, path=world.printed)
        assert "phone" not in str(_answers(other, world))


def _answers(client: Any, world: World) -> object:
    return state_in(client.get(world.printed))["answers"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "facebookexternalhit/1.1"},
    ],
)
def test_a_prefetch_and_a_preview_of_a_link_write_nothing(
    any_app: Flask, headers: dict[str, str]
) -> None:
    world = build("two_pages")
    before = everything()
    client = any_app.test_client()
    for url in (world.url, world.printed):
        for method in ("GET", "HEAD"):
            assert client.open(url, method=method, headers=headers).status_code == 200
    assert everything() == before


def test_an_old_batch_that_comes_again_changes_no_answer(any_app: Flask) -> None:
    world = build("two_pages")
    old, new = batch({"channel": "phone"}, 1), batch({"channel": "shop", "nps": 9}, 2)
    post(any_app, f"{world.url}/save", old)
    post(any_app, f"{world.url}/save", new)
    before = the_response()
    kept = (before.answers, before.sequences, before.paradata["pages"]["p2"])
    for _ in range(2):
        answer = post(any_app, f"{world.url}/save", old).json
        assert answer["newer"] == {"channel": [(2 << 20) + 7, "shop"]}
    after = the_response()
    assert (after.answers, after.sequences, after.paradata["pages"]["p2"]) == kept
    assert post(any_app, f"{world.url}/submit", new).json["state"] == "completed"
    finished = everything()
    for body in (old, new):
        for path in ("save", "submit"):
            assert post(any_app, f"{world.url}/{path}", body).json["state"] == "completed"
    assert everything() == finished


def test_a_link_of_the_older_form_opens_the_same_page_until_it_is_revoked(any_app: Flask) -> None:
    world = build("two_pages")
    invitation = db.session.scalars(select(Invitation)).one()
    older = links.older_token(invitation.id, 1)
    invitation.token_hash = links.hash_of(older)
    db.session.commit()
    client = any_app.test_client()
    assert client.get(world.url).status_code == 404, "it has one link, not two"
    answer = post(any_app, f"/r/{older}/save", batch({"channel": "phone"}))
    assert answer.status_code == 200
    assert the_response().invitation_id == invitation.id
    links.revoke(invitation)
    db.session.commit()
    assert client.get(f"/r/{older}").status_code == 404
    told = state_in(client.get(f"/r/{links.token_of(invitation)}"))
    assert told["answers"]["channel"][1] == "phone"
