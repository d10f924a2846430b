"""The definitions of own attributes as plain values, read once a request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, has_app_context
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError, ProgrammingError

from surveyapp.customers.own import keeping
from surveyapp.customers.own.kinds import PREFIX
from surveyapp.customers.own.models import OwnAttribute
from surveyapp.database import db
from surveyapp.languages import tag


@dataclass(frozen=True)
class Definition:
    """An own attribute. names: Chinese and English; options: code → both labels."""

    key: str
    kind: str
    names: tuple[str, str]
    options: dict[str, tuple[str, str]]
    active: bool

    @property
    def label(self) -> str:
        """What it is called in the reader's language."""
        return spoken(self.names)

    def labels(self) -> dict[str, str]:
        """Code → label of each option in the reader's language."""
        return {code: spoken(both) for code, both in self.options.items()}


def spoken(names: tuple[str, str]) -> str:
    """The one of a Chinese and an English name that the reader understands."""
    return names[0] if tag() == "zh-Hans" else names[1]


def definitions() -> dict[str, Definition]:
    """`own_<key>` → definition, the retired ones last; none where there is no application."""
    if not has_app_context():
        return {}
    if keeping.REMEMBERED not in g:
        setattr(g, keeping.REMEMBERED, _read())
    found: dict[str, Definition] = getattr(g, keeping.REMEMBERED)
    return found


def _read() -> dict[str, Definition]:
    try:
        rows = keeping.every()
    except (OperationalError, ProgrammingError):
        db.session.rollback()
        if _is_set_up():
            raise
        rows = ()
    return {
        PREFIX + one.key: Definition(
            one.key,
            one.kind,
            (one.label_zh, one.label_en),
            {o["code"]: (o["zh"], o["en"]) for o in one.options},
            one.retired_at is None,
        )
        for one in rows
    }


def _is_set_up() -> bool:
    """Whether there are tables: commands that only read a questionnaire need none."""
    try:
        return inspect(db.engine).has_table(OwnAttribute.__tablename__)
    except OperationalError:
        if db.engine.dialect.name != "sqlite":
            raise
        return False
