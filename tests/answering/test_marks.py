"""What a response tells of itself for screening: nobody is refused for it."""

from typing import Any

import pytest
from flask import Flask

from tests.answering.world import batch, build, post, the_response
from tests.auditing import AuditingClient


def test_a_key_that_the_script_never_sends_is_a_mark_and_no_refusal(any_app: Flask) -> None:
    world = build("two_pages")
    answer = post(any_app, f"{world.url}/save", batch({"channel": "phone"}, _url="http://x"))
    assert answer.status_code == 200
    response = the_response()
    assert response.answers == {"channel": "phone"}
    assert response.paradata["trap"] is True
    assert response.paradata["saves"] == 1
    post(any_app, f"{world.url}/save", batch({"channel": "shop"}, 2))
    assert the_response().paradata["trap"] is True


@pytest.mark.parametrize("filled", ["", "http://cheap.example"])
def test_the_field_out_of_sight_marks_a_plain_form(
    client: AuditingClient, app: Flask, filled: str
) -> None:
    world = build("two_pages")
    page = client.get(world.url).get_data(as_text=True)
    assert 'tabindex="-1" aria-hidden="true" name="_url" autocomplete="off"' in page
    form = {"_page": "p1", "_go": "next", "channel": "phone", "_url": filled}
    assert client.post(world.url, data=form).status_code == 303
    assert the_response().answers["channel"] == "phone"
    assert the_response().paradata.get("trap", False) is bool(filled)


def test_how_often_a_page_was_left_is_a_claim_within_bounds(any_app: Flask) -> None:
    world = build("two_pages")
    claims: dict[str, Any] = {"~away": 2, "~away_ms": 90_000, "~other": 1}
    post(any_app, f"{world.url}/save", batch({"channel": "phone"}, claims=claims))
    assert the_response().paradata["claims"] == {"~away": 2, "~away_ms": 90_000}
    endless = {"~away": -1, "~away_ms": 8 * 24 * 3600 * 1000}
    post(any_app, f"{world.url}/save", batch({"channel": "shop"}, 2, claims=endless))
    assert the_response().paradata["claims"] == {"~away": 2, "~away_ms": 90_000}
