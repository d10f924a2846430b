"""What waves will do next: when, to how many, and what keeps them from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import waves
from surveyapp.distribution.models import Invitation, Message, Study
from surveyapp.reports.schedule import Next, ahead
from tests.distribution.builders import add_invitations, add_study
from tests.distribution.outboxes import NOON, add_wave

pytestmark = pytest.mark.usefixtures("app")
MORNING = datetime(2026, 3, 3, 1, tzinfo=UTC)
"""9:00 in Shanghai on the day after NOON, when texts may leave again."""


def running(count: int = 4, **values: object) -> Study:
    """A running study, texts from 9:00 to 20:00 in Shanghai, with `count` invitations."""
    study = add_study(**{"state": "running", "send_from": 540, "send_until": 1200, **values})
    add_invitations(study, count)
    return study


def invite(study: Study, moment: datetime = NOON) -> list[Invitation]:
    rows = db.session.query(Invitation).filter_by(study_id=study.id).order_by(Invitation.id).all()
    for row in rows:
        row.invited_at = moment
    db.session.flush()
    return rows


def the_next(study: Study, at: datetime = NOON) -> Next:
    with clock.frozen(at):
        (found,) = ahead(study)
    return found


def test_no_wave_no_future() -> None:
    assert ahead(running(0)) == []


def test_a_planned_invitation_says_when_and_to_how_many_it_goes() -> None:
    study = running()
    add_wave(study, state="planned", starts_at=NOON + timedelta(hours=2))
    found = the_next(study)
    assert (found.sent, found.waiting, found.coming) == (0, 0, 4)
    assert found.at == NOON + timedelta(hours=2)


def test_a_wave_without_a_moment_has_no_next_time() -> None:
    study = running()
    add_wave(study, state="planned", starts_at=None)
    assert the_next(study).at is None


def test_quiet_hours_move_the_next_time_to_the_morning() -> None:
    study = running()
    add_wave(study, state="planned", starts_at=NOON + timedelta(hours=11))
    assert the_next(study).at == MORNING


def test_hours_that_never_open_give_no_next_time() -> None:
    study = running(send_from=600, send_until=600)
    add_wave(study, state="planned", starts_at=NOON)
    assert the_next(study).at is None


def test_queued_texts_wait_and_leave_when_they_are_due() -> None:
    study = running()
    add_wave(study)
    db.session.commit()
    with clock.frozen(NOON):
        assert waves.expand_due() == 4
    rows = db.session.query(Message).order_by(Message.id).all()
    rows[0].state, rows[1].state, rows[2].state = "delivered", "undelivered", "suppressed"
    db.session.flush()
    found = the_next(study, NOON + timedelta(minutes=5))
    assert (found.sent, found.waiting, found.coming) == (2, 1, 0)
    assert found.at == NOON + timedelta(minutes=5), "what is overdue leaves now"
    evening = the_next(study, NOON + timedelta(hours=9))
    assert evening.at == MORNING


def test_reminders_come_to_those_who_may_still_be_reminded() -> None:
    study = running(6)
    add_wave(study, "reminder", after_days=3, starts_at=None)
    people = invite(study)
    people[0].invited_at = NOON - timedelta(hours=1)
    people[1].completed_at = people[2].opted_out_at = people[3].failed_at = NOON
    db.session.flush()
    found = the_next(study)
    assert found.coming == 3
    assert found.at == NOON - timedelta(hours=1) + timedelta(days=3)


def test_a_queued_reminder_is_not_counted_twice() -> None:
    study = running(3)
    wave = add_wave(study, "reminder", after_days=3, starts_at=None)
    first, *_ = invite(study)
    first.invited_at = NOON - timedelta(days=3)
    db.session.commit()
    with clock.frozen(NOON):
        assert waves.expand_due() == 1
    found = the_next(study)
    assert (found.waiting, found.coming, found.at) == (1, 2, NOON)
    assert found.wave.id == wave.id


def test_reminders_that_nobody_needs_are_over() -> None:
    study = running(2)
    add_wave(study, "reminder", after_days=3, starts_at=None)
    for person in invite(study):
        person.completed_at = NOON
    db.session.flush()
    found = the_next(study)
    assert (found.coming, found.at) == (0, None)


@pytest.mark.parametrize("state", ["paused", "done"])
def test_a_wave_that_stands_still_promises_no_moment(state: str) -> None:
    study = running(2)
    add_wave(study, "reminder", after_days=3, starts_at=None, state=state)
    invite(study)
    found = the_next(study)
    assert found.at is None
    assert found.coming == (2 if state == "paused" else 0)


def test_waves_stand_in_the_order_in_which_a_customer_meets_them() -> None:
    study = running(1)
    add_wave(study, "thank_you")
    add_wave(study, "reminder", number=2, after_days=7)
    add_wave(study, "reminder", number=1, after_days=3)
    add_wave(study)
    with clock.frozen(NOON):
        found = [(n.wave.kind, n.wave.after_days) for n in ahead(study)]
    assert found == [("invitation", 0), ("reminder", 3), ("reminder", 7), ("thank_you", 0)]
