"""Submitting: the server finds the path, checks it, and accepts one response, whatever happens."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.answering.batches import Batch
from surveyapp.answering.models import Response
from surveyapp.answering.signals import response_completed
from surveyapp.answering.submitting import submit
from surveyapp.answering.visits import by_token
from surveyapp.database import db
from surveyapp.distribution.models import Invitation
from tests.answering.plain_client import PlainClient
from tests.answering.test_plain_form import ALL
from tests.answering.world import batch, build, everything, post, the_response
from tests.auditing import AuditingClient
from tests.questionnaires import questionnaire


def test_two_parallel_submits_f5_back_and_double_tap_give_one_response_and_thanks_for_both(
    any_app: Flask,
) -> None:
    world = build("all_types")
    heard: list[int] = []

    def listen(_sender: Flask, response_id: int, study_id: int) -> None:
        heard.append(response_id)

    post(any_app, f"{world.url}/save", batch(ALL))
    answers: list[Any] = []
    barrier = threading.Barrier(4)

    def finish() -> None:
        client = any_app.test_client()
        barrier.wait()
        answers.append(client.post(f"{world.url}/submit", json=batch(ALL)).json)

    with response_completed.connected_to(listen):
        threads = [threading.Thread(target=finish) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        again = any_app.test_client().post(world.url, data={"_go": "submit"}, follow_redirects=True)
    assert [answer["state"] for answer in answers] == ["completed"] * 4
    assert "Thank you" in again.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1
    response = the_response()
    assert heard == [response.id]
    assert response.answers == ALL
    before = everything()
    late = batch({"channel": "shop"}, 99)
    assert post(any_app, f"{world.url}/save", late).json == {"state": "completed"}
    assert post(any_app, f"{world.url}/submit", late).json == {"state": "completed"}
    page = any_app.test_client().get(world.url).get_data(as_text=True)
    assert "Thank you" in page
    assert "<form" not in page
    assert everything() == before


def test_who_comes_second_among_many_others_hears_how_theirs_ended(any_app: Flask) -> None:
    world = build("single", 3)
    document = questionnaire("single")
    stale = [by_token(token, briefly=True) for token in world.tokens]
    last = Batch({"channel": ("phone", 1 << 20)})
    for _ in range(2):
        ends = [submit(visit, document, last, "en").state for visit in stale if visit]
        assert ends == ["completed"] * 3


def test_parallel_first_posts_by_plain_form_begin_one_response(any_app: Flask) -> None:
    world = build("single")
    barrier = threading.Barrier(4)
    codes: list[int] = []

    def press() -> None:
        client = any_app.test_client()
        barrier.wait()
        codes.append(
            client.post(
                world.url, data={"_page": "p1", "_go": "submit", "channel": "phone"}
            ).status_code
        )

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {200, 303}
    assert db.session.scalar(select(func.count()).select_from(Response)) == 1


def test_answers_off_the_path_are_kept_until_submit_and_never_beyond(any_app: Flask) -> None:
    world = build("branching")
    unhappy = {"overall": 1, "reasons": ["wait"], "detail": "an hour"}
    post(any_app, f"{world.url}/save", batch(unhappy))
    post(any_app, f"{world.url}/save", batch({"overall": 5}, 2))
    assert the_response().answers == {**unhappy, "overall": 5}
    person = PlainClient(any_app.test_client(), world.url)
    person.press({}, value="back")
    person.press({"overall": 2})
    assert person.page == "p2"
    assert person.tree.xpath("//input[@name='reasons'][@checked]/@value") == ["wait"]
    assert "an hour" in person.text
    person.press({}, value="back")
    person.press({"overall": 4})
    assert person.page == "p3"
    person.finish({"nps": 8})
    response = the_response()
    assert response.state == "completed"
    assert response.answers == {"overall": 4, "nps": 8}


def test_answers_off_the_path_never_route(any_app: Flask) -> None:
    """c hangs on b, b hangs on a: with a = no, an old b = yes shows nothing."""
    world = build("chain")
    post(any_app, f"{world.url}/save", batch({"a": "yes", "b": "yes", "c": "no"}))
    post(any_app, f"{world.url}/save", batch({"a": "no"}, 2))
    person = PlainClient(any_app.test_client(), world.url)
    assert {f.name for f in person.form.inputs if f.name and f.name[0] != "_"} == {"a"}
    assert post(any_app, f"{world.url}/submit", {}).json["state"] == "completed"
    assert the_response().answers == {"a": "no"}


def test_an_incomplete_submission_says_what_to_mend_and_keeps_everything(any_app: Flask) -> None:
    world = build("all_types")
    answer = post(any_app, f"{world.url}/submit", batch({**ALL, "contacts": 99, "model": None}))
    assert answer.json["state"] == "open"
    assert answer.json["page"] == "p3"
    assert answer.json["errors"] == {
        "contacts": "Please enter a number from 1 to 20.",
        "model": "Please write an answer.",
    }
    assert the_response().answers["contacts"] == 99
    assert the_response().state == "started"


def test_a_listener_that_fails_costs_the_customer_nothing(app: Flask) -> None:
    world = build("single")

    def fail(_sender: Flask, **_values: int) -> None:
        raise RuntimeError("not the customer's trouble")

    with response_completed.connected_to(fail):
        answer = post(app, f"{world.url}/submit", batch({"channel": "phone"}))
    assert answer.json["state"] == "completed"
    assert the_response().state == "completed"


def test_the_first_sign_of_a_person_is_noted_once(any_app: Flask) -> None:
    world = build("single")
    assert post(any_app, f"{world.url}/open", {}).json == {"state": "open"}
    first = db.session.scalars(select(Invitation.opened_at)).one()
    assert first is not None
    post(any_app, f"{world.url}/open", {})
    assert db.session.scalars(select(Invitation.opened_at)).one() == first
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0


@pytest.mark.parametrize("door", ["url", "printed"])
def test_after_submit_the_link_shows_the_thanks(
    door: str, app: Flask, client: AuditingClient
) -> None:
    world = build("single")
    person = PlainClient(client, getattr(world, door))
    person.finish({"channel": "phone"})
    person.open(getattr(world, door))
    assert "Thank you" in person.text
    assert ("Give another answer" in person.text) is (door == "printed")
