"""A study that asks every month: each period with a sample and answers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets.reading import Row
from surveyapp.distribution import periods, wave_plans, waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.plans import Spec
from surveyapp.distribution.recurrence import Recurrence
from surveyapp.reports import snapshots
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import make_study
from tests.distribution.builders import add_customers
from tests.reports.scored_study import people

MONTHLY = Recurrence("month", 1, 9 * 60, "Asia/Shanghai", date(2026, 2, 1))
EVERYONE = {"bought_within_days": None, "not_contacted_for_days": None}
CONTENT: Mapping[str, Any] = {
    "speed.soon": 5, "speed.late": 1, "outcome": 7, "polite": 5, "nps": 10, "fixed": "yes",
    "effort": 7, "happy": 5, "waited": 0,
}  # fmt: skip
"""What somebody says who has nothing to wish for."""


def begins(month: int) -> datetime:
    """A moment at which period `month` (from 0) has begun."""
    return datetime(2026, 2 + month, 1, 2, tzinfo=UTC)


def recurring_study(months: int, n: int = 60) -> Study:
    """A monthly study of three cities whose periods were really opened and all answered."""
    with clock.frozen(begins(-1)):
        study = make_study(DOCUMENT)
        study.state, study.population, study.contact_cap = "draft", EVERYONE, 100
        add_customers(2 * n)
        periods.save(study, MONTHLY, Spec(n=n, seed=11, strata_by=("city",), minimum=2), 14)
        wave_plans.save(study, wave_plans.Plan())
        wave_plans.start(study)
        db.session.commit()
    for month in range(months):
        with clock.frozen(begins(month)):
            assert waves.expand_due() == n
            answer(study, people(n, seed=month))
    snapshots.refresh(study.id)
    return study


def answer(study: Study, rows: list[Row]) -> None:
    """One row for each invitation that nobody answered yet."""
    answered = db.select(Response.invitation_id).where(Response.study_id == study.id)
    waiting = db.select(Invitation).where(Invitation.id.not_in(answered)).order_by(Invitation.id)
    now = clock.now()
    for row, invitation in zip(rows, db.session.scalars(waiting).all(), strict=True):
        city = db.session.get_one(Customer, invitation.customer_id).city
        db.session.add(
            Response(
                study_id=study.id, version_id=study.version_id, invitation=invitation,
                mode="link", language=row.language, state="completed", seed=invitation.id,
                answers=dict(row.answers), facts={**row.facts, "customer": {"city": city}},
                started_at=now, completed_at=now + timedelta(minutes=5),
            )
        )  # fmt: skip
    db.session.commit()


def of_period(label: str) -> list[Response]:
    """The answers to one period's invitations."""
    rows = db.select(Response).join(Invitation, Invitation.id == Response.invitation_id)
    wanted = rows.where(Invitation.occasion == label).order_by(Response.id)
    return list(db.session.scalars(wanted))


def falling_study(months: int = 6, n: int = 60) -> Study:
    """Everybody is content at first; each period a further share is not."""
    study = recurring_study(months, n)
    for month in range(months):
        for place, response in enumerate(of_period(f"2026-{month + 2:02d}")):
            if place % 20 >= 2 + 3 * month:
                response.answers = {**response.answers, **CONTENT}
    db.session.commit()
    snapshots.refresh(study.id)
    return study
