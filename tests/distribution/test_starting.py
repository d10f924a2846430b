"""Starting to text many: a job that is gone on with, cancelled, and never does anything twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, invitations, links, planning, starting, wave_plans
from surveyapp.distribution.models import Invitation, SampleMember, Study, Wave
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.distribution.wave_plans import Plan
from surveyapp.findings import SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.jobs.registry import LONG, SOON
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_draw, add_study, at_once
from tests.distribution.outboxes import states

PEOPLE = 25


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten are many, and four a chunk."""
    monkeypatch.setattr(starting, "AT_ONCE", 10)
    monkeypatch.setattr(starting, "CHUNK", 4)
    monkeypatch.setattr(invitations, "CHUNK", 4)


def ready_to_start(count: int = PEOPLE) -> Study:
    study = add_study()
    people = add_customers(count)
    for index, person in enumerate(people):
        person.phone = f"+85291{index:06d}"
    add_draw(study, people)
    wave_plans.save(study, Plan())
    db.session.commit()
    return study


def invited() -> int:
    return db.session.scalar(select(func.count(Invitation.id))) or 0


def tell(act: Callable[[], object]) -> list[str]:
    with pytest.raises(SurveyError) as refusal:
        act()
    db.session.rollback()
    return [finding.code for finding in refusal.value.findings]


def started(study: Study) -> int:
    job = starting.start(study)
    assert job is not None
    db.session.commit()
    return job.id


def result(job_id: int) -> tuple[str, dict[str, object]]:
    row = db.session.get_one(Job, job_id, populate_existing=True)
    return row.state, row.result


def interrupted_after(patch: pytest.MonkeyPatch, chunks: int, then: Callable[[], None]) -> None:
    """Let something happen in the middle of the job."""
    from surveyapp.jobs.holding import Held

    report, seen = Held.progress, []

    def progress(self: Held, step: str, done: int, total: int) -> None:
        seen.append(done)
        report(self, step, done, total)
        if len(seen) == chunks + 1:
            then()

    patch.setattr(Held, "progress", progress)


def test_few_are_started_at_once(any_app: Flask) -> None:
    study = ready_to_start(9)
    assert starting.start(study) is None
    assert (invited(), wave_plans.standing(study)) == (9, "scheduled")
    assert starting.under_way(study) is None


def test_many_are_started_by_a_job_and_then_texted(any_app: Flask) -> None:
    study = ready_to_start()
    job_id = started(study)
    assert (invited(), wave_plans.standing(study), study.state) == (0, "starting", "draft")
    assert tell(lambda: starting.start(study)) == ["wave.illegal_move"], "a doubled click"
    assert planning.notice() == 0, "nothing is texted before all have a link"
    assert running.run_waiting(LONG) == 0
    assert running.run_waiting(SOON) == 1
    assert result(job_id) == ("done", {"invited": PEOPLE})
    assert (invited(), wave_plans.standing(study), study.state) == (PEOPLE, "scheduled", "running")
    issued = db.session.scalars(select(Invitation)).all()
    assert all(links.find(links.token_of(one)) is one for one in issued)
    row = db.session.get_one(Job, job_id)
    assert (row.step, row.done, row.total) == ("Giving everyone a link", PEOPLE, PEOPLE)
    assert planning.notice() == 1
    assert planning.notice() == 0, "asked once"
    assert running.run_waiting() == 1
    assert states() == {"queued": PEOPLE}
    assert planning.due() == set()
    audits = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert audits[-3:] == ["wave.prepare", "study.start", "wave.start"]


def test_the_moment_is_that_of_the_click(any_app: Flask) -> None:
    study, at = ready_to_start(), clock.now()
    with clock.frozen(at):
        started(study)
    running.run_waiting()
    first = wave_plans.waves_of(study)[0]
    assert (first.starts_at, first.state) == (at, "planned")


def test_what_was_done_is_not_done_again(any_app: Flask) -> None:
    study = ready_to_start()
    job_id = started(study)
    running.run_waiting()
    row = db.session.get_one(Job, job_id)
    row.state = "queued"  # its worker died between its last commit and saying so
    db.session.commit()
    running.run_waiting()
    assert result(job_id) == ("done", {"cancelled": True})
    assert invited() == PEOPLE
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "wave.start")) == 1


