"""The page of a study's endings: stock, calls, secret; by role, in bounded queries."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.answering.endings import coupons
from surveyapp.answering.endings.models import CallBack, Coupon
from surveyapp.database import db
from surveyapp.distribution.models import Study
from tests.answering.endings_world import ends, mark
from tests.answering.test_call_backs import ask, wishes
from tests.answering.world import World, build
from tests.auditing import AuditingClient


def page_of(world: World) -> str:
    return f"/studies/{world.study.id}/endings"


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Coupon.code).order_by(Coupon.id)))


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def sent(staff: AuditingClient, world: World, **form: Any) -> Any:
    url = f"{page_of(world)}/coupons"
    return staff.post(url, data=form, follow_redirects=True)


def test_a_study_without_endings_offers_to_write_some(staff: AuditingClient) -> None:
    world = build("csat")
    text = staff.get(page_of(world)).text
    assert "Everybody reads the same closing words" in text
    assert "at=endings" in text


def test_codes_are_taken_one_a_line_and_what_was_wrong_is_said(staff: AuditingClient) -> None:
    world = ends(1)
    text = sent(staff, world, codes="CODE-1\r\nA-1\n\n A-1 \nA 2\n=cmd|' /C calc'!A0\n券-3\n").text
    assert "2 new codes." in text
    assert "1 stood in the list more than once." in text
    assert "1 are in a stock already, of this study or another." in text
    assert "2 cannot be codes" in text
    assert codes() == ["CODE-1", "A-1", "券-3"]
    assert "coupon.add" in actions()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("codes.csv", b"code,note\r\nX1,a\r\nX2,b\r\n"),
        ("codes.csv", "\ufeff编号,券码\r\n1,X1\r\n2,X2\r\n".encode()),
        ("codes.txt", b"X1\nX2\n"),
        ("codes.tsv", b"X1\tfirst\nX2\tsecond\n"),
    ],
)
def test_a_table_of_codes_is_read(staff: AuditingClient, name: str, content: bytes) -> None:
    world = ends()
    assert "2 new codes." in sent(staff, world, file=(io.BytesIO(content), name)).text
    assert codes() == ["X1", "X2"]


def test_a_workbook_is_read_too(staff: AuditingClient) -> None:
    world = ends()
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (("Nr", "Voucher code"), (1, "X1"), (2, 4711)):
        book.worksheets[0].append(row)
    book.save(file)
    file.seek(0)
    assert "2 new codes." in sent(staff, world, file=(file, "codes.xlsx")).text
    assert codes() == ["X1", "4711"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("codes.exe", b"MZ", "is not a CSV or .xlsx file"),
        ("codes.xlsx", b"X1\n", "is not what its ending says"),
        ("codes.csv", b"PK\x03\x04junk", "is not what its ending says"),
        ("../../codes.csv", b"\x00\x01\x02\x00", ""),
    ],
)
def test_hostile_files_are_refused(
    staff: AuditingClient, name: str, content: bytes, said: str
) -> None:
    world = ends()
    answer = sent(staff, world, file=(io.BytesIO(content), name))
    assert answer.status_code == 422
    assert said in answer.text
    assert codes() == []


def test_no_two_studies_give_the_same_code(staff: AuditingClient) -> None:
    world = ends(2)
    other = Study(title="Winter", version_id=world.study.version_id, state="running")
    db.session.add(other)
    db.session.commit()
    url = f"/studies/{other.id}/endings/coupons"
    text = staff.post(url, data={"codes": "CODE-2\nCODE-3"}, follow_redirects=True).text
    assert "1 new codes." in text
    assert codes() == ["CODE-1", "CODE-2", "CODE-3"]


def test_neither_a_file_nor_words_is_no_list(staff: AuditingClient) -> None:
    answer = sent(staff, ends(), codes=" ")
    assert answer.status_code == 422
    assert "Choose a file, or write the codes here." in answer.text


def test_too_many_at_once_are_refused(
    staff: AuditingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.answering.endings.stocking.MOST", 2)
    answer = sent(staff, ends(), codes="A\nB\nC")
    assert "These are 3 codes; take at most 2 at once." in answer.text


def test_the_page_warns_when_few_codes_are_left_and_lists_those_given(
    app: Flask, staff: AuditingClient
) -> None:
    world = ends(2)
    assert "Only 2 codes are left." in staff.get(page_of(world)).text
    mark(app, world.url, 5)
    sent(staff, world, codes="\n".join(f"N{n}" for n in range(coupons.FEW)))
    text = staff.get(page_of(world)).text
    assert "codes are left" not in text
    assert "CODE-1" in text
    assert "CODE-2" not in text
    staff.post(f"{page_of(world)}/coupons/clear")
    assert codes() == ["CODE-1"]
    assert "No code is left" in staff.get(page_of(world)).text


def test_those_given_out_are_exported_inert(app: Flask, staff: AuditingClient) -> None:
    world = ends()
    sent(staff, world, codes="=1+1\nB")
    mark(app, world.url, 5)
    answer = staff.post(f"{page_of(world)}/coupons/export")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert rows[0] == ["code", "given_at", "reference", "mode"]
    assert [row[0] for row in rows[1:]] == ["'=1+1"]
    assert actions()[-1] == "coupon.export"


def test_a_wish_is_worked_off_and_that_is_undone(app: Flask, staff: AuditingClient) -> None:
    world = ends()
    mark(app, world.url, 1)
    ask(app, world.url, window="evening", phone="13800138000")
    text = staff.get(page_of(world)).text
    assert "+86 138****8000" in text
    assert "+8613800138000" not in text
    assert "In the evening, 18–20" in text
    (wish,) = wishes()
    assert "+8613800138000" in staff.post(f"/call-backs/{wish.id}/reveal").text
    staff.post(f"/call-backs/{wish.id}/done")
    (wish,) = wishes()
    assert (wish.state, wish.done_by) == ("done", "administrator@example.com")
    assert wish.done_at is not None
    assert "Nobody is waiting for a call." in staff.get(page_of(world)).text
    staff.post(f"/call-backs/{wish.id}/open")
    assert wishes()[0].state == "open"
    assert actions()[-3:] == ["call_back.reveal", "call_back.done", "call_back.open"]


def test_an_analyst_sees_how_many_but_no_number_and_no_code(app: Flask, sign_in: Any) -> None:
    world = ends(3, links_count=2)
    mark(app, world.url, 1)
    ask(app, world.url, window="any", phone="13800138000")
    mark(app, f"/r/{world.tokens[1]}", 5)
    analyst = sign_in("analyst")
    text = analyst.get(page_of(world)).text
    assert "8000" not in text
    assert "CODE-1" not in text
    (wish,) = wishes()
    refused = [f"/call-backs/{wish.id}/{what}" for what in ("reveal", "done", "open")]
    refused += [f"{page_of(world)}/{what}" for what in ("secret", "secret/new")]
    refused += [f"{page_of(world)}/coupons{what}" for what in ("", "/clear", "/export")]
    assert {analyst.post(url).status_code for url in refused} == {403}


def test_the_secret_is_shown_on_demand_and_renewed(staff: AuditingClient) -> None:
    from surveyapp.answering.endings import addresses

    world = ends()
    shown = staff.post(f"{page_of(world)}/secret").text
    db.session.rollback()
    secret = addresses.secret_of(world.study.id)
    assert secret
    assert secret in shown
    assert secret not in staff.get(page_of(world)).text
    staff.post(f"{page_of(world)}/secret/new")
    db.session.rollback()
    assert addresses.secret_of(world.study.id) not in (None, secret)
    assert actions()[-2:] == ["ending.secret", "ending.new_secret"]


def test_the_page_asks_the_same_number_of_questions_however_many_wish(
    app: Flask, staff: AuditingClient
) -> None:
    world = ends(9, links_count=8)
    seen = []
    for some in (world.tokens[:2], world.tokens[2:]):
        for token in some:
            mark(app, f"/r/{token}", 1)
            ask(app, f"/r/{token}", window="any")
        asked: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)  # noqa: B023

        event.listen(db.engine, "before_cursor_execute", note)
        staff.get(page_of(world))
        event.remove(db.engine, "before_cursor_execute", note)
        seen.append(len(asked))
    assert seen[0] == seen[1] <= 14
    assert len(db.session.scalars(select(CallBack)).all()) == 8
