"""Statements without a session: one transaction, kept or undone as a whole."""

import pytest
from flask import Flask
from sqlalchemy import insert, select

from surveyapp import database
from surveyapp.accounts.models import SignInAttempt
from surveyapp.database import db, plainly


def note(name: str) -> None:
    database.connection().execute(insert(SignInAttempt).values(key=name))


def lose() -> None:
    with plainly():
        note("lost")
        raise ZeroDivisionError


def names() -> list[str]:
    return list(db.session.scalars(select(SignInAttempt.key)))


def test_what_goes_plainly_is_kept_undone_or_lost_with_an_error(any_app: Flask) -> None:
    with plainly():
        note("kept")
        database.commit()
        note("undone")
        database.rollback()
    with pytest.raises(ZeroDivisionError):
        lose()
    assert names() == ["kept"]


def test_no_session_begins_inside(app: Flask) -> None:
    db.session.remove()
    with plainly():
        note("kept")
        database.commit()
    assert not db.session.registry.has()


def test_outside_it_is_the_session_that_decides(any_app: Flask) -> None:
    note("undone")
    database.rollback()
    note("kept")
    database.commit()
    db.session.rollback()
    assert names() == ["kept"]
