"""The period of an answer stands in the dataset, and every period is a sample of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.weighting import weighting
from surveyapp.distribution import invitations, periods, waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.plans import Spec
from surveyapp.distribution.recurrence import Recurrence
from tests.datasets.studies import make_study
from tests.distribution.builders import add_customers
from tests.distribution.outboxes import add_wave

FEBRUARY = datetime(2026, 2, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, 1, tzinfo=UTC)


def answer(study: Study, moment: datetime, invitation: Invitation | None = None) -> None:
    db.session.add(
        Response(
            study_id=study.id,
            version_id=study.version_id,
            invitation_id=invitation and invitation.id,
            mode="link" if invitation else "qr",
            language="zh-Hans",
            state="completed",
            seed=1,
            answers={},
            facts={},
            started_at=moment,
            completed_at=moment + timedelta(minutes=2),
        )
    )
    if invitation:
        invitations.mark_completed(invitation, moment)
    db.session.flush()


def two_months(answers: tuple[int, int]) -> Study:
    """A study of February and March, of which 20 of 60 customers are asked, so many answered."""
    study = make_study()
    study.population = {"bought_within_days": None, "not_contacted_for_days": None}
    study.contact_cap = 20
    add_customers(60)
    monthly = Recurrence("month", 1, 540, "Asia/Shanghai", date(2026, 2, 1))
    periods.save(study, monthly, Spec(n=20, seed=4), None)
    add_wave(study, starts_at=FEBRUARY - timedelta(days=9))
    db.session.commit()
    for moment, count in zip((FEBRUARY, MARCH), answers, strict=True):
        with clock.frozen(moment):
            waves.expand_due()
            label = f"{moment:%Y-%m}"
            rows = db.session.query(Invitation).filter_by(study_id=study.id, occasion=label)
            for invitation in rows.limit(count).all():
                answer(study, moment + timedelta(hours=5), invitation)
    return study


def test_each_answer_has_its_period_also_without_an_invitation(app: Flask) -> None:
    study = two_months((2, 1))
    answer(study, MARCH + timedelta(days=2))
    answer(study, FEBRUARY - timedelta(days=2))
    db.session.commit()
    data = gather.dataset(study.id)
    assert data.table["period"].to_pylist() == ["2026-02", "2026-02", "2026-03", "2026-03", None]
    assert data.table["mode"].to_pylist()[3:] == ["qr", "qr"]


def test_a_month_with_few_answers_weighs_as_much_as_one_with_many(app: Flask) -> None:
    data = gather.dataset(two_months((10, 2)).id)
    weights = weighting(data)
    assert sorted(set(weights.weights.tolist())) == [6.0, 30.0]
    assert weights.population == {"2026-02 · *": 60, "2026-03 · *": 60}


def test_a_study_that_asks_once_has_no_such_column(app: Flask) -> None:
    assert "period" not in gather.dataset(make_study().id).table.column_names
