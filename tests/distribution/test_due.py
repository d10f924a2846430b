"""A look for due follow-ups reads who crossed a moment since the last one, and misses nobody."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, text

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import due, sequences, trials, wave_plans, waves
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from tests.distribution.builders import add_invitations, add_study, plan_of
from tests.distribution.outboxes import NOON, add_wave

DAY = timedelta(days=1)
HALF_MINUTE = timedelta(seconds=30)
WALKS = re.compile(
    r"ix_invitation_study \(study_id=\?( AND id[<>]|\))|Index Cond: \(study_id = 1\)"
)
"""A plan that reads a study's invitations one after the other, as SQLite or PostgreSQL says it."""
CONDITIONS = ("", "unopened", "opened", "begun")


def invited(count: int) -> tuple[Study, list[Invitation]]:
    """A running study whose invitations left at NOON."""
    study = add_study(state="running")
    rows = add_invitations(study, count)
    for row in rows:
        row.invited_at = NOON
    db.session.commit()
    return study, rows


def look(at: datetime) -> int:
    """What the scan at a moment queues."""
    with clock.frozen(at):
        return waves.expand_due()


def read(wave: Wave, at: datetime) -> set[int]:
    """The invitations that a look at a moment reads."""
    return set(db.session.scalars(due.candidates(wave, at)))


def test_the_second_look_of_a_day_reads_only_who_became_due(any_app: Flask) -> None:
    study, rows = invited(6)
    wave = add_wave(study, "reminder", after_days=1, after_hours=2)
    db.session.commit()
    assert read(wave, NOON + DAY) == {row.id for row in rows}
    assert look(NOON + DAY) == 0
    rows[1].invited_at = NOON - timedelta(hours=3)
    rows[2].invited_at = NOON + timedelta(hours=3)
    db.session.commit()
    assert read(wave, NOON + DAY + HALF_MINUTE) == set()
    due_at = NOON + DAY + timedelta(hours=2)
    assert read(wave, due_at) == {row.id for row in rows if row not in rows[1:3]}
    assert look(due_at) == 4
    assert look(due_at + timedelta(hours=1)) == 0
    assert read(wave, due_at + timedelta(hours=1) + HALF_MINUTE) == set()
    assert look(due_at + timedelta(hours=3)) == 1
    assert look(due_at + DAY) == 1, "whom a look missed the first of the next day finds"


@pytest.mark.parametrize(
    ("condition", "moment"), [("opened", "opened_at"), ("begun", "started_at")]
)
def test_who_comes_to_meet_the_condition_later_is_found_then(
    any_app: Flask, condition: str, moment: str
) -> None:
    study, rows = invited(3)
    add_wave(study, "reminder", after_days=1, condition=condition)
    db.session.commit()
    start = NOON + 3 * DAY
    assert look(start) == 0
    setattr(rows[1], moment, start + HALF_MINUTE)
    db.session.commit()
    assert look(start + 2 * HALF_MINUTE) == 1
    assert look(start + 3 * HALF_MINUTE) == 0


def test_a_step_that_was_changed_is_looked_at_in_full(any_app: Flask) -> None:
    study, _rows = invited(3)
    add_wave(study, state="done")
    wave = add_wave(study, "reminder", after_days=5)
    study.contact_cap = 9
    db.session.commit()
    start = NOON + 3 * DAY
    assert look(start) == 0
    db.session.get_one(Wave, wave_plans.waves_of(study)[0].id).state = "running"
    content = sequences.content_of(wave, trials.tried(wave))
    shorter = sequences.Content(**{**vars(content), "after": 24})
    sequences.edit(study, wave, shorter)
    db.session.commit()
    assert wave.looked_at is None
    assert look(start + HALF_MINUTE) == 3 + 3  # the invitations, too


def test_a_look_does_not_count_when_the_step_was_changed_meanwhile(any_app: Flask) -> None:
    study, _rows = invited(1)
    wave = add_wave(study, "reminder", after_days=5)
    db.session.commit()
    began = due.Look(wave, NOON)
    wave.after_hours = 3
    db.session.flush()
    began.finish()
    db.session.refresh(wave)
    assert wave.looked_at is None
    due.Look(wave, NOON).finish()
    db.session.refresh(wave)
    assert wave.looked_at == NOON
    assert due.of_everyone(wave, NOON - HALF_MINUTE), "a clock that was set back"


@pytest.mark.parametrize("seed", range(3))
def test_looking_every_so_often_queues_what_one_look_at_everyone_would(
    any_app: Flask, seed: int
) -> None:
    """Random lives of invitations, random looks: each step gets whom a full look had found."""
    chance = random.Random(seed)
    study, rows = invited(25)
    steps = [
        add_wave(study, "reminder", number=n, after_days=1, after_hours=5 * n, condition=condition)
        for n, condition in enumerate(CONDITIONS, 1)
    ]
    thanks = add_wave(study, "thank_you")
    db.session.commit()
    wanted: set[tuple[int, int]] = set()
    moment = NOON
    for row in rows:
        row.invited_at = NOON + timedelta(hours=chance.uniform(0, 20))
    while moment < NOON + 3 * DAY:
        moment += timedelta(minutes=chance.choice([1, 20, 90, 300]))
        for row in chance.sample(rows, 3):
            name = chance.choice(["opened_at", "started_at", "completed_at"])
            setattr(row, name, getattr(row, name) or moment)
        db.session.commit()
        for wave in (*steps, thanks):
            members = waves._members(wave, moment).subquery()
            wanted |= {(wave.id, of) for of in db.session.scalars(select(members.c.invitation_id))}
        look(moment)
    found = db.session.execute(select(Message.wave_id, Message.invitation_id)).all()
    assert {tuple(row) for row in found} == wanted
    assert len(found) == len(wanted) > 30


def test_a_look_goes_by_the_indexes(any_app: Flask) -> None:
    """EXPLAIN on both engines, with 6,000 invitations of which two are due."""
    study, (first, *_rest) = invited(2)
    steps = [
        add_wave(study, "reminder", number=1, after_days=1),
        add_wave(study, "reminder", number=2, after_days=1, condition="opened"),
        add_wave(study, "reminder", number=3, after_days=1, condition="begun"),
        add_wave(study, "thank_you"),
    ]
    _crowd(study, first, 6000)
    now = NOON + 2 * DAY
    for wave in steps:
        wave.looked_at = now - HALF_MINUTE
        db.session.flush()
        plan = plan_of(due.candidates(wave, now))
        moment = {"opened": "opened", "begun": "started"}.get(wave.condition)
        names = ["completed"] if wave.kind == "thank_you" else ["invited"]
        for name in (*names, *([moment] if moment else [])):
            assert f"ix_invitation_{name}" in plan, plan
        whole = plan_of(waves._chunk(wave, now, due.candidates(wave, now), 0, 9000))
        for text_ in (plan, whole):
            assert "Seq Scan on invitation" not in text_, text_
            assert "SCAN invitation" not in text_, text_
            assert not WALKS.search(text_), text_


def _crowd(study: Study, like: Invitation, count: int) -> None:
    """Many who were invited, opened, began and completed long ago, and the engine's statistics."""
    customer = db.session.get_one(Customer, like.customer_id)
    moments = dict.fromkeys(("invited_at", "opened_at", "started_at", "completed_at"))
    rows = [
        {
            "study_id": study.id,
            "customer_id": customer.id,
            "occasion": f"event:{n}",
            "language": "en",
            **{name: NOON - DAY - timedelta(minutes=n) for name in moments},
        }
        for n in range(count)
    ]
    db.session.execute(insert(Invitation), rows)
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
