"""Planning what is due: the leader notices, a job for each study does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import due, planning, starting, waves
from surveyapp.distribution.models import Message
from surveyapp.jobs import running, standing
from surveyapp.jobs.models import Job
from tests.distribution.builders import add_invitations, add_study
from tests.distribution.outboxes import NOON, add_wave, states


def test_studies_are_planned_apart_and_again_by_the_same_rows(any_app: Flask) -> None:
    one, two = (add_study(state="running", title=title) for title in "ab")
    rows = add_invitations(one, 5)
    for study in (one, two):
        add_wave(study)
    db.session.commit()
    with clock.frozen(NOON):
        assert planning.due() == {one.id}
        assert (planning.notice(), planning.notice()) == (1, 0)
        assert running.run_waiting() == 1
        assert states() == {"queued": 5}
        add_wave(one, "reminder", after_days=3)
        for row in rows:
            row.invited_at = NOON
        db.session.commit()
        assert planning.notice() == 1, "the first look of a step reads everyone"
        assert running.run_waiting() == 1
        assert planning.notice() == 0
    with clock.frozen(NOON + due.OLD):
        assert planning.notice() == 1, "so that the next look reads little"
        assert running.run_waiting() == 1
    with clock.frozen(NOON + timedelta(days=3)):
        assert planning.notice() == 1
        assert running.run_waiting() == 1
        assert planning.due() == set()
    assert states() == {"queued": 10}
    (job,) = db.session.scalars(select(Job)).all()
    assert (job.attempt, job.state, job.result) == (4, "done", {"queued": 5})
    assert (job.step, job.done, job.total) == ("Queueing the texts", 5, 5)


def test_what_fails_rests_and_holds_up_no_other(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = (add_study(state="running", title=title) for title in "ab")
    add_invitations(broken, 3)
    add_wave(broken)
    add_wave(fine)
    db.session.commit()

    def fail(*_: object) -> int:
        raise OSError("no space left on device")

    with clock.frozen(NOON), monkeypatch.context() as patch:
        assert planning.notice() == 1
        patch.setattr(waves, "_queue", fail)
        running.run_waiting()
        assert planning.notice() == 0, "it rests"
        shown = starting.under_way(broken)
        assert shown is not None
        assert (shown.kind, shown.state) == (planning.KIND, "failed")
    with clock.frozen(NOON + 2 * standing.REST):
        assert planning.notice() == 1
        running.run_waiting()
    assert db.session.scalar(select(db.func.count(Message.id))) == 3
    assert starting.under_way(broken) is None
    assert starting.under_way(fine) is None


def test_only_what_takes_long_is_shown() -> None:
    many = waves.CHUNK + 1
    assert planning.worth_showing(Job(state="running", total=many))
    assert not planning.worth_showing(Job(state="running", total=waves.CHUNK))
    assert not planning.worth_showing(Job(state="done", total=many))
