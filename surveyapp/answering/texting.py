"""Answering by text: "9" or "9 很好" sent back to the invitation of a one-question study.

The response is the invitation's own, begun, checked and accepted like any other; a link that was
used before or comes later finds the same one. What cannot be read stays a reply for staff.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from surveyapp.answering.batches import STEP, Batch
from surveyapp.answering.models import Response
from surveyapp.answering.reply_scores import read
from surveyapp.answering.shelf import shelf
from surveyapp.answering.submitting import submit
from surveyapp.answering.visits import DONE, OPEN, by_token
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.distribution import links
from surveyapp.distribution.inbound import reply_received
from surveyapp.distribution.models import Invitation

MODE = "reply"
SILENT = frozenset({"information"})
OPEN_ENDED = frozenset({"long_text", "short_text"})


def variables(document: Document) -> tuple[str, str] | None:
    """The score's variable and the remark's (empty: none) of a one-question study, else None."""
    asked = [question for question in document.questions() if question.type not in SILENT]
    scores = [question for question in asked if question.type == "nps"]
    remarks = [question for question in asked if question.type in OPEN_ENDED]
    if len(scores) != 1 or len(remarks) > 1 or len(asked) != len(scores) + len(remarks):
        return None
    return scores[0].id, remarks[0].id if remarks else ""


def take(_sender: Flask, invitation_id: int, body: str) -> bool:
    """Accept a reply as the response of its invitation, and commit; whether that was possible."""
    scored = read(body)
    invitation = db.session.get(Invitation, invitation_id)
    if scored is None or invitation is None:
        db.session.rollback()
        return False
    token, language = links.token_of(invitation), invitation.language
    db.session.rollback()  # the customer's path has a connection of its own
    visit = by_token(token)
    if visit is None or visit.state not in {OPEN, DONE}:
        return False
    document = shelf().document(visit.version_id)
    names = variables(document)
    if names is None:
        return False
    if visit.state == DONE:
        return _holds(invitation_id, names[0], scored.score, MODE)
    answers: dict[str, object] = {names[0]: scored.score}
    if names[1] and scored.remark:
        answers[names[1]] = scored.remark
    arrived = replace(visit, mode=visit.mode if visit.response_id else MODE, opened=True)
    newest = max(visit.sequences.values(), default=0) + STEP
    batch = Batch({name: (value, newest) for name, value in answers.items()})
    done = submit(arrived, document, batch, language).state == DONE
    return done and _holds(invitation_id, names[0], scored.score, arrived.mode)


def _holds(invitation_id: int, variable: str, score: int, mode: str) -> bool:
    """Whether the accepted response is this very reply: one at once may have been faster, and one
    that comes again was accepted before its acknowledgement was lost.
    """
    row = db.session.execute(
        db.select(Response.mode, Response.answers).where(Response.invitation_id == invitation_id)
    ).one()
    return bool(row.mode == mode and row.answers.get(variable) == score)


def init_app() -> None:
    """Listen to replies."""
    reply_received.connect(take)
