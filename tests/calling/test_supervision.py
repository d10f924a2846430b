"""The study's page of calls: plan, lists, progress, releasing."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry, User
from surveyapp.calling import claims, lists, outcomes, progress, recording
from surveyapp.calling.models import CallList, CallPlan
from surveyapp.database import db
from surveyapp.distribution import invitations
from surveyapp.distribution.models import Invitation, SampleDesign
from tests.answering.world import build
from tests.auditing import AuditingClient
from tests.calling.world import MORNING, build_calls, interviewer
from tests.distribution.builders import add_customer, add_draw, add_study

SignIn = Callable[[str], AuditingClient]
PLAN = {
    "call_from": "09:00",
    "call_until": "20:00",
    "most_attempts": "4",
    "gap_hours": "3",
    "intro_zh": "您好，{name}。",
    "intro_en": "Hello {name}.",
    "consent_zh": "",
    "consent_en": "",
    "shown": ["store"],
    "note.channel.en": "Read all of them.",
    "note.nothing.en": "No such question",
}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def test_a_study_is_prepared_listed_and_called(app: Flask, staff: AuditingClient) -> None:
    world = build("all_types", links_count=3)
    caller = interviewer("Mei")
    home = f"/studies/{world.study.id}/calls"
    assert "not done by telephone yet" in staff.get(home).text
    assert "confidential" in staff.get(f"{home}/plan").text
    kept = staff.post(f"{home}/plan", data={**PLAN, "crew": [str(caller.id)]})
    assert kept.location == home
    plan = db.session.get(CallPlan, world.study.id)
    assert plan.notes == {"channel": {"en": "Read all of them."}}
    assert (plan.gap_minutes, plan.shown, plan.consent) == (180, ["store"], {})
    assert "Hello {name}." in staff.get(f"{home}/plan").text
    added = staff.post(f"{home}/lists", data={"title": "VIP", "who": "all", "interviewer": "0"})
    assert added.location == home
    page = staff.get(home).text
    assert "3 customers stand on the list VIP." in page
    again = staff.post(f"{home}/lists", data={"title": "B", "who": "all", "interviewer": "0"})
    assert again.status_code == 422
    assert "Nobody is left to be called" in again.text
    assert claims.claim(caller) is not None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"call_until": "08:00"}, "The hours must end after they begin."),
        ({"most_attempts": "0"}, "Give a whole number from 1 to 20."),
        ({"intro_en": "Hello {who}"}, "{who} is not a field."),
    ],
)
def test_a_plan_that_cannot_work_is_refused_at_its_field(
    app: Flask, staff: AuditingClient, wrong: dict[str, str], sentence: str
) -> None:
    study = add_study()
    db.session.commit()
    answer = staff.post(f"/studies/{study.id}/calls/plan", data={**PLAN, **wrong})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.get(CallPlan, study.id) is None


def test_lists_hold_whom_their_choice_describes(app: Flask) -> None:
    study = add_study(state="running")
    people = [add_customer(n) for n in range(1, 6)]
    db.session.flush()
    invitations.issue(add_draw(study, people))
    silent, started, unreached, answered, opted_out = db.session.scalars(select(Invitation)).all()
    now = clock.now()
    for one in (silent, started, answered, opted_out):
        one.invited_at = now
    started.started_at = answered.started_at = answered.completed_at = now
    unreached.failed_at = opted_out.opted_out_at = now
    db.session.commit()
    counts = {who: lists.count(study, who, ()) for who in lists.WHO}
    assert counts == {"silent": 1, "started": 1, "unreached": 1, "all": 3}
    made, n = lists.create(study, "B", "started", [])
    assert n == 1
    assert lists.count(study, "all", ()) == 2
    assert lists.remove(made) == 1
    assert lists.count(study, "all", ()) == 3


def test_whoever_was_drawn_and_never_invited_can_be_called(app: Flask) -> None:
    study = add_study(state="running")
    people = [add_customer(n) for n in range(1, 4)]
    db.session.flush()
    design: SampleDesign = add_draw(study, people)
    assert lists.count(study, "all", ()) == lists.count(study, "all", [design.strata[0].id]) == 3
    assert lists.count(study, "silent", ()) == 0
    _made, n = lists.create(study, "All", "all", [design.strata[0].id])
    assert n == 3


def test_a_list_that_was_called_stays(app: Flask, staff: AuditingClient) -> None:
    calls = build_calls(customers=2, caller=interviewer("Mei"))
    home = f"/studies/{calls.study.id}/calls"
    staff.post(f"{home}/lists/{calls.listed.id}/give", data={"interviewer": calls.caller.id})
    db.session.expire_all()
    assert db.session.get(CallList, calls.listed.id).interviewer_id == calls.caller.id
    case = claims.claim(calls.caller)
    recording.record(case, calls.caller, outcomes.BUSY, started=clock.now())
    staff.post(f"{home}/lists/{calls.listed.id}/remove")
    assert db.session.get(CallList, calls.listed.id) is not None
    assert staff.post(f"{home}/lists/99/remove").status_code == 404
    wrong = staff.post(f"{home}/lists/{calls.listed.id}/give", data={"interviewer": 99})
    assert wrong.status_code == 404


def test_progress_counts_every_case_once(app: Flask, staff: AuditingClient) -> None:
    calls = build_calls(customers=5, caller=interviewer("Mei"))
    told = [outcomes.REFUSED, outcomes.NO_ANSWER]
    for outcome in told:
        recording.record(claims.claim(calls.caller), calls.caller, outcome, started=clock.now())
    alone = calls.cases()[-1]
    alone.invitation.completed_at = clock.now()
    db.session.commit()
    held = claims.claim(calls.caller)
    found = progress.cases(calls.study.id)
    assert (found.total, found.waiting, found.done, found.alone) == (5, 3, 1, 1)
    assert progress.by_outcome(calls.study.id) == {"refused": 1, "no_answer": 1, "": 3}
    assert progress.by_attempts(calls.study.id) == {0: (3, 0), 1: (2, 0)}
    (worked,) = progress.by_interviewer(calls.study.id)
    assert (worked.name, worked.calls, worked.refused) == ("Mei", 2, 1)
    (in_hand,) = progress.held(calls.study.id)
    assert (in_hand.case_id, in_hand.interviewer, in_hand.appointment) == (held.id, "Mei", False)
    home = f"/studies/{calls.study.id}/calls"
    assert "On the phone" in staff.get(home).text
    assert staff.post(f"{home}/cases/{held.id}/release").location == home
    assert progress.held(calls.study.id) == []
    assert staff.post(f"{home}/cases/999/release").status_code == 404
    last = select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)
    assert db.session.scalar(last) == "call.release"


def test_calls_stand_in_the_rates_and_in_the_timeline(app: Flask, staff: AuditingClient) -> None:
    calls = build_calls(caller=interviewer("Mei"))
    page = f"/studies/{calls.study.id}/response"
    assert "Called, no answer" not in staff.get(page).text
    case = claims.claim(calls.caller)
    recording.record(case, calls.caller, outcomes.REFUSED, started=clock.now(), note="angry")
    attempt = recording.attempts_of(case)[0]
    recording.undo(attempt, calls.caller)
    recording.record(case, calls.caller, outcomes.NO_ANSWER, started=clock.now())
    text = staff.get(page).text
    assert "Called, no answer" in text
    assert "Refused on the phone" not in text
    told = staff.get(f"/studies/{calls.study.id}/messages/{case.invitation_id}").text
    assert "3.13 no_answer · Mei" in told
    assert "Outcome of a call taken back" in told
    assert "angry" not in told


def test_an_analyst_reads_the_progress_and_changes_nothing(app: Flask, sign_in: SignIn) -> None:
    calls = build_calls(caller=interviewer("Mei"))
    browser = sign_in("analyst")
    home = f"/studies/{calls.study.id}/calls"
    page = browser.get(home)
    assert page.status_code == 200
    assert "New call list" not in page.text
    for address in ("plan", "lists", f"lists/{calls.listed.id}/remove", "cases/1/release"):
        assert browser.post(f"{home}/{address}").status_code == 403


@pytest.mark.parametrize("customers", [2, 12])
def test_pages_ask_no_more_for_many_customers(
    app: Flask, staff: AuditingClient, customers: int
) -> None:
    caller = db.session.query(User).one()
    calls = build_calls(customers=customers, caller=caller)
    for number in range(customers - 1):
        more = {"appointment": MORNING + timedelta(hours=2)} if number % 2 else {}
        outcome = outcomes.APPOINTMENT if more else outcomes.REFUSED
        recording.record(claims.claim(caller), caller, outcome, started=MORNING, **more)
    held = claims.claim(caller)
    for page, most in (
        ("/calls", 12),
        (f"/calls/{held.id}", 9),
        (f"/studies/{calls.study.id}/calls", 20),
    ):
        db.session.expire_all()
        queries: list[str] = []
        listen = lambda *args, into=queries: into.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        assert staff.get(page).status_code == 200
        event.remove(db.engine, "before_cursor_execute", listen)
        assert len(queries) <= most, "\n".join(queries)
