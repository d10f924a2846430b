"""Waves become messages, each exactly once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import invitations, waves
from surveyapp.distribution.models import Invitation, Message, SampleDesign, Study, Wave
from tests.conftest import make_app, make_settings
from tests.distribution.builders import add_customers, add_draw, add_invitations, add_study
from tests.distribution.outboxes import NOON, add_wave, ready, states

DAY = timedelta(days=1)


def invited(count, **values):
    """A study whose invitations left at NOON."""
    study = add_study(state="running", **values)
    rows = add_invitations(study, count)
    for row in rows:
        row.invited_at = NOON
    db.session.commit()
    return study, rows


def test_expanding_twice_queues_nothing_twice(any_app):
    study = ready(20)
    assert waves.expand_due() == 0
    add_more = add_wave(study, number=2)
    db.session.commit()
    assert waves.due_count(add_more) == 20
    assert waves.expand_due() == 20
    assert states() == {"queued": 40}


def test_four_scanners_at_once_queue_each_message_once(any_app):
    study = add_study(state="running")
    add_invitations(study, 120)
    add_wave(study)
    db.session.commit()

    def scan(_index):
        with any_app.app_context():
            return waves.expand_due()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(scan, range(4))) == 120
    keys = db.session.execute(db.select(Message.invitation_id, Message.wave_id)).all()
    assert len(set(keys)) == len(keys) == 120


def test_a_wave_waits_for_invitations_that_are_being_written(postgresql_url, tmp_path):
    """It goes on behind the last one that it sees: none may appear before that afterwards."""
    app = make_app(make_settings(tmp_path, DATABASE_URL=postgresql_url))
    with app.app_context():
        study = add_study(state="running")
        add_wave(study)
        design_id = add_draw(study, add_customers(3)).id
        db.session.commit()
    written, go_on = threading.Event(), threading.Event()

    def invite_slowly():
        with app.app_context():
            invitations.issue(db.session.get_one(SampleDesign, design_id))
            written.set()
            assert go_on.wait(20)
            db.session.commit()

    def expand():
        with app.app_context():
            return waves.expand_due()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(invite_slowly)
        assert written.wait(20)
        expanding = pool.submit(expand)
        assert not wait([expanding], timeout=0.5).done
        go_on.set()
        slow.result()
        assert expanding.result() == 3
    with app.app_context():
        db.engine.dispose()


def test_reminders_go_to_who_has_not_answered_also_when_only_opened(any_app):
    study, rows = invited(6)
    wave = add_wave(study, "reminder", after_days=3)
    rows[0].completed_at = NOON
    rows[1].opened_at = rows[2].started_at = NOON
    rows[3].opted_out_at = NOON
    rows[4].failed_at = NOON
    rows[5].invited_at = None
    db.session.commit()
    with clock.frozen(NOON + 3 * DAY - timedelta(seconds=1)):
        assert waves.expand_due() == 0
    with clock.frozen(NOON + 3 * DAY):
        assert waves.expand_due() == 2
    queued = db.session.scalars(db.select(Message.invitation_id).where(Message.wave_id == wave.id))
    assert set(queued) == {rows[1].id, rows[2].id}


def test_who_refused_on_the_phone_is_not_reminded_and_who_did_not_answer_it_is(any_app):
    study, rows = invited(3)
    wave = add_wave(study, "reminder", after_days=3)
    rows[0].called_as, rows[1].called_as = "2.11", "3.13"
    db.session.commit()
    with clock.frozen(NOON + 3 * DAY):
        assert waves.expand_due() == 2
    queued = db.session.scalars(db.select(Message.invitation_id).where(Message.wave_id == wave.id))
    assert set(queued) == {rows[1].id, rows[2].id}


def test_at_most_as_many_reminders_as_there_are_waves(any_app):
    study, _rows = invited(1)
    for number, after_days in ((1, 3), (2, 7)):
        add_wave(study, "reminder", number=number, after_days=after_days)
    db.session.commit()
    for day in range(30):
        with clock.frozen(NOON + day * DAY):
            waves.expand_due()
    assert states() == {"queued": 2}


def test_the_thank_you_follows_the_answer(any_app):
    study, rows = invited(3)
    add_wave(study, "thank_you", state="planned", starts_at=None)
    db.session.commit()
    with clock.frozen(NOON):
        assert waves.expand_due() == 0
    rows[0].completed_at = NOON
    rows[1].completed_at, rows[1].customer.opted_out_at = NOON, NOON
    db.session.commit()
    with clock.frozen(NOON + timedelta(seconds=30)):
        assert waves.expand_due() == 1


def test_waves_start_at_their_moment_and_only_while_the_study_runs(any_app):
    study = add_study(state="draft")
    add_invitations(study, 2)
    add_wave(study, state="planned", starts_at=NOON)
    db.session.commit()
    with clock.frozen(NOON + DAY):
        assert waves.expand_due() == 0
    db.session.execute(db.update(Study).values(state="running"))
    with clock.frozen(NOON - DAY):
        assert waves.expand_due() == 0
    with clock.frozen(NOON):
        assert waves.expand_due() == 2
    assert db.session.scalar(db.select(Wave.state)) == "running"


def test_an_invitation_wave_without_a_moment_never_starts_by_itself(any_app):
    study = add_study(state="running")
    add_invitations(study, 2)
    add_wave(study, state="planned", starts_at=None)
    db.session.commit()
    assert waves.expand_due() == 0


def test_messages_end_with_their_invitation(any_app):
    study = add_study(state="running", closes_at=NOON + 9 * DAY)
    add_invitations(study, 1)
    add_wave(study)
    db.session.commit()
    waves.expand_due()
    assert db.session.scalar(db.select(Message.not_after)) == NOON + 9 * DAY
    assert db.session.scalar(db.select(Invitation.expires_at)) == NOON + 9 * DAY


def test_a_reminder_goes_to_those_who_got_so_far_and_no_others(any_app):
    study, rows = invited(4)
    rows[1].opened_at = NOON
    rows[2].opened_at = rows[2].started_at = NOON
    rows[3].completed_at = NOON
    conditions = {"unopened": 0, "opened": 1, "begun": 2}
    made = {
        add_wave(study, "reminder", number=n, after_days=1, condition=condition).id: rows[of].id
        for n, (condition, of) in enumerate(conditions.items(), 1)
    }
    db.session.commit()
    with clock.frozen(NOON + DAY):
        assert waves.expand_due() == 3
    queued = db.session.execute(db.select(Message.wave_id, Message.invitation_id)).all()
    assert dict(tuple(row) for row in queued) == made
