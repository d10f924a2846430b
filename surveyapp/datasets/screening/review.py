"""Layer 3, the review desk: a person reads a tenth and says keep or exclude.

The verdicts decide over what was read, and measure the layers before: of those that were excluded
how many rightly, of those that were kept how many should not have been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.archive.due import standing_archive
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.reading import Body, body_of
from surveyapp.datasets.models import CleaningEntry, Review, ScreeningRun
from surveyapp.datasets.pace import worked_seconds
from surveyapp.datasets.plausible import Circumstances, terms_of
from surveyapp.designer.document import Document, Likert, LikertGrid, Multiple, Question, Single
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.path import path
from surveyapp.findings import N_, Finding, SurveyError

KEEP, EXCLUDE = "keep", "exclude"


@dataclass(frozen=True)
class Line:
    """One answer as a person reads it: question, statement, answer (labels)."""

    variable: str
    question: str
    answer: str


@dataclass(frozen=True)
class Reading:
    """A response laid out for reading: no name, no contact."""

    response_id: int
    lines: tuple[Line, ...]
    seconds: float
    expected: float
    mode: str
    language: str
    around: Circumstances
    """When and where it was given, as far as that is known."""


@dataclass(frozen=True)
class Accuracy:
    """What the reading says of layers 1 and 2. read_*: verdicts given; right_*: that agree with
    what the layers had done; waiting: still to be read.
    """

    read_excluded: int
    right_excluded: int
    read_kept: int
    right_kept: int
    waiting: int

    @property
    def precision(self) -> float | None:
        """Share of the exclusions that the reader confirms."""
        return self.right_excluded / self.read_excluded if self.read_excluded else None

    @property
    def missed(self) -> float | None:
        """Share of the kept that the reader would exclude."""
        return 1 - self.right_kept / self.read_kept if self.read_kept else None


def queue(run_id: int) -> list[Review]:
    """The review sample of a run: what waits first, then by response."""
    reviews = select(Review).where(Review.run_id == run_id)
    return list(db.session.scalars(reviews.order_by(Review.verdict != "", Review.response_id)))


def decide(review_id: int, verdict: str, reason: str) -> Review:
    """Record a verdict and bring the cleaning log in line with it (caller's transaction).

    Raises SurveyError for an unknown verdict or without a reason.
    """
    if verdict not in (KEEP, EXCLUDE):
        raise SurveyError(Finding("review.verdict", "verdict", N_("Choose keep or exclude.")))
    if not reason.strip():
        raise SurveyError(
            Finding("review.no_reason", "reason", N_("Write why, so that others can follow."))
        )
    review = db.session.get_one(Review, review_id)
    review.verdict, review.reason = verdict, reason.strip()[:500]
    review.reader, review.at = audit.actor(), clock.now()
    out = cleaning.is_excluded(review.response_id)
    if verdict == EXCLUDE and not out:
        cleaning.exclude(review.response_id, reason, rule="review")
    elif verdict == KEEP and out:
        cleaning.restore(review.response_id, reason, rule="review")
    audit.record("review.decide", f"response:{review.response_id}", verdict=verdict)
    db.session.flush()
    return review


def accuracy(run_id: int) -> Accuracy:
    """How often the run was right, by the verdicts so far."""
    run = db.session.get_one(ScreeningRun, run_id)
    by_run = excluded_when_run(run)
    counts = {(out, verdict): 0 for out in (True, False) for verdict in (KEEP, EXCLUDE, "")}
    for review in queue(run_id):
        counts[review.response_id in by_run, review.verdict] += 1
    return Accuracy(
        read_excluded=counts[True, KEEP] + counts[True, EXCLUDE],
        right_excluded=counts[True, EXCLUDE],
        read_kept=counts[False, KEEP] + counts[False, EXCLUDE],
        right_kept=counts[False, KEEP],
        waiting=counts[True, ""] + counts[False, ""],
    )


def excluded_when_run(run: ScreeningRun) -> set[int]:
    """Responses that were out after the run, before anybody read: the log up to its last line."""
    newest: dict[int, str] = {}
    lines = select(CleaningEntry).where(CleaningEntry.study_id == run.study_id)
    for line in db.session.scalars(lines.order_by(CleaningEntry.id)):
        if line.run_id is not None and line.run_id > run.id:
            break
        if line.rule not in cleaning.BY_PERSON or line.at <= run.at:
            newest[line.response_id] = line.action
    return {response for response, action in newest.items() if action == cleaning.EXCLUDE}


def reading(response_id: int, language: str) -> Reading:
    """A response in words, its path in order; unanswered questions have an empty answer."""
    response = db.session.get_one(Response, response_id)
    document = Document.model_validate(response.version.document)
    body = _body(response)
    walked = path(document, body["answers"], body["facts"])
    lines = [
        line
        for question in walked.questions
        for line in _lines(document, question, body["answers"], language)
    ]
    end = response.completed_at or response.saved_at
    return Reading(
        response_id,
        tuple(lines),
        worked_seconds(response.started_at, end, body["paradata"]),
        expected_seconds(document, walked, response.language),
        response.mode,
        response.language,
        _around(response, body, end),
    )


def _body(response: Response) -> Body:
    """Answers, facts and paradata; from the archive where they were moved there."""
    archived = standing_archive(response.study_id)
    body = body_of(store(), archived, response.id) if archived else None
    here = {"answers": response.answers, "facts": response.facts, "paradata": response.paradata}
    return here if body is None else body


def _around(response: Response, body: Body, end: datetime) -> Circumstances:
    study, code = response.study, response.touchpoint
    hours = (code.open_from, code.open_until) if code else (None, None)
    told = {"open_from": hours[0], "open_until": hours[1], "radius": code.radius if code else None}
    terms = terms_of({**told, "visit_days": study.visit_days})
    zone = ZoneInfo(study.timezone)
    return Circumstances(body["paradata"], body["facts"], end, zone, terms)


def _lines(
    document: Document, question: Question, answers: dict[str, object], language: str
) -> Iterator[Line]:
    title = document.text(question.title, language)
    if isinstance(question, LikertGrid):
        for item in question.items:
            name = f"{question.id}.{item.id}"
            label = document.text(item.label, language)
            yield Line(name, label, _said(document, question, answers.get(name), language))
    elif question.type != "information":
        yield Line(
            question.id, title, _said(document, question, answers.get(question.id), language)
        )


def _said(document: Document, question: Question, value: object, language: str) -> str:
    if value is None:
        return ""
    if isinstance(question, Single | Multiple):
        chosen = value if isinstance(value, list) else [value]
        labels = {o.id: document.text(o.label, language) or o.id for o in question.options}
        return " · ".join(labels.get(str(v), str(v)) for v in chosen)
    if isinstance(question, Likert | LikertGrid) and isinstance(value, int):
        label = document.text(question.scale.labels.get(value, {}), language)
        return f"{value} {label}".strip()
    return str(value)
