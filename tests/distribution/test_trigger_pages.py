"""The page of events, and the dry run that names each customer's reason."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import triggering, waves
from surveyapp.distribution.models import Invitation, Study
from surveyapp.distribution.trigger_models import TriggerVerdict
from tests.auditing import AuditingClient
from tests.distribution.builders import add_customers, add_study
from tests.distribution.outboxes import NOON
from tests.distribution.test_triggering import asks, happen

FORM = {
    "what": "service_case", "wait_hours": "1", "within_hours": "48", "rest_days": "30",
    "answer_days": "7", "silent_days": "90",
}  # fmt: skip


def test_an_event_is_chosen_switched_off_and_on(staff: AuditingClient) -> None:
    study = add_study()
    db.session.commit()
    path = f"/studies/{study.id}/events"
    assert "No event makes this study ask" in staff.get(path).text
    assert staff.post(path, data=FORM).status_code == 302
    page = staff.get(path).text
    assert "A service case was closed" in page
    assert "1 to 48 hours after" in page
    (trigger,) = triggering.of(study)
    staff.post(f"{path}/{trigger.id}/off")
    assert "Switch on" in staff.get(path).text
    staff.post(f"{path}/{trigger.id}/on")
    assert "Switch off" in staff.get(path).text
    assert staff.post(f"{path}/{trigger.id + 1}/off").status_code == 404


def test_a_wait_longer_than_the_moment_is_refused(staff: AuditingClient) -> None:
    study = add_study()
    db.session.commit()
    answer = staff.post(f"/studies/{study.id}/events", data={**FORM, "wait_hours": "48"})
    assert answer.status_code == 422
    assert "or nobody is ever asked" in answer.text
    assert staff.post(f"/studies/{study.id}/events", data={"what": "x"}).status_code == 422


def test_a_dry_run_says_what_each_event_would_lead_to_and_writes_nothing(
    app: Flask, staff: AuditingClient
) -> None:
    trigger = asks(app)
    fine, gone = add_customers(2)
    gone.opted_out_at = NOON - timedelta(days=9)
    for customer in (fine, gone):
        happen(customer, NOON - timedelta(hours=1))
    db.session.commit()
    path = f"/studies/{trigger.study_id}/events"
    with clock.frozen(NOON):
        page = staff.get(f"{path}/{trigger.id}").text
        assert "C00001" in page
        assert "Invited" in page
        assert "Opted out" in page
        assert db.session.scalar(db.select(db.func.count(TriggerVerdict.id))) == 0
        waves.expand_due()
        assert "Nothing is waiting for a decision" in staff.get(f"{path}/{trigger.id}").text
        assert "Opted out" in staff.get(path).text
    assert "Asked on events" in staff.get(f"/studies/{trigger.study_id}/response").text
    assert staff.get(f"/studies/{trigger.study_id}").status_code == 200
    assert db.session.scalar(db.select(db.func.count(Invitation.id))) == 1


def test_every_customer_has_a_reason_page_by_page(staff: AuditingClient) -> None:
    study: Study = add_study(population={"consented": True, "not_contacted_for_days": None})
    people = add_customers(130)
    people[4].consent = False
    db.session.commit()
    path = f"/studies/{study.id}/reasons"
    first = staff.get(path).text
    assert "C00001" in first
    assert "C00101" not in first
    assert "C00101" in staff.get(f"{path}?after=C00100").text
    only = staff.get(f"{path}?verdict=no_consent").text
    assert "C00005" in only
    assert "C00006" not in only
