"""Receipts with a code of their own: one answer each, on any phone."""

import threading

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from surveyapp.answering import receipts
from surveyapp.answering.models import Response
from surveyapp.database import db, vault
from surveyapp.distribution import receipt_batches, receipt_codes
from surveyapp.distribution.codes import ALPHABET, readable
from surveyapp.distribution.labels.models import ReceiptBatch, ReceiptUse
from surveyapp.distribution.models import Touchpoint
from surveyapp.distribution.receipt_batches import Slip
from tests.answering.world import World, batch, build, everything
from tests.auditing import AuditingClient

ANSWER = batch({"channel": "phone"})
vault.open({"t1": bytes(32)}, "test secret")


@given(st.integers(1, 10**6), st.integers(0, receipt_codes.MOST - 1))
def test_a_code_proves_its_batch_and_number(batch_id: int, number: int) -> None:
    code = receipt_codes.code_of(batch_id, number)
    assert len(code) == receipt_codes.LENGTH
    assert receipt_codes.well_formed(readable(code).lower()) == code
    assert receipt_codes.number_in(code) == number
    assert receipt_codes.proves(code, batch_id)
    assert not receipt_codes.proves(code, batch_id + 1)


@given(st.integers(0, receipt_codes.LENGTH - 1), st.sampled_from(ALPHABET))
def test_a_mistyped_code_is_noticed(place: int, wrong: str) -> None:
    code = receipt_codes.code_of(7, 123)
    changed = code[:place] + wrong + code[place + 1 :]
    assert (receipt_codes.well_formed(changed) is None) == (changed != code)


def test_the_codes_of_a_batch_are_all_different() -> None:
    assert len(set(receipt_codes.codes_of(1, 10_000))) == 10_000


def test_a_secret_names_a_receipt_only_at_its_touchpoint() -> None:
    secret = receipts.secret_of_slip("CODE1", Slip(3, 14))
    assert receipts.slip_in("CODE1", secret) == Slip(3, 14)
    for code, forged in (
        ("CODE2", secret),
        ("CODE1", secret[:-1]),
        ("CODE1", secret.replace("3-14", "3-15")),
        ("CODE1", receipts.secret_of("CODE1", "3-14")),
        ("CODE1", "s.."),
    ):
        assert receipts.slip_in(code, forged) is None


def tilled(n: int = 20) -> tuple[World, ReceiptBatch, list[str]]:
    world = build("single")
    touchpoint = db.session.scalars(select(Touchpoint)).one()
    touchpoint.once = "code"
    made = receipt_batches.make(touchpoint, n)
    db.session.commit()
    return world, made, list(receipt_codes.codes_of(made.id, n))


def uses() -> list[tuple[int, int]]:
    db.session.rollback()
    rows = db.session.execute(select(ReceiptUse.batch_id, ReceiptUse.number))
    return [tuple(row) for row in rows]


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Response)) or 0


def test_a_scanned_receipt_answers_once_on_any_phone(any_app: Flask) -> None:
    world, made, found = tilled()
    any_app.test_client_class = AuditingClient
    first, second = any_app.test_client(), any_app.test_client()
    before = everything()
    assert first.get(world.printed).headers["X-Survey"] == "receipt"
    shown = first.get(f"{world.printed}/{found[3]}")
    assert (shown.status_code, shown.location) == (303, world.printed)
    assert first.get(world.printed).headers["X-Survey"] == "open"
    assert everything() == before
    assert first.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"
    assert uses() == [(made.id, 3)]
    used = second.get(f"{world.printed}/{found[3]}", headers={"Accept-Language": "zh-CN"})
    assert used.status_code == 422
    assert "此收据已参与过本次调查" in used.get_data(as_text=True)
    assert first.get(f"{world.printed}/{found[3]}").status_code == 303
    assert first.get(world.printed).headers["X-Survey"] == "completed"
    touchpoint_id = made.touchpoint_id
    assert [n for _, n in receipt_batches.of_touchpoint(touchpoint_id)] == [1]


