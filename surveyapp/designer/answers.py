"""Answers: what is wrong with them, in sentences that tell a customer how to mend it.

Canonical values are those of `questions`; an unanswered variable is absent. `parse` (from
`answer_forms`) makes them from what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from surveyapp.designer.answer_checks import Asked, asks_for, check_value, check_words
from surveyapp.designer.answer_forms import parse
from surveyapp.designer.choices import CHOICES
from surveyapp.designer.computed import computations
from surveyapp.designer.document import Check, Document, LikertGrid, Question, variables_of
from surveyapp.designer.path import Path, VisiblePage
from surveyapp.designer.piping import piped
from surveyapp.designer.rules import Answers, Evaluator, compiled
from surveyapp.findings import N_, Finding

__all__ = ["check", "check_page", "check_question", "parse"]


def check(
    document: Document, path: Path, answers: Answers, language: str | None = None
) -> list[Finding]:
    """Everything that is wrong with these answers; only the path counts.

    Findings of severity "error" keep them from being accepted, "warning" is shown once. The
    messages of the questionnaire's own checks are in `language`, or in the default one.
    """
    return [f for page in path.pages for f in _check_page(path, page, answers, language)]


def check_page(
    path: Path, page_id: str, answers: Answers, language: str | None = None
) -> list[Finding]:
    """The same for one page of the path; a page off the path has nothing to mend."""
    page = path.page(page_id)
    return list(_check_page(path, page, answers, language)) if page else []


def _check_page(
    path: Path, page: VisiblePage, answers: Answers, language: str | None
) -> Iterator[Finding]:
    day = path.facts.get("survey", {}).get("today")
    today = day if isinstance(day, str) else None
    counting = page.counting(answers)
    for question in page.questions:
        yield from check_question(question, counting, page=page, today=today)
    if path.document is not None and _has_checks(page):
        yield from _own_checks(path, path.document, page, answers, language)


def check_question(
    question: Question,
    answers: Answers,
    *,
    complete: bool = True,
    page: VisiblePage | None = None,
    today: str | None = None,
) -> list[Finding]:
    """Findings of one question; `complete=False` (autosave) lets required variables be absent.

    The place of a finding is `question:VARIABLE`. Without the visible page everything that the
    question has is taken as offered.
    """
    options = page.options_of(question) if page else getattr(question, "options", ())
    required = page.requires(question) if page else question.required
    asked = Asked(options, complete, today)
    findings: list[Finding] = []
    for variable in page.variables_of(question) if page else _asked_alone(question, answers):
        place = f"question:{variable}"
        if variable not in answers:
            if required and complete:
                template = asks_for(question, variable)
                findings.append(Finding("answer.required", place, template))
        elif variable == question.id or isinstance(question, LikertGrid):
            findings.extend(check_value(question, place, answers[variable], asked))
        else:
            findings.extend(check_words(place, answers[variable]))
    return findings


def _asked_alone(question: Question, answers: Answers) -> Sequence[str]:
    """The variables of a question without its page: words only behind options that are chosen."""
    if not isinstance(question, CHOICES):
        return variables_of(question)
    value = answers.get(question.id)
    chosen = value if isinstance(value, list | tuple) else [value]
    words = [o.id for o in question.options if o.other and o.id in chosen]
    return [question.id, *(f"{question.id}.{name}" for name in words)]


def _has_checks(page: VisiblePage) -> bool:
    return bool(page.page.checks) or any(question.checks for question in page.questions)


def _own_checks(
    path: Path, document: Document, page: VisiblePage, answers: Answers, language: str | None
) -> Iterator[Finding]:
    """What the questionnaire itself demands; what is unknown is no fault."""
    counting = path.on_path(answers)
    rules = _rules(document)
    spoken = language or document.default_language
    owners: list[tuple[str, Sequence[Check]]] = [
        (f"question:{next(iter(page.variables_of(question)), question.id)}", question.checks)
        for question in page.questions
    ]
    for place, checks in [*owners, (f"page:{page.page.id}", page.page.checks)]:
        for one in checks:
            if rules[id(one)](counting, path.facts) is False:
                message = piped(document, one.message, spoken, counting, path.facts)
                yield _failed(one, place, message)


def _failed(check: Check, place: str, message: str) -> Finding:
    template = "{message}" if message else N_("Please check this answer.")
    params = {"message": message, "check": check.id}
    return Finding("answer.check", place, template, params, check.severity)


def _rules(document: Document) -> dict[int, Evaluator]:
    """Every check of the document, compiled once and kept with the (frozen) document itself."""
    kept: dict[int, Evaluator] | None = document.__dict__.get("_check_rules")
    if kept is None:
        known = computations(document)
        parts = (*document.pages, *document.questions())
        checks = [check for part in parts for check in part.checks]
        kept = {id(check): compiled(check.must, known) for check in checks}
        document.__dict__["_check_rules"] = kept
    return kept
