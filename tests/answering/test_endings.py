"""How a questionnaire ends early, in which order it comes, and what chance decides."""

import threading
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.answering.models import QuotaCount, Response
from surveyapp.answering.signals import response_completed
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.designer.order import arms
from tests.answering.plain_client import PlainClient
from tests.answering.world import World, batch, build, everything, post, state_in, the_response
from tests.auditing import AuditingClient
from tests.questionnaires import questionnaire

FINISHERS, PLACES = 200, 50


def test_who_is_screened_out_reads_why_and_nobody_is_told(any_app: Flask) -> None:
    heard: list[int] = []
    world = build("full/screen_out")

    def listen(_sender: Flask, response_id: int, study_id: int) -> None:
        heard.append(response_id)

    with response_completed.connected_to(listen):
        person = PlainClient(any_app.test_client(), world.url)
        person.press({"owner": "no"})
        assert "This survey is for owners of cars; “No” was your answer." in person.text
    response = the_response()
    assert (response.state, response.answers, heard) == ("screened_out", {"owner": "no"}, [])
    assert response.completed_at is not None
    assert response.invitation is not None
    assert response.invitation.ineligible_at == response.invitation.completed_at
    before = everything()
    person.open(world.url)
    assert "owners of cars" in person.text
    assert post(any_app, f"{world.url}/save", batch({"owner": "yes"}, 9)).json == {
        "state": "screened_out"
    }
    assert post(any_app, f"{world.url}/submit", {}).json == {"state": "screened_out"}
    assert everything() == before


def test_the_button_of_the_page_that_screens_out_promises_nothing(
    app: Flask, client: AuditingClient
) -> None:
    world = build("full/screen_out")
    post(app, f"{world.url}/save", batch({"owner": "no"}))
    person = PlainClient(client, world.url)
    assert person.tree.xpath("//button[@id='next']")[0].text == "Continue"
    person.press({"owner": "yes"})
    assert person.page == "p2"


def test_the_script_hears_that_somebody_is_screened_out(app: Flask) -> None:
    world = build("full/screen_out")
    answer = post(app, f"{world.url}/submit", batch({"owner": "no", "nps": 9})).json
    assert answer["state"] == "screened_out"
    assert the_response().answers == {"owner": "no"}


def test_the_order_is_the_same_on_every_load_and_device_though_nothing_is_written(
    any_app: Flask,
) -> None:
    world = build("full/shuffled", links_count=8)
    before = everything()
    orders = set()
    for token in world.tokens:
        first, second = (
            PlainClient(any_app.test_client(), f"/r/{token}").tree.xpath(
                "//main[@id='main']//input[@value]/@value"
            )
            for _ in range(2)
        )
        assert first == second
        orders.add(tuple(first))
    assert len(orders) > 3
    assert everything() == before


def test_the_seed_before_the_first_answer_is_the_one_that_is_stored(any_app: Flask) -> None:
    world = build("full/shuffled")
    client = any_app.test_client()
    before = state_in(client.get(world.url))
    post(any_app, f"{world.url}/save", batch({"pick": "o1"}))
    assert the_response().seed == before["seed"] == state_in(client.get(world.url))["seed"]


def test_what_is_fixed_keeps_its_place(app: Flask, client: AuditingClient) -> None:
    world = build("full/shuffled", links_count=5)
    for token in world.tokens:
        person = PlainClient(client, f"/r/{token}")
        for _ in range(4):
            values = person.tree.xpath("//input[@name='pick']/@value")
            if values:
                assert values[-1] == "none"
                break
            person.press({})


def test_several_choices_are_stored_in_the_order_of_the_document(app: Flask) -> None:
    world = build("full/shuffled")
    person = PlainClient(app.test_client(), world.url)
    person.finish({"some": ["o5", "o2", "o7"], "order": ["o7", "o1", "o3"]})
    assert the_response().answers["some"] == ["o2", "o5", "o7"]
    assert the_response().answers["order"] == ["o7", "o1", "o3"]


def test_the_arm_that_the_seed_draws_is_shown_and_stored(any_app: Flask) -> None:
    document = questionnaire("full/experiment")
    world = build(document, links_count=6)
    seen = set()
    for token in world.tokens:
        person = PlainClient(any_app.test_client(), f"/r/{token}")
        seed = state_in(any_app.test_client().get(f"/r/{token}"))["seed"]
        arm = arms(document, seed)["wording"]
        assert ("We would be glad" in person.text) is (arm == "warm")
        assert ("Please answer." in person.text) is (arm == "plain")
        person.finish({"score": 4})
        seen.add(str(arm))
    db.session.rollback()
    stored = {r.facts["random"]["wording"] for r in db.session.scalars(select(Response))}
    assert stored == seen == {"warm", "plain"}


