"""Coupons: everybody gets one code, once, and nobody gets another's."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.answering.endings import coupons
from surveyapp.answering.endings.models import Coupon
from surveyapp.answering.models import Response
from surveyapp.answering.sheet import sheet
from surveyapp.database import db
from tests.answering.endings_world import ends, mark, reads
from tests.answering.plain_client import PlainClient
from tests.answering.world import everything, post
from tests.questionnaires import questionnaire

FINISHERS, CODES = 200, 50


def held() -> dict[int, str]:
    """Response → code."""
    db.session.rollback()
    rows = db.session.execute(
        select(Coupon.response_id, Coupon.code).where(Coupon.response_id.is_not(None))
    )
    return {int(response or 0): code for response, code in rows}


def test_a_code_is_shown_with_its_ending_and_again_on_every_load(any_app: Flask) -> None:
    world = ends(3)
    person = reads(any_app, world.url, 5)
    assert "This coupon is for you." in person.text
    assert "CODE-1" in person.text
    before = everything()
    again = PlainClient(any_app.test_client(), world.url)
    assert "CODE-1" in again.text
    assert mark(any_app, world.url, 5) == {"state": "completed"}
    assert everything() == before
    assert held() == {1: "CODE-1"}


def test_only_the_ending_that_gives_one_takes_one(any_app: Flask) -> None:
    world = ends(3, links_count=3)
    for token, csat in zip(world.tokens, (1, 3, 4), strict=True):
        mark(any_app, f"/r/{token}", csat)
    assert held() == {}
    plain = PlainClient(any_app.test_client(), f"/r/{world.tokens[1]}")
    assert "See you next time." in plain.text
    assert "CODE" not in plain.text


def test_a_page_without_endings_carries_nothing_of_them(app: Flask) -> None:
    pages = [sheet(questionnaire(name), "en") for name in ("csat", "full/endings")]
    there = [b"partWithClosingWords" in b"".join(p.text for p in page.pieces) for page in pages]
    styled = [".call-back" in page.assets.style for page in pages]
    assert there == styled == [False, True]


def test_codes_are_encrypted_at_rest(any_app: Flask) -> None:
    ends(1)
    assert "CODE-1" not in str(everything()["coupon"])


def test_an_empty_stock_is_said_kindly_and_costs_no_answer(any_app: Flask) -> None:
    world = ends(1, links_count=2)
    first, second = (reads(any_app, f"/r/{token}", 5) for token in world.tokens)
    assert "CODE-1" in first.text
    assert "All codes have been given out." in second.text
    assert "This coupon is for you." not in second.text
    db.session.rollback()
    states = db.session.scalars(select(Response.state)).all()
    assert states == ["completed", "completed"]


def test_a_printed_code_gives_one_to_each_browser(any_app: Flask) -> None:
    world = ends(2)
    first, second = (any_app.test_client() for _ in range(2))
    seen = []
    for browser in (first, second, first):
        person = PlainClient(browser, world.printed)
        if "data-q" in person.text or person.tree.xpath("//input[@name='csat']"):
            person.finish({"csat": 5})
        seen.append(person.tree.xpath("string(//p[@class='coupon']/code)"))
    assert seen == ["CODE-1", "CODE-2", "CODE-1"]


def test_a_terminal_gives_nothing_to_whoever_stands_there_next(any_app: Flask) -> None:
    world = ends(2)
    terminal = _terminal(world)
    headers = {"Survey-Person": "1a2b.abcdefghijabcdefghijab"}
    heard = post(
        any_app, f"{terminal}/submit", {"answers": {"csat": {"v": 5, "s": 9}}}, **headers
    ).json
    assert heard["state"] == "completed"
    assert held() == {}


def _terminal(world: Any) -> str:
    from surveyapp.distribution.models import Touchpoint

    kiosk = Touchpoint(
        study_id=world.study.id, code="DESK0001", store="S01", label="Desk", channel="kiosk"
    )
    db.session.add(kiosk)
    db.session.commit()
    return f"/q/{kiosk.code}"


def test_200_simultaneous_finishers_share_50_codes_one_each(any_app: Flask) -> None:
    world = ends(CODES, links_count=FINISHERS)
    waiting = threading.Barrier(16)
    heard: list[str] = []

    def finish(tokens: list[str]) -> None:
        waiting.wait()
        for token in tokens:
            heard.append(mark(any_app, f"/r/{token}", 5)["state"])

    _at_once(finish, [world.tokens[n::16] for n in range(16)])
    assert heard == ["completed"] * FINISHERS
    assert len(held()) == CODES
    assert len(set(held().values())) == CODES
    assert coupons.stock(world.study.id).left == 0


def test_one_person_who_sends_many_times_at_once_gets_one_code(any_app: Flask) -> None:
    world = ends(30)
    waiting = threading.Barrier(12)

    def finish(url: str) -> None:
        waiting.wait()
        assert mark(any_app, url, 5)["state"] == "completed"

    _at_once(finish, [world.url] * 12)
    assert len(held()) == 1


def _at_once(work: Any, parts: list[Any]) -> None:
    threads = [threading.Thread(target=work, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_transaction_that_fails_gives_its_code_back(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ends(1, links_count=2)
    real = coupons.claim

    def dies(study_id: int, response_id: int) -> bool:
        real(study_id, response_id)
        raise RuntimeError("the server goes down here")

    monkeypatch.setattr(coupons, "claim", dies)
    any_app.config["PROPAGATE_EXCEPTIONS"] = False
    any_app.testing = False
    answer = any_app.test_client().post(
        f"{world.url}/submit", json={"answers": {"csat": {"v": 5, "s": 9}}}
    )
    assert answer.status_code == 500
    assert held() == {}
    monkeypatch.setattr(coupons, "claim", real)
    assert mark(any_app, world.url, 5)["state"] == "completed"
    assert list(held().values()) == ["CODE-1"]
    assert db.session.scalar(select(func.count()).select_from(Coupon)) == 1
