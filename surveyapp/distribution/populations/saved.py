"""Saved populations: named, counted, changed. Every function works in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution.populations.models import SavedPopulation
from surveyapp.distribution.populations.sql import At, condition
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.zones import HOME


def every() -> Sequence[SavedPopulation]:
    """All of them by name."""
    return db.session.scalars(select(SavedPopulation).order_by(SavedPopulation.name)).all()


def save(known: SavedPopulation | None, name: str, rule: dict[str, Any]) -> SavedPopulation:
    """Keep a rule under a name; SurveyError when another population has that name."""
    same = db.session.scalar(select(SavedPopulation).where(SavedPopulation.name == name))
    if same is not None and same is not known:
        template = N_("There is a population “{name}” already: choose another name.")
        raise SurveyError(Finding("population.name_taken", "name", template, {"name": name}))
    kept = known or SavedPopulation(created_by=audit.actor())
    kept.name, kept.rule = name, rule
    db.session.add(kept)
    db.session.flush()
    audit.record("population.save", f"population:{kept.id}", rule=rule)
    return kept


def delete(known: SavedPopulation) -> None:
    """Forget a population; studies keep the rule that they copied."""
    audit.record("population.delete", f"population:{known.id}", name=known.name, rule=known.rule)
    db.session.delete(known)


def count(rule: object) -> tuple[int, int]:
    """How many customers are in it now, and how many there are; erased ones in neither."""
    now = clock.now()
    at = At(now, now.astimezone(ZoneInfo(HOME)).date())
    here = Customer.erased_at.is_(None) & Customer.merged_into_id.is_(None)
    total = db.session.scalar(select(func.count(Customer.id)).where(here)) or 0
    found = select(func.count(Customer.id)).where(here, condition(rule, at))
    return db.session.scalar(found) or 0, total
