"""Saves from several phones at once: nothing acknowledged is ever lost, the newest wins."""

import random
import threading
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from surveyapp.answering.merging import merge
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Invitation, Study
from tests.answering.world import batch, build, everything, post, state_in, the_response

VARIABLES = ("channel", "reasons", "speed", "model")
values = (
    st.none() | st.integers(1, 5) | st.sampled_from(["电话", 'a"b', "𠮷", ["price", "wait"], 2.5])
)
writes = st.lists(
    st.tuples(st.sampled_from(VARIABLES), values, st.integers(1, 30)),
    min_size=1,
    max_size=12,
    unique_by=lambda write: (write[0], write[2]),
)


def _newest(sent: list[tuple[str, Any, int]]) -> dict[str, Any]:
    found: dict[str, tuple[int, Any]] = {}
    for variable, value, sequence in sent:
        if sequence > found.get(variable, (0, None))[0]:
            found[variable] = sequence, value
    return {variable: value for variable, (_, value) in found.items() if value is not None}


@pytest.fixture
def row(any_app: Flask) -> Response:
    world = build("all_types")
    assert post(any_app, f"{world.url}/save", batch({"comment": "x"})).status_code == 200
    return the_response()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sent=writes, order=st.randoms(use_true_random=False))
def test_the_merge_is_the_same_in_every_order_and_with_repeats(
    row: Response, sent: list[tuple[str, Any, int]], order: random.Random
) -> None:
    db.session.execute(update(Response).values(answers={}, sequences={}))
    shuffled = [*sent, *order.sample(sent, len(sent) // 2)]
    order.shuffle(shuffled)
    while shuffled:
        size = order.randint(1, 3)
        part, shuffled = shuffled[:size], shuffled[size:]
        changes: dict[str, tuple[object, int]] = {}
        for variable, value, sequence in part:
            if sequence > changes.get(variable, (None, 0))[1]:
                changes[variable] = value, sequence
        assert (
            merge(row.id, changes, pages=["p1"], claims={}, language="en", now=row.saved_at)
            is not None
        )
    db.session.commit()
    assert the_response().answers == _newest(sent)


def test_two_phones_that_save_at_the_same_moment_lose_nothing(any_app: Flask) -> None:
    world = build("all_types")
    url = f"{world.url}/save"
    acknowledged: list[tuple[str, Any, int]] = []
    problems: list[Any] = []

    def phone(tag: int) -> None:
        draw = random.Random(tag)
        client = any_app.test_client()
        for counter in range(1, 26):
            variable, sequence = draw.choice(["speed", "nps", "contacts"]), (counter << 20) + tag
            value = draw.randint(1, 5)
            answer = client.post(url, json={"answers": {variable: {"v": value, "s": sequence}}})
            if answer.status_code != 200 or answer.json["saved"] != {variable: sequence}:
                problems.append(answer.get_data(as_text=True))
            acknowledged.append((variable, value, sequence))

    threads = [threading.Thread(target=phone, args=(tag,)) for tag in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    response = the_response()
    assert response.answers == _newest(acknowledged)
    assert response.paradata["saves"] == 100


def test_the_first_save_begins_one_response_and_freezes_the_facts(any_app: Flask) -> None:
    world = build("customer_branch", city="杭州", product_line="fresh_food")
    variable = "nothing_asked"
    post(any_app, f"{world.url}/save", batch({variable: 1}))
    response = the_response()
    assert response.answers == {}
    assert response.facts["customer"]["city"] == "杭州"
    assert response.facts["customer"]["product_line"] == "fresh_food"
    assert not {"name", "phone", "number"} & set(response.facts["customer"])
    invitation = db.session.scalars(select(Invitation)).one()
    assert invitation.opened_at == invitation.started_at == response.started_at


def test_times_are_measured_here_and_what_the_page_says_is_a_claim(any_app: Flask) -> None:
    world = build("all_types")
    url = f"{world.url}/save"
    post(any_app, url, batch({"channel": "phone"}, claims={"p1": 1}))
    first = the_response().paradata
    post(any_app, url, batch({"speed": 1, "model": "x"}, 2, claims={"p2": 86_400_000, "p9": 1}))
    response = the_response()
    assert response.paradata["claims"] == {"p1": 1, "p2": 86_400_000}
    assert sorted(response.paradata["pages"]) == ["p1", "p2", "p3"]
    assert response.paradata["pages"]["p1"] == first["pages"]["p1"]
    begin, end = response.paradata["pages"]["p2"]
    assert begin == end == response.saved_at.isoformat(timespec="milliseconds")


def test_the_moment_of_opening_is_ours_or_nothing(any_app: Flask) -> None:
    world = build("all_types", links_count=2)
    state = state_in(any_app.test_client().get(world.url))
    post(any_app, f"{world.url}/save", batch({"channel": "phone"}, opened=state["opened"]))
    assert "opened" in the_response().paradata
    forged = batch({"channel": "phone"}, opened="1000000000000." + "0" * 24)
    post(any_app, f"/r/{world.tokens[1]}/save", forged)
    rows = db.session.scalars(select(Response).order_by(Response.id)).all()
    assert "opened" not in rows[1].paradata


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b'{"answers": []}',
        b'{"answers": {"speed": 5}}',
        b'{"answers": {"speed": {"v": 5, "s": 0}}}',
        b'{"answers": {"speed": {"v": 5, "s": 1e300}}}',
        b'{"answers": {"speed": {"v": NaN, "s": 1}}}',
        b'{"answers": {"speed": {"v": {"a": 1}, "s": 1}}}',
        b'{"answers": {"comment": {"v": "' + b"x" * 20_001 + b'", "s": 1}}}',
        b"[" * 100_000,
        '{"answers": \ud83d}'.encode("utf-8", "surrogatepass"),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_and_writes_nothing(app: Flask, body: bytes) -> None:
    world = build("all_types")
    before = everything()
    answer = app.test_client().post(f"{world.url}/save", data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"state": "unreadable"})
    assert everything() == before


def test_answers_that_are_wrong_are_kept_until_submit(any_app: Flask) -> None:
    world = build("all_types")
    answers = {"contacts": "many", "model": "\x00一\ud83d二 𠮷"}
    assert post(any_app, f"{world.url}/save", batch(answers)).status_code == 200
    assert the_response().answers == {"contacts": "many", "model": "一二 𠮷"}


def test_a_closed_study_takes_no_more_answers(any_app: Flask) -> None:
    world = build("all_types")
    db.session.execute(update(Study).values(state="closed"))
    db.session.commit()
    before = everything()
    answer = post(any_app, f"{world.url}/save", batch({"channel": "phone"}))
    assert (answer.status_code, answer.json) == (410, {"state": "closed"})
    assert everything() == before


def test_another_website_cannot_answer_in_somebodys_name(app: Flask) -> None:
    world = build("all_types")
    before = everything()
    url = f"{world.url}/save"
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert post(app, url, batch({"channel": "phone"}), **headers).status_code == 403
        answer = app.test_client().post(world.url, data={"channel": "phone"}, headers=headers)
        assert answer.status_code == 403
    assert everything() == before
    assert post(app, url, batch({"channel": "phone"}), Origin="http://localhost").status_code == 200


def test_what_another_device_answered_later_is_told_to_whoever_comes_with_the_older(
    any_app: Flask,
) -> None:
    world = build("all_types")
    save = f"{world.url}/save"
    assert "newer" not in post(any_app, save, batch({"channel": "shop", "speed": 2}, 7)).json
    assert "newer" not in post(any_app, save, batch({"speed": None}, 8)).json
    late = post(any_app, save, batch({"channel": "phone", "speed": 5, "model": "X"}, 3)).json
    assert late["saved"].keys() == {"channel", "speed", "model"}
    assert {v: value for v, (_, value) in late["newer"].items()} == {
        "channel": "shop",
        "speed": None,
    }
    assert all(late["newer"][v][0] > late["saved"][v] for v in late["newer"])
    wrong = post(any_app, f"{world.url}/submit", batch({"channel": "phone"}, 4)).json
    assert wrong["errors"]
    assert wrong["newer"]["channel"][1] == "shop"
    assert the_response().answers == {"channel": "shop", "model": "X"}