def test_what_failed_half_way_goes_on(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    study = ready_to_start()
    with monkeypatch.context() as patch:

        def full() -> None:
            raise OSError("no space left on device")

        interrupted_after(patch, 2, full)
        started(study)
        running.run_waiting()
    shown = starting.under_way(study)
    assert shown is not None
    assert (shown.state, invited(), wave_plans.standing(study)) == ("failed", 8, "starting")
    started(study)
    running.run_waiting()
    assert (invited(), wave_plans.standing(study)) == (PEOPLE, "scheduled")
    members = db.session.scalars(select(Invitation.member_id)).all()
    assert len(set(members)) == len(members) == PEOPLE


def test_a_cancelled_start_leaves_nothing_behind(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = ready_to_start()

    def cancel() -> None:
        starting.cancel(db.session.get_one(Study, study.id))
        db.session.commit()

    interrupted_after(monkeypatch, 3, cancel)
    job_id = started(study)
    running.run_waiting(SOON)
    assert result(job_id) == ("done", {"cancelled": True})
    assert invited() == 12
    printed = [links.token_of(row) for row in db.session.scalars(select(Invitation))]
    running.run_waiting(SOON)
    assert (invited(), wave_plans.standing(study), study.state) == (0, "planned", "draft")
    assert tell(lambda: starting.cancel(study)) == ["wave.illegal_move"]
    monkeypatch.undo()
    monkeypatch.setattr(starting, "AT_ONCE", 10)
    started(study)
    running.run_waiting()
    assert (invited(), wave_plans.standing(study)) == (PEOPLE, "scheduled")
    assert [links.find(token) for token in printed] == [None] * 12


def test_a_link_that_somebody_opened_stays(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    study = ready_to_start()

    def open_and_cancel() -> None:
        row = db.session.scalars(select(Invitation).limit(1)).one()
        invitations.mark_opened(row)
        starting.cancel(db.session.get_one(Study, study.id))
        db.session.commit()

    interrupted_after(monkeypatch, 2, open_and_cancel)
    started(study)
    running.run_waiting()
    running.run_waiting()
    assert invited() == 1


def test_a_new_start_ends_the_taking_back(any_app: Flask) -> None:
    study = ready_to_start()
    started(study)
    starting.cancel(study)
    db.session.commit()
    started(study)
    assert running.run_waiting() == 3
    assert (invited(), wave_plans.standing(study)) == (PEOPLE, "scheduled")


def test_what_stands_in_the_way_is_told_before_any_job(any_app: Flask) -> None:
    study = ready_to_start()
    study.send_from = study.send_until = 600
    db.session.commit()
    assert "wave.no_hours" in tell(lambda: starting.start(study))
    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_a_study_that_was_closed_meanwhile_is_not_started(any_app: Flask) -> None:
    study = ready_to_start()
    job_id = started(study)
    study.state = "closed"
    db.session.commit()
    running.run_waiting()
    assert result(job_id) == ("done", {"cancelled": True})
    assert db.session.scalars(select(Wave.starts_at)).all() == [None] * 4


def test_nobody_draws_anew_while_links_are_being_made(any_app: Flask) -> None:
    """The job would give links to a sample that is gone, and start a study that asks nobody."""
    study = ready_to_start()
    assert started(study)
    with pytest.raises(SurveyError) as refused:
        designs.draw(study, Spec(n=2, seed=1))
    assert [finding.code for finding in refused.value.findings] == ["design.being_invited"]


def test_who_starts_and_who_draws_at_once_end_with_one_sample(any_app: Flask) -> None:
    study = ready_to_start(4)
    number, study.population = study.id, Population(bought_within_days=None).as_json()
    db.session.commit()

    def act(which: int) -> None:
        mine = db.session.get_one(Study, number)
        starting.start(mine) if which else designs.draw(mine, Spec(n=3, seed=which))

    at_once(any_app, act, 2)
    members = db.session.scalar(db.select(db.func.count(SampleMember.id)))
    assert invited() == members


def test_the_page_shows_how_far_it_is_and_cancels(staff: AuditingClient) -> None:
    study = ready_to_start()
    path = f"/studies/{study.id}/waves"
    assert staff.post(f"{path}/start", data={"starts_at": ""}).status_code == 302
    page = staff.get(path).get_data(as_text=True)
    assert "Being prepared" in page
    assert "Waiting for its turn" in page
    assert "Start texting" not in page
    assert staff.post(f"{path}/cancel").status_code == 302
    page = staff.get(path).get_data(as_text=True)
    assert "Nobody is texted" in page
    assert "Start texting" in page
    running.run_waiting()
    assert "Waiting for its turn" not in staff.get(path).get_data(as_text=True)


def test_the_page_offers_to_go_on_after_a_failure(staff: AuditingClient) -> None:
    study = ready_to_start()
    row = db.session.get_one(Job, started(study))
    row.state, row.error = "failed", "OSError: no space left on device"
    db.session.commit()
    path = f"/studies/{study.id}/waves"
    page = staff.get(path).get_data(as_text=True)
    assert "no space left" in page
    assert "Go on" in page
    staff.post(f"{path}/start")
    running.run_waiting()
    assert "Scheduled" in staff.get(path).get_data(as_text=True)
