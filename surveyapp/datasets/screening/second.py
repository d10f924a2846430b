"""A second reader of the review sample: another person, without the flags and the first verdict.

Two readers who agree by chance only would make every precision and recall worthless, so their
agreement is measured (Cohen's kappa). The first verdict alone decides over the data.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.models import Review, ScreeningRun
from surveyapp.datasets.screening.review import EXCLUDE, KEEP
from surveyapp.datasets.second_models import SecondReading
from surveyapp.findings import N_, Finding, SurveyError


def next_second(run: ScreeningRun, after: int = 0) -> Review | None:
    """The next response that somebody else has read and nobody a second time, going round once."""
    waiting = (
        select(Review)
        .outerjoin(SecondReading, SecondReading.review_id == Review.id)
        .where(
            Review.run_id == run.id,
            Review.verdict != "",
            Review.reader != audit.actor(),
            SecondReading.review_id.is_(None),
        )
        .order_by(Review.id)
        .limit(1)
    )
    return db.session.scalar(waiting.where(Review.id > after)) or db.session.scalar(waiting)


def waiting(run_id: int) -> int:
    """How many responses the person at the desk could read a second time."""
    rows = (
        select(func.count())
        .select_from(Review)
        .outerjoin(SecondReading, SecondReading.review_id == Review.id)
        .where(
            Review.run_id == run_id,
            Review.verdict != "",
            Review.reader != audit.actor(),
            SecondReading.review_id.is_(None),
        )
    )
    return db.session.execute(rows).scalar_one()


def read_again(review_id: int, verdict: str, reason: str) -> SecondReading:
    """Record a second verdict in the caller's transaction.

    Raises SurveyError for an unknown verdict, without a reason, by the first reader, before the
    first reading, and where a second one exists.
    """
    review = db.session.get_one(Review, review_id)
    refusal = _refusal(review, verdict, reason)
    if refusal:
        raise SurveyError(refusal)
    row = SecondReading(
        review_id=review_id, verdict=verdict, reason=reason.strip()[:500], reader=audit.actor()
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise SurveyError(_twice()) from None
    audit.record("review.second", f"response:{review.response_id}", verdict=verdict)
    return row


def _refusal(review: Review, verdict: str, reason: str) -> Finding | None:
    if verdict not in (KEEP, EXCLUDE):
        return Finding("review.verdict", "verdict", N_("Choose keep or exclude."))
    if not reason.strip():
        return Finding("review.no_reason", "reason", N_("Write why, so that others can follow."))
    if not review.verdict or review.reader == audit.actor():
        template = N_("A second reading is by another person, after the first.")
        return Finding("review.same_reader", "reader", template)
    return _twice() if db.session.get(SecondReading, review.id) else None


def _twice() -> Finding:
    return Finding("review.read_twice", "verdict", N_("This response has its second reading."))


def verdict_pairs(run_id: int) -> list[tuple[str, str]]:
    """First and second verdict of every response that was read twice."""
    rows = (
        select(Review.verdict, SecondReading.verdict)
        .join(SecondReading, SecondReading.review_id == Review.id)
        .where(Review.run_id == run_id)
        .order_by(Review.id)
    )
    return [(first, second) for first, second in db.session.execute(rows)]
