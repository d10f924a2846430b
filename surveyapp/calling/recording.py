"""Writing down what came of a call, and taking it back while it is fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.accounts.models import User
from surveyapp.calling import claims, outcomes, plans, states
from surveyapp.calling.models import CallAttempt, CallCase
from surveyapp.calling.outcomes import CallOutcome
from surveyapp.database import db
from surveyapp.distribution import dispositions, optout, returning
from surveyapp.distribution.models import Invitation
from surveyapp.findings import N_, Finding, SurveyError

UNDO = timedelta(minutes=10)
"""How long a wrongly pressed outcome may be taken back; shorter than a lease, so that whoever
takes it back cannot have another customer whose lease ran out."""
FINAL = frozenset({outcomes.COMPLETE.key, outcomes.SCREENED.key, outcomes.DO_NOT_CALL.key})
"""Outcomes that nobody takes back: answers were accepted, or a customer asked for silence."""
_KEPT = ("state", "reason", "attempts", "outcome", "interviewer_id")
_MOMENTS = ("due_at", "appointment_at")


def record(
    case: CallCase,
    user: User,
    outcome: CallOutcome,
    *,
    started: datetime,
    note: str = "",
    appointment: datetime | None = None,
) -> CallAttempt:
    """Write the outcome of `user`'s call at a customer whom they hold, and commit.

    SurveyError, with nothing written, when the customer is not theirs any more or the appointment
    cannot be kept. "Never contact again" ends every study's calls and texts in the same breath.
    """
    if not claims.renew(case, user):
        db.session.rollback()
        raise lost(case.id)
    attempt = _write(case, user, outcome, started, note, appointment)
    if outcome is outcomes.DO_NOT_CALL:
        optout.opt_out(case.invitation.customer, "call")
    audit.record("call.record", f"call_case:{case.id}", outcome=outcome.key, number=case.attempts)
    db.session.commit()
    return attempt


def finish(case: CallCase, user: User, state: str, started: datetime) -> CallAttempt:
    """Write that the interview was accepted in `state` (of a response), and commit."""
    outcome = outcomes.COMPLETE if state == "completed" else outcomes.SCREENED
    return record(case, user, outcome, started=started)


def undo(attempt: CallAttempt, user: User) -> CallCase:
    """Put the customer before `user` again as before the call, and commit.

    SurveyError when it is too late, another call came after it, or the outcome is final.
    """
    case = attempt.case
    last = db.session.scalar(
        select(func.max(CallAttempt.id)).where(
            CallAttempt.case_id == case.id, CallAttempt.undone_at.is_(None)
        )
    )
    if not may_undo(attempt, user) or last != attempt.id or _held(case, user):
        raise SurveyError(
            Finding(
                "call.no_undo",
                f"call_attempt:{attempt.id}",
                N_("This cannot be taken back any more. Call once more, or tell your supervisor."),
            )
        )
    _restore(case, attempt)
    audit.record("call.undo", f"call_case:{case.id}", outcome=attempt.outcome)
    db.session.commit()
    return case


def may_undo(attempt: CallAttempt, user: User) -> bool:
    """Whether the page offers to take it back."""
    late = attempt.finished_at <= clock.now() - UNDO
    mine = attempt.user_id == user.id
    return mine and not late and attempt.undone_at is None and attempt.outcome not in FINAL


def attempts_of(case: CallCase) -> Sequence[CallAttempt]:
    """The calls at a customer, newest first, without those that were taken back."""
    return db.session.scalars(
        select(CallAttempt)
        .where(CallAttempt.case_id == case.id, CallAttempt.undone_at.is_(None))
        .options(joinedload(CallAttempt.user))
        .order_by(CallAttempt.id.desc())
    ).all()


def lost(case_id: int) -> SurveyError:
    """The refusal of whoever does not have this customer before them (any more)."""
    return SurveyError(
        Finding(
            "call.not_yours",
            f"call_case:{case_id}",
            N_("This customer is not before you any more. Take the next call from your list."),
        )
    )


def _write(
    case: CallCase,
    user: User,
    outcome: CallOutcome,
    started: datetime,
    note: str,
    appointment: datetime | None,
) -> CallAttempt:
    now = clock.now()
    plan, study = plans.plan_of(case.study_id), claims.study_of(case)
    if plan is None:
        raise lost(case.id)
    earlier = [attempt.finished_at for attempt in attempts_of(case)]
    following = states.after(
        outcome, [*earlier, now], now, plans.rules_of(plan, study.timezone), appointment
    )
    attempt = CallAttempt(
        case_id=case.id,
        user_id=user.id,
        started_at=started,
        finished_at=now,
        outcome=outcome.key,
        note=note.strip() or None,
        before=_snapshot(case),
    )
    db.session.add(attempt)
    case.state, case.reason, case.outcome = following.state, following.reason, outcome.key
    case.due_at, case.appointment_at = following.due, following.appointment
    case.interviewer_id = user.id if following.appointment else None
    case.attempts += 1
    case.lease_by = case.lease_until = None
    db.session.flush()
    _stand(case)
    return attempt


def _snapshot(case: CallCase) -> dict[str, Any]:
    moments = {name: getattr(case, name) for name in _MOMENTS}
    kept = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {name: getattr(case, name) for name in _KEPT} | kept


def _restore(case: CallCase, attempt: CallAttempt) -> None:
    for name in _KEPT:
        setattr(case, name, attempt.before[name])
    for name in _MOMENTS:
        kept = attempt.before[name]
        setattr(case, name, datetime.fromisoformat(kept) if kept else None)
    attempt.undone_at = clock.now()
    if claims.held_by(attempt.user) is None:
        case.lease_by, case.lease_until = attempt.user_id, clock.now() + claims.LEASE
    db.session.flush()
    _stand(case)


def _held(case: CallCase, user: User) -> bool:
    """Whether somebody else has the customer before them."""
    until = case.lease_until
    return bool(until and until > clock.now() and case.lease_by != user.id)


def _stand(case: CallCase) -> None:
    """Note the furthest outcome of the calls on the invitation, where the rates read it."""
    told = db.session.scalars(
        select(CallAttempt.outcome).where(
            CallAttempt.case_id == case.id, CallAttempt.undone_at.is_(None)
        )
    )
    codes = [outcomes.BY_KEY[key].disposition.code for key in told]
    invitation = db.session.get_one(Invitation, case.invitation_id)
    before, invitation.called_as = invitation.called_as, dispositions.furthest(codes)
    db.session.flush()
    if before in dispositions.UNWILLING and invitation.called_as not in dispositions.UNWILLING:
        returning.look_at(Invitation.id == invitation.id)
