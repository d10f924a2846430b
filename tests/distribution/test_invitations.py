from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.customers import opting
from surveyapp.customers.models import Suppression
from surveyapp.database import db
from surveyapp.distribution import invitations, links, optout
from surveyapp.distribution.models import Invitation, Study
from tests.distribution.builders import (
    add_customer,
    add_customers,
    add_draw,
    add_invitations,
    add_study,
)

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_issuing_twice_issues_once(any_app: Flask) -> None:
    closes = NOON + timedelta(days=20)
    study = add_study(closes_at=closes)
    customers = add_customers(5, language="en")
    design = add_draw(study, customers)
    assert invitations.issue(design) == 5
    assert invitations.issue(design) == 0
    rows = db.session.scalars(select(Invitation)).all()
    assert {row.customer_id for row in rows} == {customer.id for customer in customers}
    assert all(links.find(links.token_of(row)) is row for row in rows)
    assert {(row.language, row.expires_at) for row in rows} == {("en", closes)}


def test_a_second_draw_of_a_study_invites_only_who_is_new(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "CHUNK", 2)
    study = add_study()
    customers = add_customers(6)
    invitations.issue(add_draw(study, customers[1:5]))
    assert list(invitations.issuing(add_draw(study, customers))) == [1, 0, 1]
    assert invitations.issue(add_draw(add_study(), customers)) == 6


def test_moments_are_set_once_and_imply_the_earlier_ones(any_app: Flask) -> None:
    invitation = add_invitations(add_study(), 1)[0]
    assert invitations.mark_started(invitation, NOON)
    assert not invitations.mark_started(invitation, NOON + timedelta(hours=1))
    assert not invitations.mark_opened(invitation, NOON + timedelta(hours=1))
    assert (invitation.opened_at, invitation.started_at) == (NOON, NOON)
    assert invitation.completed_at is None
    later = NOON + timedelta(minutes=9)
    assert invitations.mark_completed(invitation, later)
    assert not invitations.mark_completed(invitation)
    assert (invitation.started_at, invitation.completed_at) == (NOON, later)


def _outcomes() -> dict[str, datetime | None]:
    rows = db.session.scalars(select(Invitation)).all()
    return {row.customer.number: row.opted_out_at for row in rows}


@pytest.mark.parametrize("by_phone", [False, True])
def test_opting_out_reaches_everyone_who_shares_the_phone(any_app: Flask, by_phone: bool) -> None:
    study = add_study()
    mother, daughter, stranger = (
        add_customer(1, phone="+8613800000009"),
        add_customer(2, phone="+8613800000009"),
        add_customer(3),
    )
    db.session.flush()
    invitations.issue(add_draw(study, [mother, daughter, stranger]))
    ended = (
        optout.opt_out_phone(mother.phone_hash or "", "reply", NOON)
        if by_phone
        else optout.opt_out(mother, "link", NOON)
    )
    assert ended
    assert _outcomes() == {"C00001": NOON, "C00002": NOON, "C00003": None}
    assert daughter.opted_out_at == NOON
    assert stranger.opted_out_at is None
    assert not optout.opt_out(daughter, "link")
    assert db.session.scalar(select(func.count()).select_from(Suppression)) == 1
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.action == "customer.opt_out"
    assert entry.detail["customers"] == 2
    assert "138" not in entry.subject


def test_opting_out_reaches_everyone_who_shares_the_mail_address(any_app: Flask) -> None:
    study = add_study()
    mother, daughter, stranger = (
        add_customer(1, email="Wang@example.com"),
        add_customer(2, email="wang@example.com"),
        add_customer(3, email="li@example.com"),
    )
    db.session.flush()
    invitations.issue(add_draw(study, [mother, daughter, stranger]))
    assert optout.opt_out(mother, "link", NOON)
    assert _outcomes() == {"C00001": NOON, "C00002": NOON, "C00003": None}
    assert daughter.opted_out_at == NOON
    assert optout.is_opted_out(add_customer(4, phone=None, email="WANG@example.com"))
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.detail["customers"], entry.subject) == (2, f"customer:{mother.id}")


def test_a_refusal_after_the_answer_leaves_the_outcome_alone(app: Flask) -> None:
    done, closed = add_invitations(add_study(), 1)[0], add_study(state="closed", title="Old")
    invitations.mark_completed(done, NOON)
    invitations.issue(add_draw(closed, [done.customer]))
    optout.opt_out(done.customer, "link")
    assert set(_outcomes().values()) == {None}
    assert done.customer.opted_out_at is not None
    assert db.session.scalars(select(Study.state).order_by(Study.id)).all() == ["draft", "closed"]


def test_an_unknown_phone_is_suppressed_before_its_customer_exists(app: Flask) -> None:
    newcomer = add_customer(4)
    assert optout.opt_out_phone("f" * 64, "reply")
    assert not optout.opt_out_phone("f" * 64, "reply")
    newcomer.phone_hash = "f" * 64
    assert optout.is_opted_out(newcomer)


def test_a_customer_without_a_phone_can_opt_out(app: Flask) -> None:
    customer = add_customer(5, phone=None)
    db.session.flush()
    assert not optout.is_opted_out(customer)
    assert optout.opt_out(customer, "staff")
    assert optout.is_opted_out(customer)
    assert not optout.opt_out(customer, "staff")


def test_an_opt_out_on_the_customers_page_closes_open_invitations(app: Flask) -> None:
    invitation = add_invitations(add_study(), 1)[0]
    opting.opt_out(invitation.customer)
    assert invitation.opted_out_at is not None
    assert optout.is_opted_out(invitation.customer)
