"""Two people never get the same customer, and nobody gets two."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from surveyapp import clock
from surveyapp.accounts.models import User
from surveyapp.calling import claims, lists, plans
from surveyapp.calling.claims import LEASE
from surveyapp.calling.timing import GRACE
from surveyapp.customers.models import Customer
from surveyapp.database import db
from tests.calling.world import MORNING, build_calls, interviewer


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.frozen(MORNING):
        yield


def at_once(app: Flask, people: list[int]) -> list[int | None]:
    """What everybody of `people` gets who presses at the same moment."""
    got: list[int | None] = []
    barrier = threading.Barrier(len(people))

    def press(user_id: int) -> None:
        with app.app_context():
            user = db.session.get_one(User, user_id)
            db.session.rollback()
            barrier.wait()
            case = claims.claim(user)
            got.append(case.id if case else None)
            db.session.remove()

    threads = [threading.Thread(target=press, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_everybody_gets_another_customer_until_there_is_none_left(any_app: Flask) -> None:
    calls = build_calls(customers=5, caller=interviewer("p0"))
    people = [calls.caller.id, *(interviewer(f"p{n}").id for n in range(1, 8))]
    plans.staff(calls.study, people)
    db.session.commit()
    got = at_once(any_app, people)
    taken = [one for one in got if one is not None]
    assert sorted(taken) == [case.id for case in calls.cases()]
    assert got.count(None) == 3


def test_the_same_person_twice_at_once_has_one_customer(any_app: Flask) -> None:
    calls = build_calls(customers=4, caller=interviewer("p0"))
    got = at_once(any_app, [calls.caller.id] * 4)
    assert len(set(got)) == 1
    assert [case.lease_by for case in calls.cases()].count(calls.caller.id) == 1


def test_a_lease_that_ran_out_lets_others_in_and_the_first_one_out(app: Flask) -> None:
    calls = build_calls(caller=interviewer("p0"))
    other = interviewer("p1")
    plans.staff(calls.study, [calls.caller.id, other.id])
    db.session.commit()
    case = claims.claim(calls.caller)
    assert case is not None
    assert claims.claim(other) is None
    with clock.frozen(MORNING + LEASE + timedelta(seconds=1)):
        assert claims.claim(other) == case
        assert not claims.renew(case, calls.caller)
        assert claims.renew(case, other)


def test_urgent_customers_come_first(app: Flask) -> None:
    calls = build_calls(customers=4, caller=interviewer("p0"))
    plain, tried, valuable, promised = calls.cases()
    plain.priority = tried.priority = promised.priority = 0
    tried.attempts, valuable.priority, valuable.attempts = 2, 2, 3
    promised.state, promised.appointment_at = "appointed", MORNING - timedelta(minutes=1)
    promised.due_at = promised.appointment_at
    db.session.commit()
    order = []
    while case := claims.claim(calls.caller):
        order.append(case.id)
        case.state, case.lease_by = "done", None
        db.session.commit()
    assert order == [promised.id, valuable.id, plain.id, tried.id]


def test_tiers_decide_who_is_valuable(app: Flask) -> None:
    calls = build_calls(customers=3, caller=interviewer("p0"))
    tiers = {c.id: c.tier for c in db.session.query(Customer)}
    for case in calls.cases():
        wanted = {"high": 2, "middle": 1, "low": 0}[tiers[case.invitation.customer_id]]
        assert case.priority == wanted


def test_lists_and_promises_are_for_whom_they_are_given_to(app: Flask) -> None:
    calls = build_calls(customers=2, caller=interviewer("p0"))
    other, stranger = interviewer("p1"), interviewer("p2")
    assert claims.claim(stranger) is None
    lists.give(calls.listed, other.id)
    db.session.commit()
    assert claims.claim(calls.caller) is None
    case = claims.claim(other)
    assert case is not None
    claims.give_back(case, other)
    for one in calls.cases():
        one.interviewer_id = calls.caller.id
    db.session.commit()
    assert claims.claim(other) is None
    mine = claims.claim(calls.caller)
    assert mine is not None
    assert lists.release(calls.study.id, mine.id)
    db.session.commit()
    assert claims.claim(other) == mine


def test_a_missed_promise_is_kept_by_whoever_is_there(app: Flask) -> None:
    calls = build_calls(caller=interviewer("p0"))
    other = interviewer("p1")
    plans.staff(calls.study, [calls.caller.id, other.id])
    (case,) = calls.cases()
    case.state, case.interviewer_id = "appointed", calls.caller.id
    case.due_at = case.appointment_at = MORNING
    db.session.commit()
    assert claims.claim(other) is None
    with clock.frozen(MORNING + GRACE + timedelta(seconds=1)):
        assert claims.claim(other) == case


@pytest.mark.parametrize("state", ["draft", "paused", "closed"])
def test_a_study_that_rests_is_not_called(app: Flask, state: str) -> None:
    calls = build_calls(caller=interviewer("p0"))
    calls.study.state = state
    db.session.commit()
    assert claims.claim(calls.caller) is None
