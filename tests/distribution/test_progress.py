"""The funnel, the dispositions and an invitation's timeline."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from surveyapp.database import db
from surveyapp.distribution import dispositions, inbound, progress, receipts
from surveyapp.distribution.models import Attempt, Invitation, Message
from surveyapp.distribution.timeline import timeline
from tests.distribution.builders import add_customers, add_draw, add_study
from tests.distribution.outboxes import NOON, drain, fast, ready
from tests.distribution.phones import gateway, point


def some_progress():
    """Two strata: five members who got differently far, and two who were never invited."""
    from surveyapp.distribution import invitations

    study = add_study(state="running")
    customers = add_customers(7)
    for group in (customers[:5], customers[5:]):
        invitations.issue(add_draw(study, group))
    rows = db.session.scalars(db.select(Invitation).order_by(Invitation.id)).all()
    reached = [
        ("invited_at", "failed_at"),
        ("invited_at", "delivered_at"),
        ("invited_at", "delivered_at", "opened_at"),
        ("invited_at", "delivered_at", "opened_at", "started_at"),
        ("invited_at", "delivered_at", "opened_at", "started_at", "completed_at"),
    ]
    for row, moments in zip(rows, reached, strict=False):
        for moment in moments:
            setattr(row, moment, NOON)
    db.session.commit()
    return study.id


def queries(work):
    """What `work` returns, and how many statements it took."""
    seen = []
    listen = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        return work(), len(seen)
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def test_the_funnel_by_stratum_in_two_queries(any_app):
    study_id = some_progress()
    (first, second), n = queries(lambda: progress.funnel(study_id))
    assert n == 2
    steps = [getattr(first, step) for step in progress.STEPS]
    assert steps == [5, 5, 4, 3, 2, 1]
    assert (first.failed, first.opted_out, first.label, first.size) == (1, 0, "all", 5)
    assert [getattr(second, step) for step in progress.STEPS] == [2, 0, 0, 0, 0, 0]
    assert progress.totals([first, second])["sampled"] == 7


def test_every_member_has_one_disposition(any_app):
    study_id = some_progress()
    counts, n = queries(lambda: progress.disposition_counts(study_id))
    assert n == 2
    (by,) = counts.values()
    assert sum(by.values()) == 7
    assert by[dispositions.NOT_INVITED] == 2
    assert {d for d, k in by.items() if k == 1} == {
        dispositions.COMPLETED,
        dispositions.BROKEN_OFF,
        dispositions.OPENED_ONLY,
        dispositions.NO_RESPONSE,
        dispositions.UNDELIVERED,
    }


def test_who_is_not_eligible_leaves_a_place_and_who_refused_does_not(app):
    counts = dict.fromkeys(dispositions.ALL, 0)
    assert progress.replacements(counts) == 0
    counts |= {dispositions.INELIGIBLE: 3, dispositions.NOT_CUSTOMER: 2}
    counts |= {dispositions.REFUSED: 7, dispositions.NO_RESPONSE: 11, dispositions.COMPLETED: 13}
    assert progress.replacements(counts) == 5


def test_an_invitation_tells_its_story_in_order(app):
    fast(app)
    ready(1)
    with gateway() as phone:
        drain(app, point(app, phone))
    message = db.session.scalars(db.select(Message)).one()
    receipts.apply(message.provider_sid, "delivered", channel=message.provider)
    inbound.receive("SM1", "+8613800000001", "退订")
    message.invitation.opened_at = message.sent_at + timedelta(days=1)
    db.session.commit()
    story = timeline(message.invitation_id)
    assert [happening.at for happening in story] == sorted(h.at for h in story)
    said = {happening.what: happening.detail for happening in story}
    assert said["Handed to the provider"] == "1: twilio accepted"
    assert said["Provider reported a status"] == "delivered"
    assert said["Replied by text"] == "opt_out"
    assert "Opted out" in said
    assert "13800000001" not in str(story)


def test_a_text_that_was_not_sent_says_why(app):
    ready(1)
    row = db.session.scalars(db.select(Invitation)).one()
    row.completed_at = NOON
    db.session.commit()
    drain(app, None)
    details = [h.detail for h in timeline(row.id) if h.what == "Text not sent"]
    assert details == ["cancelled answered"]
    assert db.session.scalars(db.select(Attempt)).all() == []
