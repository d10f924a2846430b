"""Codes that take one answer of a device or of a receipt."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.answering import receipts
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.distribution.models import Touchpoint
from tests.answering.world import World, batch, build, everything
from tests.auditing import AuditingClient

ANSWER = batch({"channel": "phone"})


def limited(once: str) -> World:
    world = build("single")
    db.session.scalars(select(Touchpoint)).one().once = once
    db.session.commit()
    return world


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Response)) or 0


def test_a_device_answers_once(app: Flask, client: AuditingClient) -> None:
    world = limited("device")
    client.get(world.printed)
    assert client.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"
    for address in (world.printed, f"{world.printed}?new=1"):
        page = client.get(address).get_data(as_text=True)
        assert "感谢" in page
        assert "new=1" not in page
    assert app.test_client().get(world.printed).headers["X-Survey"] == "open"


def test_a_receipt_answers_once_on_any_phone(any_app: Flask) -> None:
    world = limited("receipt")
    any_app.test_client_class = AuditingClient
    first, second = any_app.test_client(), any_app.test_client()
    before = everything()
    assert first.get(world.printed).headers["X-Survey"] == "receipt"
    named = first.post(f"{world.printed}/receipt", data={"number": "ab 12-３４"})
    assert (named.status_code, named.location) == (303, world.printed)
    assert everything() == before
    assert first.get(world.printed).headers["X-Survey"] == "open"
    assert first.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"
    refused = second.post(f"{world.printed}/receipt", data={"number": "AB1234"})
    assert refused.status_code == 422
    assert "此收据已参与过本次调查" in refused.get_data(as_text=True)
    assert second.get(world.printed).headers["X-Survey"] == "receipt"
    again = first.post(f"{world.printed}/receipt", data={"number": "AB1234"})
    assert again.status_code == 303
    assert first.get(world.printed).headers["X-Survey"] == "completed"
    other = second.post(f"{world.printed}/receipt", data={"number": "AB1235"})
    assert other.status_code == 303
    assert second.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"
    assert count() == 2


def test_nobody_answers_without_a_receipt(app: Flask) -> None:
    world = limited("receipt")
    client = app.test_client()
    number = receipts.normalised("12345")
    assert number
    name = receipts.secret_of(world.code, number).split(".")[1]
    other = receipts.secret_of("OTHER", number)
    before = everything()
    for secret in ("made-up", f"r.{name}.", f"r.{name}.0123", other):
        client.set_cookie("survey", secret, path=world.printed)
        assert client.post(f"{world.printed}/save", json=ANSWER).status_code == 404
        pressed = client.post(world.printed, data={"_page": "p1", "_go": "submit"})
        assert pressed.headers["X-Survey"] == "receipt"
    assert everything() == before


@pytest.mark.parametrize("number", ["", "123", "1" * 41, "收据1234", "12<b>34"])
def test_a_number_that_no_till_prints_is_asked_again(
    app: Flask, client: AuditingClient, number: str
) -> None:
    world = limited("receipt")
    answer = client.post(
        f"{world.printed}/receipt", data={"number": number}, headers={"Accept-Language": "zh-CN"}
    )
    assert answer.status_code == 422
    assert "收据号码由 4 至 40 位字母和数字组成" in answer.get_data(as_text=True)


def test_a_number_from_another_website_or_for_another_code_is_not_heard(app: Flask) -> None:
    world = limited("receipt")
    foreign = {"Origin": "https://elsewhere.example"}
    client = app.test_client()
    form = {"number": "12345"}
    assert client.post(f"{world.printed}/receipt", data=form, headers=foreign).status_code == 422
    assert client.post("/q/NOTHING1/receipt", data=form).status_code == 404
    db.session.scalars(select(Touchpoint)).one().once = ""
    db.session.commit()
    assert client.post(f"{world.printed}/receipt", data=form).status_code == 404


def test_a_closed_study_says_so_before_it_asks_for_a_receipt(app: Flask) -> None:
    world = limited("receipt")
    world.study.state = "closed"
    db.session.commit()
    assert app.test_client().get(world.printed).headers["X-Survey"] == "closed"
