"""The audit trail shows any change of what was recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from tests.auditing import AuditingClient


def trail() -> list[AuditEntry]:
    db.session.expire_all()
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


@pytest.fixture
def five(app: Flask) -> list[int]:
    for n in range(5):
        audit.record("test.done", f"thing:{n}", by="ann@example.com", n=n)
    db.session.commit()
    return [entry.id for entry in trail()]


def test_an_untouched_trail_is_whole(five: list[int]) -> None:
    assert audit.broken_at(trail()) is None
    assert trail()[0].previous_hash == audit.GENESIS


@pytest.mark.parametrize(
    "change",
    [{"actor": "eve@example.com"}, {"action": "x"}, {"subject": "y"}, {"detail": {"n": 9}}],
)
def test_a_changed_entry_is_found(five: list[int], change: dict[str, Any]) -> None:
    db.session.execute(update(AuditEntry).where(AuditEntry.id == five[2]).values(**change))
    db.session.commit()
    assert audit.broken_at(trail()) == five[2]


def test_a_removed_entry_is_found_at_the_next(five: list[int]) -> None:
    db.session.execute(delete(AuditEntry).where(AuditEntry.id == five[1]))
    db.session.commit()
    assert audit.broken_at(trail()) == five[2]


@pytest.mark.fault
def test_two_writers_keep_one_chain(any_app: Flask) -> None:
    failures: list[Exception] = []

    def write(name: str) -> None:
        with any_app.app_context():
            try:
                for n in range(10):
                    audit.record("test.done", f"{name}:{n}", by=name)
                    db.session.commit()
            except Exception as trouble:
                failures.append(trouble)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(trail()) == 20
    assert audit.broken_at(trail()) is None


def test_the_page_says_whether_the_chain_holds(
    five: list[int], sign_in: Callable[[str], AuditingClient]
) -> None:
    administrator = sign_in("administrator")
    whole = administrator.get("/audit").text
    db.session.execute(update(AuditEntry).where(AuditEntry.id == five[2]).values(actor="eve"))
    db.session.commit()
    broken = administrator.get("/audit").text
    assert "warn" not in whole.split("<main", 1)[1].split("<table", 1)[0]
    assert str(five[2]) in broken.split("<main", 1)[1].split("<table", 1)[0]
