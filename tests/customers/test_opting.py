"""An opt-out is never undone by accident."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from surveyapp.customers import addresses, opting
from surveyapp.customers.models import Customer, Suppression
from surveyapp.database import db
from tests.customers.conftest import do_import, person, table
from tests.distribution.builders import plan_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)


def listed(reason: str | None) -> Suppression | None:
    return Suppression(address_hash="h", reason=reason, at=BEFORE) if reason else None


@pytest.mark.parametrize(
    ("said", "since", "reason", "opt_in"),
    list(
        product(
            [True, False, None], [None, BEFORE], [None, "import", "reply", "staff"], [True, False]
        )
    ),
)
def test_only_a_person_and_only_for_an_imported_opt_out(
    said: bool | None, since: datetime | None, reason: str | None, opt_in: bool
) -> None:
    decision = opting.decide(said, since, listed(reason), opt_in=opt_in, now=NOW)
    was_out = since is not None or reason is not None
    may_release = opt_in and reason in (None, "import")
    if said is True:
        assert (decision.since, decision.suppress) == (since or NOW, True)
    elif was_out and not (said is False and may_release):
        assert decision.since == BEFORE
        assert decision.kept == (said is False)
        assert not decision.release
    else:
        assert decision.since is None
        assert decision.release == (was_out and reason == "import")


def state() -> dict[str, bool]:
    db.session.expire_all()
    return {c.number: c.opted_out_at is not None for c in db.session.scalars(select(Customer))}


def test_an_import_opts_out_everyone_at_the_phone_and_tells_who_listens(
    app: Flask, tmp_path: Path
) -> None:
    told: list[int] = []

    def listen(_sender: object, customer_ids: list[int]) -> None:
        told.extend(customer_ids)

    do_import(table(person(1), person(2, 手机号="13800000001"), person(3)), tmp_path)
    with opting.opted_out.connected_to(listen):
        do_import(table(person(1, 退订="是")), tmp_path)
    assert state() == {"C1": True, "C2": True, "C3": False}
    assert len(told) == 2


def test_a_later_no_changes_nothing_until_a_person_allows_it(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1, 退订="是")), tmp_path)
    outcome, _ = do_import(table(person(1, 退订="否")), tmp_path)
    assert (outcome.kept_opt_outs, state()) == (1, {"C1": True})
    outcome, _ = do_import(table(person(1, 退订="否")), tmp_path, opt_in=True)
    assert (outcome.kept_opt_outs, state()) == (0, {"C1": False})
    assert db.session.scalars(select(Suppression)).all() == []


def test_of_two_customers_at_one_phone_the_opt_out_wins(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1, 退订="是")), tmp_path)
    both = [person(1, 退订="是"), person(2, 手机号="13800000001", 退订="否")]
    do_import(table(*both), tmp_path, opt_in=True)
    assert state() == {"C1": True, "C2": True}
    assert len(db.session.scalars(select(Suppression)).all()) == 1


def test_staff_opt_out_and_in(app: Flask, tmp_path: Path) -> None:
    do_import(table(person(1), person(2, 手机号="13800000001"), person(3, 手机号="")), tmp_path)
    first, _, without = db.session.scalars(select(Customer).order_by(Customer.id))
    opting.opt_out(first)
    opting.opt_out(first)
    opting.opt_out(without)
    db.session.commit()
    assert state() == {"C1": True, "C2": True, "C3": True}
    assert db.session.scalars(select(Suppression.reason)).all() == ["staff"]
    opting.opt_in(first)
    opting.opt_in(without)
    db.session.commit()
    assert state() == {"C1": False, "C2": False, "C3": False}
    assert db.session.scalars(select(Suppression)).all() == []


MAILED = ("客户编号", "手机号", "邮箱", "同意", "退订")


def mailed(number: int, email: str, out: str = "") -> list[str]:
    """A row under MAILED."""
    return [f"C{number}", f"138{number:08d}", email, "是", out]


def test_an_import_opts_out_everyone_at_the_mail_address(app: Flask, tmp_path: Path) -> None:
    people = [mailed(1, "Wang@example.com"), mailed(2, "wang@example.com"), mailed(3, "l@e.com")]
    do_import(table(*people, header=MAILED), tmp_path)
    do_import(table(mailed(1, "Wang@example.com", "是"), header=MAILED), tmp_path)
    assert state() == {"C1": True, "C2": True, "C3": False}
    do_import(table(mailed(4, "WANG@example.com", "否"), header=MAILED), tmp_path)
    assert state()["C4"], "a newcomer at a suppressed address"
    back = table(mailed(1, "Wang@example.com", "否"), header=MAILED)
    do_import(back, tmp_path, opt_in=True)
    assert db.session.scalars(select(Suppression)).all() == []


def test_customers_are_found_by_their_addresses_where_few_have_mail(any_app: Flask) -> None:
    for n in range(400):
        db.session.add(Customer(number=f"C{n}", phone_hash=f"p{n}", email_hash=None if n else "m"))
    db.session.flush()
    db.session.execute(text("ANALYZE"))
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL enable_seqscan = off"))  # it is quicker for so few
    plan = plan_of(select(Customer.id).where(addresses.held_by(["a", "b"])))
    assert "ix_customer_phone_hash" in plan
    assert "ix_customer_email_hash" in plan


def test_of_two_addresses_the_one_that_a_reply_ended_wins(app: Flask, tmp_path: Path) -> None:
    do_import(table(mailed(1, "wang@example.com", "是"), header=MAILED), tmp_path)
    wang = db.session.scalars(select(Customer)).one()
    db.session.get_one(Suppression, wang.phone_hash).reason = "reply"
    db.session.commit()
    again = table(mailed(1, "wang@example.com", "否"), header=MAILED)
    outcome, _ = do_import(again, tmp_path, opt_in=True)
    assert (outcome.kept_opt_outs, state()) == (1, {"C1": True})


def test_who_opts_in_leaves_those_alone_whose_own_phone_is_listed(
    app: Flask, tmp_path: Path
) -> None:
    people = [mailed(n, "w@example.com") for n in (1, 2, 3)]
    do_import(table(*people, header=MAILED), tmp_path)
    first, second, _ = db.session.scalars(select(Customer).order_by(Customer.id))
    opting.opt_out(first)
    opting.opt_out(second)
    db.session.commit()
    opting.opt_in(first)
    db.session.commit()
    assert state() == {"C1": False, "C2": True, "C3": False}


def test_an_address_that_a_file_gives_again_is_no_change(app: Flask, tmp_path: Path) -> None:
    do_import(table(mailed(1, "wang@example.com"), header=MAILED), tmp_path)
    outcome, _ = do_import(table(mailed(1, "wang@example.com"), header=MAILED), tmp_path)
    assert (outcome.updated, outcome.unchanged) == (0, 1)
    do_import(table(mailed(1, "li@example.com"), header=MAILED), tmp_path)
    found = db.session.scalars(select(Customer)).one()
    assert found.email == "li@example.com"
    assert found.email_hash == addresses.of_email("li@example.com")
