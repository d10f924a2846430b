"""Recurring studies: each period is drawn, invited and asked once, with a sample of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.customers.generator import CITIES
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import (
    designs,
    invitations,
    inviting,
    periods,
    reopening,
    wave_plans,
    waves,
)
from surveyapp.distribution.models import Invitation, Message, SampleDesign, Study
from surveyapp.distribution.period_models import StudyPeriod
from surveyapp.distribution.plans import Spec
from surveyapp.distribution.recurrence import Recurrence
from surveyapp.findings import SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.distribution.outboxes import add_wave

START = datetime(2026, 1, 10, 4, tzinfo=UTC)
MONTHLY = Recurrence("month", 1, 9 * 60, "Asia/Shanghai", date(2026, 2, 1))
FEBRUARY = datetime(2026, 2, 1, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, 1, tzinfo=UTC)
EVERYONE = {"bought_within_days": None, "not_contacted_for_days": None}
SPEC = Spec(n=30, seed=11, strata_by=("city",), minimum=2)


def monthly(customers: int = 120, spec: Spec = SPEC, **values: Any) -> Study:
    """A running monthly study over three cities; its first period begins on 1 February."""
    study = add_study(population=EVERYONE, contact_cap=20, **values)
    add_customers(customers)
    periods.save(study, MONTHLY, spec, 14)
    wave_plans.save(study, wave_plans.Plan())
    wave_plans.start(study)
    db.session.commit()
    return study


def opened() -> list[StudyPeriod]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(StudyPeriod).order_by(StudyPeriod.number)))


def drawn(period: StudyPeriod) -> set[int]:
    rows = db.select(Invitation.customer_id).where(Invitation.occasion == period.label)
    return set(db.session.scalars(rows))


def test_each_month_draws_and_invites_a_fresh_sample_by_itself(any_app: Flask) -> None:
    with clock.frozen(START):
        study = monthly()
        assert waves.expand_due() == 0
    with clock.frozen(FEBRUARY - timedelta(seconds=1)):
        assert waves.expand_due() == 0
    with clock.frozen(FEBRUARY):
        assert waves.expand_due() == 30
        assert waves.expand_due() == 0
    with clock.frozen(MARCH + timedelta(hours=2)):
        assert waves.expand_due() == 30
    february, march = opened()
    assert (february.label, march.label) == ("2026-02", "2026-03")
    assert february.seed != march.seed
    assert len(drawn(february)) == len(drawn(march)) == 30
    assert drawn(february) != drawn(march)
    frames = db.session.scalars(db.select(SampleDesign).where(SampleDesign.study_id == study.id))
    for design in frames.all():
        again = designs.redraw(design)
        assert again.identical
        assert design.period is not None
        assert design.seed == design.period.seed


def test_a_customer_may_be_asked_again_in_a_later_period(any_app: Flask) -> None:
    with clock.frozen(START):
        monthly(30, Spec(n=30, seed=1))
    for moment in (FEBRUARY, MARCH):
        with clock.frozen(moment):
            assert waves.expand_due() == 30
    february, march = opened()
    assert drawn(february) == drawn(march)
    keys = db.session.execute(db.select(Message.invitation_id, Message.wave_id)).all()
    assert len(set(keys)) == len(keys) == 60


def test_links_of_a_period_end_with_it(any_app: Flask) -> None:
    with clock.frozen(START):
        study = monthly()
    with clock.frozen(FEBRUARY):
        waves.expand_due()
    ends = set(db.session.scalars(db.select(Invitation.expires_at)))
    assert ends == {FEBRUARY + timedelta(days=14)}
    with clock.frozen(FEBRUARY + timedelta(days=15)):
        db.session.execute(db.update(Invitation).values(invited_at=FEBRUARY))
        db.session.commit()
        assert waves.expand_due() == 0, "nobody is reminded of a link that takes no answer"
    assert study.state == "running"


def test_four_workers_at_once_open_a_period_once(any_app: Flask) -> None:
    with clock.frozen(START):
        monthly()

        def scan(_index: int) -> int:
            with any_app.app_context():
                return waves.expand_due()

        with clock.frozen(FEBRUARY), ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(scan, range(4))) == 30
    assert len(opened()) == 1
    assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 30


def test_a_period_that_passed_while_nobody_worked_is_missed_not_sent(any_app: Flask) -> None:
    with clock.frozen(START):
        monthly()
    with clock.frozen(MARCH + timedelta(days=40)):
        assert waves.expand_due() == 30
    assert [p.state for p in opened()] == ["missed", "missed", "open"]


def test_a_period_whose_frame_is_too_small_says_so_and_can_be_tried_again(any_app: Flask) -> None:
    with clock.frozen(START):
        study = monthly(20)
    with clock.frozen(FEBRUARY):
        assert waves.expand_due() == 0
        (period,) = opened()
        assert period.state == "failed"
        assert period.finding is not None
        assert period.finding["code"] == "sample.n_exceeds_frame"
        add_more(5)
        first = _tried_again(study)
        assert (first.state, first.result["refusals"][0]["code"]) == (
            "failed", "sample.n_exceeds_frame"
        )  # fmt: skip
        db.session.refresh(period)
        assert "25" in period.finding["params"].values(), "the newest reason"
        add_more(35, 2000)
        once = reopening.again(study, 1)
        assert (_tried_again(study).state, once.state) == ("failed", "done"), "a second click"
        assert waves.expand_due() == 30
        assert db.session.scalars(db.select(SampleDesign.n)).all() == [30]
        with pytest.raises(SurveyError):
            reopening.again(study, 1)


def _tried_again(study: Study) -> Job:
    """After whatever waits."""
    made = reopening.again(study, 1)
    db.session.commit()
    running.run_waiting()
    db.session.refresh(made)
    return made


def add_more(count: int, first: int = 1000) -> None:
    from tests.distribution.builders import add_customer

    for index in range(first, first + count):
        add_customer(index)
    db.session.commit()


def test_paused_or_switched_off_no_period_begins(any_app: Flask) -> None:
    with clock.frozen(START):
        study = monthly()
        wave_plans.pause(study)
        db.session.commit()
    with clock.frozen(FEBRUARY):
        assert waves.expand_due() == 0
        wave_plans.resume(study)
        periods.switch(study, active=False)
        db.session.commit()
        assert waves.expand_due() == 0
        assert periods.coming(study) == []
        periods.switch(study, active=True)
        db.session.commit()
        assert [span.label for span in periods.coming(study, 2)] == ["2026-03", "2026-04"]
        assert waves.expand_due() == 30


def many_are_ten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inviting, "AT_ONCE", 10)
    patch.setattr(invitations, "CHUNK", 8)


def invited() -> int:
    return db.session.scalar(db.select(db.func.count(Invitation.id))) or 0


def test_a_large_period_is_opened_at_once_and_invited_in_chunks_by_a_job(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_are_ten(monkeypatch)
    with clock.frozen(START):
        study = monthly()
    with clock.frozen(FEBRUARY):
        assert waves.expand_due() == 0
        (period,) = opened()
        assert (period.state, invited()) == ("open", 0)
        (job,) = db.session.scalars(db.select(Job).where(Job.kind == inviting.KIND))
        seen: list[int] = []

        def killed(step: str, done: int, total: int) -> None:
            seen.append(invited())
            if len(seen) == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            inviting.give_links(job.params, killed)
        db.session.rollback()
        assert seen == [0, 8, 16], "each chunk is kept"
        assert waves.expand_due() == 16, "who has a link is texted meanwhile"
        assert periods.due_studies() == set(), "the period is not opened a second time"
        assert running.run_waiting() == 1
        assert waves.expand_due() == 14
        assert waves.expand_due() == 0
    assert (invited(), len(opened()), len(drawn(opened()[0]))) == (30, 1, 30)
    assert designs.redraw(db.session.scalars(db.select(SampleDesign)).one()).identical
    assert inviting.under_way(study) == []


def test_a_period_that_is_over_before_everyone_has_a_link_invites_nobody_more(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_are_ten(monkeypatch)
    with clock.frozen(START):
        study = monthly()
    with clock.frozen(FEBRUARY):
        waves.expand_due()
        assert len(inviting.under_way(study)) == 1
    with clock.frozen(FEBRUARY + timedelta(days=14)):  # its links would take no answer any more
        assert running.run_waiting() == 1
        assert (invited(), inviting.under_way(study)) == (0, [])
        with pytest.raises(SurveyError) as refusal:
            inviting.go_on(study)
        assert refusal.value.findings[0].code == "invite.nothing_left"


def test_a_study_that_asked_once_cannot_become_recurring(app: Flask) -> None:
    study = add_study(population=EVERYONE)
    invitations.issue(add_draw(study, add_customers(3)))
    with pytest.raises(SurveyError) as refusal:
        periods.save(study, MONTHLY, SPEC, None)
    assert refusal.value.findings[0].code == "recurrence.asked_once"


def test_opened_periods_keep_their_name_whatever_is_changed(app: Flask) -> None:
    with clock.frozen(START):
        study = monthly()
    with clock.frozen(FEBRUARY):
        waves.expand_due()
        later = Recurrence(**{**vars(MONTHLY), "first": date(2026, 3, 1)})
        with pytest.raises(SurveyError) as refusal:
            periods.save(study, later, SPEC, None)
        assert refusal.value.findings[0].code == "recurrence.moved"
        db.session.rollback()
        ten = Recurrence(**{**vars(MONTHLY), "minute": 600})
        periods.save(study, ten, SPEC, None)
        assert periods.coming(study, 1)[0].starts_at == MARCH + timedelta(hours=1)


def test_thirty_two_cities_are_asked_every_month_from_one_definition(app: Flask) -> None:
    """Requirement C1: 5,842 customers a month of 32 cities, each month with its own sample."""
    people = [
        {
            "number": f"M{index:05d}", "phone": f"+86139{index:08d}", "phone_hash": f"h{index}",
            "city": CITIES[index % 32], "tier": ("high", "middle", "low")[index % 3],
            "consent": True, "language": "zh-Hans",
        }
        for index in range(12_000)
    ]  # fmt: skip
    with clock.frozen(START):
        db.session.execute(db.insert(Customer), people)
        study = add_study(population=EVERYONE, contact_cap=20)
        spec = Spec(n=5842, seed=2026, strata_by=("city",), minimum=2)
        periods.save(study, MONTHLY, spec, 14)
        add_wave(study, starts_at=START)
        study.state = "running"
        db.session.commit()
    for moment in (FEBRUARY, MARCH):
        with clock.frozen(moment):
            assert waves.expand_due() == 0, "links for so many are a job of their own"
            assert running.run_waiting() == 1
            assert waves.expand_due() == 5842
    february, march = opened()
    both = drawn(february) & drawn(march)
    assert 2_500 < len(both) < 3_200, "two independent samples of about half share a quarter"
    for design in db.session.scalars(db.select(SampleDesign)).all():
        assert len(design.strata) == 32
        assert sum(stratum.n for stratum in design.strata) == 5842
        assert designs.redraw(design).identical
