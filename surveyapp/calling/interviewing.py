"""The interview: the customer's own response, filled in by somebody else.

An interviewer comes to the same response through another door: what the customer answered on their
own phone is there, and what is answered in the call is there when they open their link.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import bindparam, select, text

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.accounts.models import User
from surveyapp.answering.models import Response
from surveyapp.answering.visits import FINISHED, Visit, by_token
from surveyapp.calling import plans
from surveyapp.calling.models import CallAttempt, CallCase
from surveyapp.database import db
from surveyapp.distribution import links

MODE = "interviewer"
"""Mode of a response that began in a call."""
_NOTING = {
    "sqlite": text(
        "UPDATE response SET paradata = json_patch(paradata, json_object("
        "'interviewers', json_object(:who, :moment))) WHERE invitation_id = :invitation"
    ),
    "postgresql": text(
        "UPDATE response SET paradata = paradata || jsonb_build_object('interviewers', "
        "coalesce(paradata -> 'interviewers', '{}') || "
        "jsonb_build_object(CAST(:who AS text), CAST(:moment AS text))) "
        "WHERE invitation_id = :invitation"
    ),
}


def visit_of(case: CallCase, language: str, *, briefly: bool = False) -> Visit | None:
    """The visit of the customer, at the interviewer's address.

    language: of the hints. briefly: without what was answered (visits.by_token).
    """
    visit = by_token(links.token_of(case.invitation), briefly=briefly)
    if visit is None:
        return None
    return replace(
        visit,
        base=f"/calls/{case.id}/interview",
        mode=visit.mode if visit.response_id else MODE,
        opened=True,
        interview={"notes": _notes(case, language)},
    )


def may_ask(case: CallCase) -> bool:
    """Whether the questions may be read out: at once, or after the consent that the plan asks."""
    plan = plans.plan_of(case.study_id)
    return case.agreed_at is not None or plan is None or not plan.consent


def agree(case: CallCase) -> None:
    """Keep, and commit, that the customer said yes."""
    case.agreed_at = case.agreed_at or clock.now()
    audit.record("call.consent", f"call_case:{case.id}")
    db.session.commit()


def note(case: CallCase, user: User) -> None:
    """Keep in the response that `user` entered answers, in the caller's transaction."""
    connection = db.session.connection()
    connection.execute(
        _NOTING[connection.dialect.name],
        {
            "who": str(user.id),
            "moment": clock.now().isoformat(timespec="seconds"),
            "invitation": case.invitation_id,
        },
    )


def ended(case: CallCase) -> str:
    """The state in which the customer's response was accepted; empty while it was not."""
    state = db.session.connection().execute(_STATE, {"invitation": case.invitation_id}).scalar()
    return str(state) if state in FINISHED else ""


def entered_by(case: CallCase, user: User) -> bool:
    """Whether `user` entered answers of this customer."""
    paradata = db.session.scalar(
        select(Response.paradata).where(Response.invitation_id == case.invitation_id)
    )
    return str(user.id) in ((paradata or {}).get("interviewers") or {})


def answered(case: CallCase) -> int:
    """How many answers the customer's response has."""
    found = db.session.scalar(
        select(Response.answers).where(Response.invitation_id == case.invitation_id)
    )
    return len(found or {})


def interviewed(case: CallCase, user: User) -> bool:
    """Whether `user` completed this interview (and may see its last page)."""
    rows = select(CallAttempt.id).where(
        CallAttempt.case_id == case.id,
        CallAttempt.user_id == user.id,
        CallAttempt.outcome.in_(("complete", "screened")),
    )
    return db.session.scalar(rows.limit(1)) is not None


def _notes(case: CallCase, language: str) -> dict[str, str]:
    plan = plans.plan_of(case.study_id)
    found = {} if plan is None else plan.notes
    hints = {
        question: by.get(language) or next(iter(by.values()), "") for question, by in found.items()
    }
    return {question: hint for question, hint in hints.items() if hint}


_STATE = select(Response.state).where(Response.invitation_id == bindparam("invitation"))
