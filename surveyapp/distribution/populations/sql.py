"""A rule of a population as a condition of the database, three-valued as the language is.

NULL is unknown, on both sides: AND, OR and NOT of SQL are Kleene's. Values are parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)

from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.own.kinds import PREFIX
from surveyapp.database import db
from surveyapp.designer.rules import parts_of, source_of
from surveyapp.distribution.populations.attributes import OWN, Happened, happened, type_of
from surveyapp.distribution.populations.rules import real_day
from surveyapp.zones import HOME

Column = ColumnElement[Any]
_ORDERS = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
_SUMS = {"+": "__add__", "-": "__sub__", "*": "__mul__"}


@dataclass(frozen=True)
class At:
    """The moment of asking, and the day that it is for the study."""

    now: datetime
    today: date


def condition(rule: object, at: At) -> ColumnElement[bool]:
    """The rule over `Customer`; checked before, so that it has no other form than is known."""
    return _Translator(at).condition(rule)


def _kind(name: str) -> str:
    type_ = type_of(name)
    return type_.kind if type_ else ""


class _Translator:
    def __init__(self, at: At) -> None:
        self._at = at
        self._postgresql = db.session.get_bind().dialect.name == "postgresql"

    def condition(self, node: object) -> Column:
        if isinstance(node, bool):
            return literal(node) == literal(True)
        parts = parts_of(node)
        if parts is None:  # a source that is a condition by itself
            return self.value(node) == literal(True)
        name, operands = parts
        if name in ("and", "or"):
            return (and_ if name == "and" else or_)(*(self.condition(one) for one in operands))
        if name == "not":
            return not_(self.condition(operands[0]))
        if name == "answered":
            return self.value(operands[0]).is_not(None)
        return self._compared(name, operands)

    def _compared(self, name: str, operands: Sequence[object]) -> Column:
        if name == "in":
            value, members = operands
            listed = members if isinstance(members, list) else [members]
            if not listed:
                return case((self.value(value).is_not(None), literal(False)), else_=null())
            return or_(*(self._compared("==", [value, member]) for member in listed))
        left, right = self._pair(operands)
        if name in _ORDERS:
            return getattr(left, _ORDERS[name])(right)  # type: ignore[no-any-return]
        return left == right if name == "==" else left != right

    def _pair(self, operands: Sequence[object]) -> tuple[Column, Column]:
        """Two values; a condition stands for its truth, a text beside a date is a date."""
        dated = any(self._dated(one) for one in operands)
        left, right = (self._day(one) if dated else self._either(one) for one in operands)
        return left, right

    def _either(self, node: object) -> Column:
        parts = parts_of(node)
        if parts and parts[0] not in (*_SUMS, "days"):
            return self.condition(node)
        return self.value(node)

    def _dated(self, node: object) -> bool:
        source = source_of(node)
        if source is None:
            return False
        if source.kind == "survey":
            return True
        asked = happened(source.name)
        return asked.what == "last" if asked else _kind(source.name) == "date"

    def _day(self, node: object) -> Column:
        if isinstance(node, str):
            return literal(real_day(node), Date)
        return self.value(node)

    def value(self, node: object) -> Column:
        if source := source_of(node):
            if source.kind == "survey":
                return literal(self._at.today, Date)
            asked = happened(source.name)
            return self._happened(asked) if asked else self._own(source.name)
        if parts := parts_of(node):
            name, operands = parts
            if name == "days":
                return self._days(*(self._day(one) for one in operands))
            values = [self.value(one) for one in operands]
            result = values[0]
            for value in values[1:]:
                result = getattr(result, _SUMS[name])(value)
            return result
        if isinstance(node, int | float) and not isinstance(node, bool):
            return cast(literal(float(node)), Double)
        return literal(node)

    def _days(self, first: Column, second: Column) -> Column:
        if self._postgresql:
            return cast(cast(second, Date).op("-")(cast(first, Date)), Double)
        whole = cast(func.julianday(second) - func.julianday(first), Integer)
        return cast(whole, Double)

    def _extra(self, name: str) -> Column:
        """An own attribute of the installation: a member of a JSON column; absent is NULL."""
        kind, member = _kind(name), Customer.extra[name.removeprefix(PREFIX)]
        if kind == "number":
            return cast(member.as_float(), Double)
        if kind == "boolean":
            return member.as_boolean()  # type: ignore[no-any-return]
        if kind == "date":
            day = member.as_string()
            return cast(day, Date) if self._postgresql else type_coerce(day, Date)
        return func.nullif(member.as_string(), "")

    def _own(self, name: str) -> Column:
        if name not in OWN:
            return self._extra(name)
        column: Column = getattr(Customer, name)
        kind = OWN[name].kind
        if kind == "number":
            return cast(column, Double)
        if name == "last_purchase":
            return self._later(column, self._last("purchase"))
        if kind in ("text", "choice"):
            return func.nullif(column, "")
        return column

    def _later(self, left: Column, right: Column) -> Column:
        chosen = case((left.is_(None), right), (right > left, right), else_=left)
        return type_coerce(chosen, Date)

    def _happened(self, asked: Happened) -> Column:
        if asked.what == "last":
            return self._last(asked.kind)
        mine = [Event.customer_id == Customer.id, Event.kind == asked.kind]
        mine.append(Event.happened_at <= self._at.now)
        if asked.what == "open":
            mine.append(Event.closed_at.is_(None))
        else:
            mine.append(Event.happened_at > self._at.now - timedelta(days=asked.days))
        number: Column = func.count(Event.id)
        if asked.what == "spend":
            fen = func.coalesce(func.sum(type_coerce(Event.amount, Integer)), 0)
            number = cast(fen, Double) / 100.0
        query = select(number).where(*mine).correlate(Customer).scalar_subquery()
        return cast(query, Double)

    def _last(self, kind: str) -> Column:
        """The day of the last event, by the clock of where the shops are."""
        moment = func.max(Event.happened_at)
        if self._postgresql:
            day: Column = cast(func.timezone(HOME, moment), Date)
        else:
            seconds = self._at.now.astimezone(ZoneInfo(HOME)).utcoffset() or timedelta()
            day = func.date(moment, f"{int(seconds.total_seconds()):+d} seconds")
        mine = (Event.customer_id == Customer.id, Event.kind == kind)
        here = select(day).where(*mine, Event.happened_at <= self._at.now)
        return type_coerce(here.correlate(Customer).scalar_subquery(), Date)
