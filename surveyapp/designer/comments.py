"""Comments on the parts of a questionnaire: threads that are answered, settled and opened again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from surveyapp import clock
from surveyapp.database import db
from surveyapp.designer.changes import label_of
from surveyapp.designer.models import Comment, Questionnaire
from surveyapp.designer.places import Tree, part_at
from surveyapp.designer.proofs import owner
from surveyapp.designer.selecting import PANELS
from surveyapp.findings import N_, Finding, SurveyError

LONGEST = 4000


@dataclass(frozen=True)
class Thread:
    """A comment with its replies, oldest first. gone: its part is not in the draft any more."""

    first: Comment
    replies: tuple[Comment, ...]
    gone: bool

    @property
    def comments(self) -> tuple[Comment, ...]:
        """All that was said."""
        return (self.first, *self.replies)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done."""
        return self.first.resolved_at is not None

    @property
    def at(self) -> str:
        """The part that the editor selects for it."""
        return owner(self.first.place)


def begin(questionnaire: Questionnaire, place: str, body: str, by: str) -> Comment:
    """A new thread at `place` of the draft (in the caller's transaction)."""
    label = label_of(_part(questionnaire.draft, place))
    comment = Comment(
        questionnaire_id=questionnaire.id,
        place=place,
        label=dict(label),
        body=_words(body),
        written_by=by,
    )
    db.session.add(comment)
    db.session.flush()
    return comment


def reply(thread: Comment, body: str, by: str) -> Comment:
    """A reply; it opens a settled thread again."""
    comment = Comment(
        questionnaire_id=thread.questionnaire_id,
        thread_id=thread.id,
        place=thread.place,
        body=_words(body),
        written_by=by,
    )
    reopen(thread)
    db.session.add(comment)
    db.session.flush()
    return comment


def settle(thread: Comment, by: str) -> None:
    """Nothing is left to be done here."""
    thread.resolved_at, thread.resolved_by = clock.now(), by


def reopen(thread: Comment) -> None:
    """Something is left to be done after all."""
    thread.resolved_at, thread.resolved_by = None, ""


def threads(questionnaire: Questionnaire) -> list[Thread]:
    """Every thread, the open ones first, in the order in which they were begun."""
    rows = select(Comment).where(Comment.questionnaire_id == questionnaire.id).order_by(Comment.id)
    every = db.session.scalars(rows).all()
    made = [
        Thread(
            first,
            tuple(one for one in every if one.thread_id == first.id),
            not _exists(questionnaire.draft, first.place),
        )
        for first in every
        if first.thread_id is None
    ]
    return sorted(made, key=lambda thread: thread.settled)


def thread_of(questionnaire: Questionnaire, thread_id: int) -> Comment | None:
    """The first comment of a thread of this questionnaire."""
    found = db.session.get(Comment, thread_id)
    mine = found and found.questionnaire_id == questionnaire.id and found.thread_id is None
    return found if mine else None


def counts(questionnaire_id: int) -> Counter[str]:
    """Open threads by the part that the editor selects for them."""
    rows = select(Comment.place).where(
        Comment.questionnaire_id == questionnaire_id,
        Comment.thread_id.is_(None),
        Comment.resolved_at.is_(None),
    )
    return Counter(owner(place) for place in db.session.scalars(rows))


def _part(tree: Tree, place: str) -> Tree:
    return tree if place in PANELS else part_at(tree, place)


def _exists(tree: Tree, place: str) -> bool:
    try:
        return bool(_part(tree, place))
    except SurveyError:
        return False


def _words(body: str) -> str:
    words = body.replace("\r\n", "\n").strip()
    if not words:
        raise SurveyError(_refusal(N_("Write something first.")))
    if len(words) > LONGEST:
        template = N_("This is longer than {most} characters. Shorten it.")
        raise SurveyError(_refusal(template, most=LONGEST))
    return words


def _refusal(template: str, **params: object) -> Finding:
    return Finding("comment.refused", "comment", template, {"field": "body", **params})
