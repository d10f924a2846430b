"""Long work: claimed once, its outcome kept, watched by its progress, never lost with a worker."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.database import db
from surveyapp.findings import Finding, SurveyError
from surveyapp.jobs import registry, running
from surveyapp.jobs.holding import timing
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import Progress, job
from surveyapp.jobs.sweeping import requeue_forgotten

SEEN: list[dict[str, object]] = []


@job("test.count")
def count(params: dict[str, object], progress: Progress) -> dict[str, object]:
    SEEN.append(params)
    for done in range(3):
        progress("Counting", done, 3)
    return {"counted": 3}


@job("test.refuse")
def refuse(_params: dict[str, object], _progress: Progress) -> None:
    db.session.add(Job(kind="test.count"))
    db.session.flush()
    raise SurveyError(
        Finding("a.one", "here", "Row {row} is empty.", {"row": 3}),
        Finding("a.two", "there", "Give a number."),
    )


@job("test.crash")
def crash(_params: dict[str, object], progress: Progress) -> None:
    progress("Half way", 1, 2)
    raise OSError("the disk is full " + "x" * 3000)


@job("test.look")
def look(params: dict[str, object], progress: Progress) -> None:
    """What another transaction sees of this job while it runs."""
    progress("Looking", 7, 9)
    with db.engine.connect() as other:
        row = other.execute(db.select(Job.state, Job.step, Job.done, Job.total)).one()
    SEEN.append(dict(row._mapping))


@pytest.fixture(autouse=True)
def _forget() -> None:
    SEEN.clear()


def queued(kind: str, **params: object) -> int:
    row = running.enqueue(kind, **params)
    db.session.commit()
    return row.id


def state_of(job_id: int) -> Job:
    return db.session.get_one(Job, job_id, populate_existing=True)


@pytest.mark.usefixtures("app")
def test_kinds_are_known_by_name() -> None:
    assert registry.work_of("test.count") is count
    assert {"test.count", "test.crash"} <= registry.kinds()
    with pytest.raises(KeyError):
        registry.work_of("test.nobody")
    with pytest.raises(KeyError):
        running.enqueue("test.nobody")
    assert db.session.scalars(db.select(Job)).all() == []


@pytest.mark.usefixtures("app")
def test_nothing_is_queued_when_the_caller_rolls_back() -> None:
    running.enqueue("test.count")
    db.session.rollback()
    assert running.run_waiting() == 0


def test_work_is_done_once_and_its_result_kept(any_app: Flask) -> None:
    job_id = queued("test.count", study_id=4)
    running.run(job_id)
    running.run(job_id)
    assert SEEN == [{"study_id": 4}]
    row = state_of(job_id)
    assert (row.state, row.result, row.error) == ("done", {"counted": 3}, "")
    assert (row.step, row.done, row.total, row.actor) == ("Counting", 2, 3, "system")
    assert row.started_at is not None
    assert row.finished_at is not None
    assert row.started_at <= row.finished_at


def test_of_two_claimants_one_gets_it(any_app: Flask) -> None:
    jobs = [queued("test.count") for _ in range(8)]
    won: list[int] = []
    start = threading.Barrier(4)

    def claim_all() -> None:
        with any_app.app_context():
            start.wait()
            won.extend(job_id for job_id in jobs if running.claim(job_id))
            db.session.remove()

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == jobs
    assert {state_of(job_id).state for job_id in jobs} == {"running"}


def test_progress_is_seen_while_the_work_goes_on(any_app: Flask) -> None:
    queued("test.look")
    running.run_waiting()
    assert SEEN == [{"state": "running", "step": "Looking", "done": 7, "total": 9}]


@pytest.mark.usefixtures("app")
def test_a_refusal_is_the_outcome_in_words_and_leaves_nothing_behind() -> None:
    job_id = queued("test.refuse")
    running.run(job_id)
    row = state_of(job_id)
    assert (row.state, row.error) == ("failed", "Row 3 is empty.; Give a number.")
    assert row.finished_at is not None
    assert db.session.query(Job).count() == 1


@pytest.mark.usefixtures("app")
def test_a_crash_is_kept_logged_and_does_not_stop_the_next(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, fine = queued("test.crash"), queued("test.count")
    assert running.run_waiting() == 2
    row = state_of(broken)
    assert row.state == "failed"
    assert row.error.startswith("OSError: the disk is full")
    assert len(row.error) <= 2000
    assert (row.step, row.done) == ("Half way", 1)
    assert state_of(fine).state == "done"
    assert f"job {broken}" in caplog.text


@pytest.mark.usefixtures("app")
def test_waiting_work_is_done_oldest_first() -> None:
    for number in range(3):
        queued("test.count", number=number)
    assert running.run_waiting() == 3
    assert [params["number"] for params in SEEN] == [0, 1, 2]
    assert running.run_waiting() == 0


def test_what_a_dead_worker_left_is_queued_again(any_app: Flask) -> None:
    lost, alive = queued("test.count"), queued("test.count")
    long_ago = clock.now() - timing().forgotten - timedelta(seconds=1)
    with clock.frozen(long_ago):
        assert running.claim(lost)
    assert running.claim(alive)
    assert requeue_forgotten() == 1
    assert requeue_forgotten() == 0
    assert (state_of(lost).state, state_of(alive).state) == ("queued", "running")
    db.session.rollback()
    assert running.run_waiting() == 1
    assert state_of(lost).state == "done"


@pytest.mark.parametrize(
    ("started_ago", "done", "total", "left"),
    [(None, 5, 10, None), (10, 0, 10, None), (10, 5, 0, None), (10, 5, 20, 30), (10, 20, 20, 0)],
)
def test_remaining_seconds(
    started_ago: int | None, done: int, total: int, left: int | None
) -> None:
    now = clock.now()
    started = None if started_ago is None else now - timedelta(seconds=started_ago)
    with clock.frozen(now):
        assert Job(started_at=started, done=done, total=total).remaining_seconds == left
