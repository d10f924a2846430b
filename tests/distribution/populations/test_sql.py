"""What the database selects is what the rule says of each customer, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.own import keeping
from surveyapp.customers.own.entering import Entry
from surveyapp.database import db
from surveyapp.designer.facts import BOOLEAN, DATE, NUMBER, TEXT, Type
from surveyapp.designer.rules import sources
from surveyapp.distribution.populations import attributes, rules
from surveyapp.distribution.populations.sql import At, condition

NOW = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # the next morning in Shanghai
TODAY = date(2026, 11, 30)
AT = At(NOW, TODAY)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NUMBERS = st.integers(-3, 12) | st.sampled_from([0.5, 88.1, 176.2, 264.3])
DAYS = st.sampled_from(["2026-11-30", "2026-11-29", "2026-08-01", "1999-01-01"])
NAMES: dict[str, list[str]] = {}
DEFINED = (
    Entry("years", "number", "保修年限", "Years"),
    Entry("note", "text", "门店备注", "Note"),
    Entry("due", "date", "到期日", "Due"),
    Entry("app", "yes_no", "使用应用", "App"),
    Entry("card", "choice", "会员卡", "Card", "gold = 金卡\nplain = 普卡"),
)
DEFINED_TYPES = {
    "own_years": NUMBER,
    "own_note": TEXT,
    "own_due": DATE,
    "own_app": BOOLEAN,
    "own_card": Type("choice", ("gold", "plain")),
}
for name, type_ in (attributes.offered() | DEFINED_TYPES).items():
    NAMES.setdefault(type_.kind, []).append(name)


def people() -> list[Customer]:
    """Customers who differ in everything, some of it unknown."""
    found = []
    for entry in DEFINED:
        keeping.add(entry)
    for n in range(24):
        customer = Customer(
            number=f"C{n}",
            city=["", "上海", "广州"][n % 3],
            store=["一店", ""][n % 2],
            product_line=["", "appliance", "digital"][n % 3],
            tier=["", "high", "low"][n // 2 % 3],
            value_tier=["", "high", "low"][n % 3],
            life_cycle=["", "new", "leaving", "silent"][n % 4],
            spend=Decimal("88.10") * (n % 4),
            purchases=n % 5,
            last_purchase=[None, TODAY, TODAY - timedelta(days=90)][n % 3],
            consent=bool(n % 2),
            extra=extra(n),
        )
        found.append(customer)
    db.session.add_all(found)
    db.session.flush()
    kinds = list(attributes.KINDS)
    for place in range(150):
        kind = kinds[place % 7]
        at = NOW - timedelta(hours=(place * 37) % 2400 - 5)
        closes = kind in attributes.LASTING and place % 2
        db.session.add(
            Event(
                event_id=f"E{place}",
                kind=kind,
                happened_at=at,
                closed_at=at + timedelta(hours=1) if closes else None,
                customer_number="C",
                customer_id=found[(place * 5) % 20].id,
                amount=[None, Decimal("88.10"), Decimal("0.30")][place % 3],
            )
        )
    db.session.commit()
    return found


def extra(n: int) -> dict[str, object] | None:
    """Values of own attributes, each unknown to some."""
    values = {
        "years": [None, 0, -3, 88.1, 176.2][n % 5],
        "note": [None, "上海", "'"][n % 3],
        "due": [None, "2026-11-30", "2026-08-01"][n // 2 % 3],
        "app": [None, True, False][n // 3 % 3],
        "card": [None, "gold", "plain"][n % 3],
    }
    return {k: v for k, v in values.items() if v is not None} if n % 8 else None


def facts(customer: Customer, events: list[Event], rule: object) -> dict[str, object]:
    """What the rule reads of a customer, computed the slow way."""
    found: dict[str, object] = {}
    for source in sources(rule):
        if source.kind != "customer":
            continue
        value = _fact(customer, [e for e in events if e.happened_at <= NOW], source.name)
        if value is not None and value != "":
            found[source.name] = value
    return found


def _fact(customer: Customer, events: list[Event], name: str) -> object:
    asked = attributes.happened(name)
    if name in DEFINED_TYPES:
        return (customer.extra or {}).get(name.removeprefix("own_"))
    if asked is None:
        value = getattr(customer, name)
        if name == "last_purchase":
            value = max(filter(None, [value, _last(events, "purchase")]), default=None)
        if isinstance(value, date):
            return value.isoformat()
        return float(value) if isinstance(value, Decimal) else value
    mine = [e for e in events if e.kind == asked.kind]
    if asked.what == "last":
        last = _last(events, asked.kind)
        return last.isoformat() if last else None
    if asked.what == "open":
        return sum(e.closed_at is None for e in mine)
    recent = [e for e in mine if e.happened_at > NOW - timedelta(days=asked.days)]
    if asked.what == "count":
        return len(recent)
    return float(sum((e.amount or Decimal(0) for e in recent), Decimal(0)))


def _last(events: list[Event], kind: str) -> date | None:
    days = [e.happened_at.astimezone(SHANGHAI).date() for e in events if e.kind == kind]
    return max(days, default=None)


def source(kind: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(NAMES[kind]).map(lambda name: {"customer": name})


def numbers() -> st.SearchStrategy[Any]:
    dates = st.tuples(source("date"), st.just({"survey": "today"})).map(lambda p: {"days": list(p)})
    plain = source("number") | NUMBERS | dates
    sums = st.tuples(st.sampled_from("+-*"), plain, plain).map(lambda t: {t[0]: [t[1], t[2]]})
    return plain | sums


def choice_of(type_: Type, name: str) -> st.SearchStrategy[Any]:
    option = st.sampled_from(type_.options)
    equal = st.tuples(st.sampled_from(["==", "!="]), option)
    listed = st.lists(option, max_size=3)
    return equal.map(lambda t: {t[0]: [{"customer": name}, t[1]]}) | listed.map(
        lambda members: {"in": [{"customer": name}, members]}
    )


def conditions() -> st.SearchStrategy[Any]:
    orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    numeric = st.tuples(orders, source("number") | numbers(), NUMBERS)
    dated = st.tuples(orders, source("date"), DAYS | source("date") | st.just({"survey": "today"}))
    texts = st.tuples(st.sampled_from(["==", "!="]), source("text"), st.sampled_from(["上海", "'"]))
    compared = (numeric | dated | texts).map(lambda t: {t[0]: [t[1], t[2]]})
    choices = st.one_of(
        *(choice_of(t, n) for n, t in (attributes.OWN | DEFINED_TYPES).items() if t.options)
    )
    known = st.sampled_from([*attributes.offered(), *DEFINED_TYPES]).map(
        lambda n: {"answered": [{"customer": n}]}
    )
    leaf = compared | choices | known | source("boolean")
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda c: {"and": c}),
            st.lists(inner, min_size=1, max_size=3).map(lambda c: {"or": c}),
            inner.map(lambda c: {"not": [c]}),
            st.tuples(st.sampled_from(["==", "!="]), inner, st.booleans()).map(
                lambda t: {t[0]: [t[1], t[2]]}
            ),
        ),
        max_leaves=5,
    )


@pytest.fixture
def crowd(any_app: Flask) -> list[Customer]:
    return people()


def selected(rule: object) -> set[str]:
    query = select(Customer.number).where(condition(rule, AT))
    return set(db.session.scalars(query))


def expected(rule: object, crowd: list[Customer]) -> set[str]:
    events = list(db.session.scalars(select(Event)))
    return {
        c.number
        for c in crowd
        if rules.holds(
            rule, facts(c, [e for e in events if e.customer_id == c.id], rule), TODAY.isoformat()
        )
    }


@settings(
    max_examples=250,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rule=conditions())
def test_the_database_selects_whom_the_rule_means(crowd: list[Customer], rule: Any) -> None:
    if rules.check(rule):
        return
    assert selected(rule) == expected(rule, crowd), rules.written(rule)


@pytest.mark.parametrize(
    "text",
    [
        "days(customer.last_purchase, survey.today) <= 90",
        "customer.service_cases_in_30_days >= 1",
        "customer.spend_in_90_days > 88.1",
        'customer.last_service_case == "2026-11-30" or customer.open_complaints > 0',
        "customer.own_years > 1 and customer.own_due < survey.today",
        'customer.own_card == "gold" or customer.own_app',
        'customer.city in ["上海", "广州"] and not (customer.life_cycle == "silent")',
    ],
)
def test_usual_rules_select_some_and_not_all(crowd: list[Customer], text: str) -> None:
    rule = rules.read(text)
    assert 0 < len(selected(rule)) < len(crowd)
    assert selected(rule) == expected(rule, crowd)


def test_a_retired_attribute_is_offered_no_more_but_rules_go_on(crowd: list[Customer]) -> None:
    assert "own_card" in attributes.offered()
    keeping.retire(next(one for one in keeping.every() if one.key == "card"))
    assert "own_card" not in attributes.offered()
    rule = rules.read('customer.own_card == "gold"')
    assert selected(rule) == expected(rule, crowd) != set()


def test_values_are_parameters(crowd: list[Customer]) -> None:
    rule = rules.read('customer.city == "x\' OR 1=1 --"')
    assert "OR 1=1" not in str(condition(rule, AT))
    assert selected(rule) == set()
