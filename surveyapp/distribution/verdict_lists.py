"""A dry run by name: every customer with the reason why they would, or would not, be asked now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import eligibility, triggering
from surveyapp.distribution.models import Study
from surveyapp.distribution.population import Population
from surveyapp.distribution.trigger_models import StudyTrigger

PAGE = 100


@dataclass(frozen=True)
class Line:
    """verdict: `eligible`, `invited`, or a reason. occasion: the event, or nothing."""

    number: str
    city: str
    store: str
    tier: str
    verdict: str
    occasion: str = ""


def of_population(
    population: Population, study: Study, verdict: str = "", after: str = ""
) -> tuple[list[Line], str]:
    """Customers by number, each with a verdict, and the number the next page starts after."""
    columns: list[ColumnElement[Any]] = [
        attribute.expression for attribute in (Customer.city, Customer.store, Customer.tier)
    ]
    rows = eligibility.verdict_rows(population, study, columns, verdict, after, PAGE + 1)
    lines = [Line(*tuple(row)) for row in rows[:PAGE]]
    return lines, lines[-1].number if len(rows) > PAGE else ""


def of_trigger(trigger: StudyTrigger, study: Study) -> list[Line]:
    """What the trigger would decide on all that waits for it. Writes nothing."""
    found = triggering.happenings(trigger, study)
    verdicts = triggering.judged(trigger, study, found, clock.now())
    wanted = {it.customer_id for it, _ in verdicts}
    rows = select(Customer).where(Customer.id.in_(wanted))
    people = {one.id: one for one in db.session.scalars(rows)}
    return [
        Line(one.number, one.city, one.store, one.tier, verdict, it.occasion)
        for it, verdict in verdicts
        if (one := people.get(it.customer_id))
    ]
