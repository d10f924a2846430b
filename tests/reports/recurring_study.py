"""A study that asks every month: each period with a sample and answers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets.reading import Row
from surveyapp.distribution import periods, wave_plans, waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.plans import Spec
from surveyapp.distribution.recurrence import Recurrence
from surveyapp.reports import snapshots
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import make_study
from tests.distribution.builders import add_customers
from tests.reports.scored_study import people

FIRST = date(2026, 2, 1)
MONTHLY = Recurrence("month", 1, 9 * 60, "Asia/Shanghai", FIRST)
EVERYONE = {"bought_within_days": None, "not_contacted_for_days": None}


def recurring_study(months: int, answers: int = 60, of: int = 120) -> Study:
    """A monthly study whose periods were really opened, each answered by `answers` customers."""
    with clock.frozen(datetime(2026, 1, 10, 4, tzinfo=UTC)):
        study = make_study(DOCUMENT)
        study.state, study.population, study.contact_cap = "draft", EVERYONE, 100
        add_customers(of)
        periods.save(study, MONTHLY, Spec(n=answers, seed=11, strata_by=("city",), minimum=2), 14)
        wave_plans.save(study, wave_plans.Plan())
        wave_plans.start(study)
        db.session.commit()
    for month in range(months):
        at = datetime(2026, 2 + month, 1, 1, tzinfo=UTC)
        with clock.frozen(at):
            assert waves.expand_due() == answers
        answered(study, at + timedelta(days=3), people(answers, seed=month))
    return study


def answered(study: Study, at: datetime, rows: Sequence[Row], **answers: Any) -> None:
    """The newest period's invitations answered, one row each."""
    newest = db.session.scalars(db.select(StudyPeriod).order_by(StudyPeriod.number.desc())).first()
    assert newest is not None
    asked = db.session.scalars(
        db.select(Invitation).where(Invitation.occasion == newest.label).order_by(Invitation.id)
    ).all()
    for row, invitation in zip(rows, asked, strict=False):
        customer = db.session.get_one(Customer, invitation.customer_id)
        said = replace(row, facts={**row.facts, "customer": {"city": customer.city}})
        db.session.add(
            Response(
                study_id=study.id, version_id=study.version_id, invitation=invitation,
                mode=said.mode, language=said.language, state="completed", seed=invitation.id,
                answers={**said.answers, **answers}, facts=dict(said.facts),
                started_at=at, completed_at=at + timedelta(minutes=5),
            )
        )  # fmt: skip
    db.session.commit()


def sunk(study: Study, step: int) -> None:
    """In every period more people are discontented: one in `step` more than in the one before."""
    rows = db.session.execute(
        db.select(Response, Invitation.occasion)
        .join(Invitation, Invitation.id == Response.invitation_id)
        .where(Response.study_id == study.id)
        .order_by(Response.id)
    ).all()
    labels = sorted({label for _, label in rows})
    for place, (response, label) in enumerate(rows):
        bad = place % step < labels.index(label)
        answers = {"speed.soon": 3 - bad, "speed.late": 3 + bad} if bad else {}
        response.answers = {**response.answers, **answers}
    db.session.commit()
    snapshots.refresh(study.id)