def counted() -> dict[str, int]:
    db.session.rollback()
    rows = db.session.execute(select(QuotaCount.cell, QuotaCount.n))
    return {str(cell): int(n) for cell, n in rows}


def test_a_full_quota_keeps_the_answers_and_says_so(any_app: Flask) -> None:
    world = build("full/quota", links_count=4)
    for token in world.tokens[:2]:
        PlainClient(any_app.test_client(), f"/r/{token}").finish({"age": "young"})
    person = PlainClient(any_app.test_client(), f"/r/{world.tokens[2]}")
    person.press({"age": "young"})
    assert "We have heard from enough people like you for now." in person.text
    older = PlainClient(any_app.test_client(), f"/r/{world.tokens[3]}")
    older.finish({"age": "older"})
    assert "your answers have arrived" in older.text
    db.session.rollback()
    states = db.session.execute(select(Response.state, func.count()).group_by(Response.state)).all()
    assert dict(map(tuple, states)) == {"completed": 3, "quota_full": 1}
    full = db.session.scalars(select(Response).where(Response.state == "quota_full")).one()
    assert full.answers == {"age": "young"}
    assert counted() == {"young": 2, "older": 1}


def test_one_full_cell_takes_no_place_in_the_others(any_app: Flask) -> None:
    world = build(_two_quotas(), links_count=4)
    for token in world.tokens:
        post(any_app, f"/r/{token}/submit", batch({"age": "older"}))
    assert counted() == {"everybody": 3, "older": 3}


def _two_quotas() -> Document:
    document = questionnaire("full/quota")
    (quota,) = document.quotas
    older = quota.cells[1].model_copy(update={"limit": 9})
    everybody = older.model_copy(
        update={"id": "everybody", "when": {"answered": [{"answer": "age"}]}, "limit": 3}
    )
    return document.model_copy(
        update={
            "quotas": (
                quota.model_copy(update={"cells": (older,)}),
                quota.model_copy(update={"id": "total", "cells": (everybody,)}),
            )
        }
    )


def test_200_simultaneous_finishers_on_a_quota_of_50_give_exactly_50(any_app: Flask) -> None:
    world = build("full/quota", links_count=FINISHERS)
    answers: list[Any] = []
    waiting = threading.Barrier(16)

    def finish(tokens: list[str]) -> None:
        client = any_app.test_client()
        waiting.wait()
        for token in tokens:
            answers.append(
                client.post(f"/r/{token}/submit", json=batch({"age": "older"})).json["state"]
            )

    threads = [threading.Thread(target=finish, args=(world.tokens[n::16],)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["completed"] * PLACES + ["quota_full"] * (FINISHERS - PLACES)
    assert counted() == {"older": PLACES}
    done = db.session.scalar(
        select(func.count()).select_from(Response).where(Response.state == "completed")
    )
    assert done == PLACES


def test_a_cold_server_answers_a_crowd_with_one_connection_each(any_app: Flask) -> None:
    """A request that held one while it waited for a second would wait for ever among its like."""
    world = build("full/quota")
    db.session.remove()
    every = 5 + 10  # What SQLAlchemy's pool lends by default.
    with ExitStack() as held:
        for _ in range(every - 1):
            held.enter_context(db.engine.connect())
        client = any_app.test_client()
        saved = client.post(f"{world.url}/save", json=batch({"age": "older"}))
        submitted = client.post(f"{world.url}/submit", json={"answers": {}})
        assert (saved.json["state"], submitted.json["state"]) == ("open", "completed")


def test_a_second_submission_takes_no_second_place(any_app: Flask) -> None:
    world = build("full/quota")
    for _ in range(3):
        answer = post(any_app, f"{world.url}/submit", batch({"age": "older"}))
        assert answer.json["state"] == "completed"
    assert counted() == {"older": 1}


@pytest.mark.parametrize("name", ["full/screen_out", "full/quota"])
def test_other_endings_are_explained_in_chinese_too(
    app: Flask, client: AuditingClient, name: str
) -> None:
    world: World = build(name, language="zh-Hans")
    page = client.get(world.url).get_data(as_text=True)
    assert "感谢您抽出时间" in page
