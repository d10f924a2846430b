"""Kill -9 while links are given and texts queued: everyone has one of each in the end, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import links, planning, starting, wave_plans
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.jobs import standing
from surveyapp.jobs.models import Job
from tests.brokers import until
from tests.distribution.test_starting import ready_to_start
from tests.faults.worker_process import Process

pytestmark = pytest.mark.fault
PEOPLE = 400


@pytest.fixture
def study_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Study]:
    """A study whose start is a job, and whose texts may not leave at this hour."""
    monkeypatch.setattr(starting, "AT_ONCE", 10)

    def make() -> Study:
        study = ready_to_start(PEOPLE)
        hour = (clock.now().hour + 8) % 24
        study.send_from, study.send_until = (0, 60) if hour > 2 else (600, 660)
        db.session.commit()
        return study

    return make


def counted(model: type[Invitation] | type[Message] | type[Job]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(model.id))) or 0


def state(kind: str, study_id: int) -> str:
    db.session.rollback()
    found = standing.newest(kind, study_id)
    return found.state if found else ""


def killed_twice_and_finished(app: Flask, study: Study) -> None:
    study_id = study.id
    assert starting.start(study) is not None
    db.session.commit()
    first = Process(app)
    until(lambda: counted(Invitation) > 0, 30)
    first.kill()
    assert 0 < counted(Invitation) < PEOPLE
    assert (counted(Message), wave_plans.standing(study)) == (0, "starting")
    second = Process(app)
    until(lambda: counted(Message) > 0, 60)
    second.kill()
    assert counted(Invitation) == PEOPLE
    assert counted(Message) < PEOPLE
    third = Process(app)
    until(lambda: state(planning.KIND, study_id) == "done" and counted(Message) >= PEOPLE, 60)
    third.stop()
    once_each(study_id)


def once_each(study_id: int) -> None:
    texted = db.session.scalars(select(Message.invitation_id)).all()
    invited = db.session.scalars(select(Invitation)).all()
    tokens = [links.token_of(one) for one in invited]
    customers = [one.customer_id for one in invited]
    for found in (texted, tokens, customers):
        assert len(found) == len(set(found)) == PEOPLE
    assert links.find(tokens[0]) is invited[0]
    assert state(starting.START, study_id) == "done"
    noted = select(func.count()).where(AuditEntry.action == "wave.start")
    assert db.session.scalar(noted) == 1
    assert counted(Job) == 2, "one start, one row for all planning of the study"


def test_planning_goes_on_after_its_workers_were_killed(
    any_app: Flask, study_of: Callable[[], Study]
) -> None:
    killed_twice_and_finished(any_app, study_of())


@pytest.mark.postgresql
def test_any_worker_of_a_broker_goes_on(broker_app: Flask, study_of: Callable[[], Study]) -> None:
    killed_twice_and_finished(broker_app, study_of())
