"""Who changed what since a revision: what the second of two people is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.designer.changes import Change, compare
from surveyapp.designer.document import Document
from surveyapp.designer.models import DraftRevision, Questionnaire


@dataclass(frozen=True)
class Saved:
    """One saved draft, without its content. do: the edit's name; at: the part it was made on."""

    number: int
    do: str
    at: str
    by: str
    when: datetime


def saved(questionnaire: Questionnaire) -> list[Saved]:
    """The saved drafts that are kept, the newest first."""
    rows = select(
        DraftRevision.number, DraftRevision.summary, DraftRevision.saved_by, DraftRevision.saved_at
    ).where(DraftRevision.questionnaire_id == questionnaire.id)
    return [
        Saved(number, str(summary.get("do", "")), str(summary.get("at", "")), by, when)
        for number, summary, by, when in db.session.execute(
            rows.order_by(DraftRevision.number.desc())
        )
    ]


def draft_at(questionnaire: Questionnaire, number: int) -> Document | None:
    """The draft as it was saved under `number`; None when that is no longer kept."""
    rows = select(DraftRevision.document).where(
        DraftRevision.questionnaire_id == questionnaire.id, DraftRevision.number == number
    )
    stored = db.session.scalar(rows)
    return Document.model_validate(stored) if stored else None


@dataclass(frozen=True)
class Recorded:
    """A change, with who made it last and when."""

    change: Change
    by: str
    at: datetime


def since(questionnaire: Questionnaire, revision: int) -> list[Recorded] | None:
    """What is different from `revision`, in document order; None when that is no longer kept."""
    rows = db.session.scalars(
        select(DraftRevision)
        .where(DraftRevision.questionnaire_id == questionnaire.id)
        .where(DraftRevision.number >= revision)
        .order_by(DraftRevision.number)
    ).all()
    if not rows or rows[0].number != revision:
        return None
    documents = [Document.model_validate(row.document) for row in rows]
    touched: dict[str, DraftRevision] = {}
    for row, before, after in zip(rows[1:], documents, documents[1:], strict=False):
        touched.update((change.place, row) for change in compare(before, after))
    net = compare(documents[0], documents[-1])
    authors = ((change, touched.get(change.place, rows[-1])) for change in net)
    return [Recorded(change, row.saved_by, row.saved_at) for change, row in authors]