def test_a_typed_code_opens_the_same(app: Flask, client: AuditingClient) -> None:
    world, _made, found = tilled()
    typed = {"number": readable(found[0]).lower()}
    assert client.post(f"{world.printed}/receipt", data=typed).status_code == 303
    assert client.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"


def test_two_phones_with_one_code_give_one_response(any_app: Flask) -> None:
    world, made, found = tilled()
    phones = [any_app.test_client() for _ in range(4)]
    for phone in phones:
        assert phone.get(f"{world.printed}/{found[5]}").status_code == 303
    start, states = threading.Barrier(len(phones)), []

    def answer(phone: object) -> None:
        start.wait()
        got = phone.post(f"{world.printed}/submit", json=ANSWER)  # type: ignore[attr-defined]
        states.append(got.json["state"])

    threads = [threading.Thread(target=answer, args=(phone,)) for phone in phones]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert states == ["completed"] * len(phones)
    assert count() == 1
    assert uses() == [(made.id, 5)]


def test_a_revoked_batch_opens_nothing_but_who_began_may_finish(any_app: Flask) -> None:
    world, made, found = tilled()
    begun, named = any_app.test_client(), any_app.test_client()
    begun.get(f"{world.printed}/{found[0]}")
    assert begun.post(f"{world.printed}/save", json=ANSWER).json["state"] == "open"
    named.get(f"{world.printed}/{found[1]}")
    assert receipt_batches.revoke(db.session.get_one(ReceiptBatch, made.id))
    db.session.commit()
    assert named.post(f"{world.printed}/submit", json=ANSWER).status_code == 410
    fresh = any_app.test_client()
    fresh.get(f"{world.printed}/{found[2]}")
    assert fresh.get(world.printed).headers["X-Survey"] == "gone"
    assert begun.post(f"{world.printed}/submit", json=ANSWER).json["state"] == "completed"
    assert uses() == [(made.id, 0)]


def test_nobody_answers_without_a_code(app: Flask) -> None:
    world, made, _found = tilled()
    client = app.test_client()
    beyond = receipt_codes.code_of(made.id, 20)
    before = everything()
    for secret in ("made-up", "s.1-1.", receipts.secret_of(world.code, "12345")):
        client.set_cookie("survey", secret, path=world.printed)
        assert client.post(f"{world.printed}/save", json=ANSWER).status_code == 404
    assert client.get(f"{world.printed}/{beyond}").status_code == 422
    assert everything() == before


def test_wrong_codes_are_counted_and_stopped(app: Flask, client: AuditingClient) -> None:
    world, made, found = tilled()
    unknown = receipt_codes.code_of(made.id + 1, 1)
    mistyped = found[0][:-1] + ("2" if found[0][-1] != "2" else "3")
    for _try in range(30):
        assert client.get(f"{world.printed}/{mistyped}").status_code == 422
    answers = [client.get(f"{world.printed}/{unknown}").status_code for _try in range(21)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert client.get(f"{world.printed}/{found[0]}").status_code == 429


@pytest.mark.parametrize("once", ["", "device", "receipt"])
def test_elsewhere_the_address_of_a_code_is_no_address(app: Flask, once: str) -> None:
    world, _made, found = tilled()
    db.session.scalars(select(Touchpoint)).one().once = once
    db.session.commit()
    assert app.test_client().get(f"{world.printed}/{found[0]}").status_code == 404
    assert app.test_client().get(f"/q/NOTHING1/{found[0]}").status_code == 404


def test_a_closed_study_and_another_website_are_told_apart(app: Flask) -> None:
    world, _made, found = tilled()
    foreign = {"Origin": "https://elsewhere.example"}
    form = {"number": found[0]}
    asked = app.test_client().post(f"{world.printed}/receipt", data=form, headers=foreign)
    assert asked.headers["X-Survey"] == "receipt"
    world.study.state = "closed"
    db.session.commit()
    shown = app.test_client().get(f"{world.printed}/{found[0]}")
    assert shown.headers["X-Survey"] == "closed"
