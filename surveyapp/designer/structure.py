"""Whether a questionnaire hangs together: ids, options, bounds, dimensions and weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.document import (
    Choice,
    Document,
    Likert,
    LikertGrid,
    Multiple,
    Number,
    Question,
)
from surveyapp.designer.rule_types import closest
from surveyapp.designer.structure_parts import check_parts, ids_of
from surveyapp.designer.structure_pipes import check_pipes
from surveyapp.findings import N_, Finding

WHOLE = Decimal(100)


def check_structure(document: Document) -> list[Finding]:
    """Every finding about the parts of the document, in its order."""
    return [finding for check in _CHECKS for finding in check(document)]


def scored(document: Document) -> Iterator[tuple[str, str | None]]:
    """Place and dimension of everything that is scored, or is a statement that could be."""
    for question in document.questions():
        dimension = getattr(question, "dimension", None)
        if isinstance(question, LikertGrid):
            yield from ((f"item:{question.id}.{i.id}", i.dimension) for i in question.items)
        elif isinstance(question, Likert) or dimension is not None:
            yield f"question:{question.id}", dimension


def _pages(document: Document) -> Iterator[Finding]:
    if not any(page.questions for page in document.pages):
        template = N_("There is nothing to ask yet: add a question.")
        yield Finding("document.no_questions", "document", template)
        return
    for page in document.pages:
        if not page.questions:
            template = N_("This page has no questions and will be skipped.")
            yield Finding("document.empty_page", f"page:{page.id}", template, {}, "warning")


def _languages(document: Document) -> Iterator[Finding]:
    if document.default_language not in document.languages:
        template = N_("The default language must be one of the questionnaire's languages.")
        yield Finding("document.default_language", "document", template)


def _ids(document: Document) -> Iterator[Finding]:
    for kind, prefix, ids in ids_of(document):
        yield from _repeated(kind, prefix, ids)


def _repeated(kind: str, prefix: str, ids: Iterable[str]) -> Iterator[Finding]:
    for name, count in Counter(ids).items():
        if count > 1:
            template = N_("The id “{name}” is used {count} times; give each its own.")
            place, params = f"{kind}:{prefix}{name}", {"name": name, "count": count}
            yield Finding("document.duplicate_id", place, template, params)


def _questions(document: Document) -> Iterator[Finding]:
    for question in document.questions():
        place = f"question:{question.id}"
        if isinstance(question, CHOICES):
            yield from _options(document, question, place)
        elif isinstance(question, LikertGrid) and not question.items:
            template = N_("This grid has no statements yet: add some.")
            yield Finding("document.no_items", place, template)
        elif isinstance(question, Number):
            yield from _bounds(question, place)
        yield from _scale(question, place)


def _options(document: Document, question: Choice, place: str) -> Iterator[Finding]:
    count = len(all_options(document, question))
    if not count:
        template = N_("There is nothing to choose from yet: add answers.")
        yield Finding("document.no_options", place, template)
    elif count == 1 and question.carry is None:
        template = N_("There is only one answer to choose; add another.")
        yield Finding("document.one_option", place, template, {}, "warning")
    if isinstance(question, Multiple) and question.at_most and question.at_most >= count > 1:
        template = N_("At most {at_most} of {count} answers is no limit; lower it or remove it.")
        params = {"at_most": question.at_most, "count": count}
        yield Finding("document.at_most", place, template, params, "warning")


def _bounds(question: Number, place: str) -> Iterator[Finding]:
    if question.minimum is None or question.maximum is None:
        return
    low, high = (Fraction(Decimal(str(n))) for n in (question.minimum, question.maximum))
    scale = 10**question.decimals
    if low > high:
        template = N_("The smallest number allowed is above the largest; exchange them.")
        yield Finding("document.number_bounds", place, template)
    elif ceil(low * scale) > floor(high * scale):
        template = N_("No number with {decimals} decimals is between the bounds; allow more.")
        params = {"decimals": question.decimals}
        yield Finding("document.number_bounds", place, template, params)


def _scale(question: Question, place: str) -> Iterator[Finding]:
    if not isinstance(question, Likert | LikertGrid):
        return
    for point in question.scale.labels:
        if not 1 <= point <= question.scale.points:
            template = N_("The scale has {points} points, so the label of point {point} is unused.")
            params = {"points": question.scale.points, "point": point}
            yield Finding("document.scale_point", place, template, params, "warning")


def _dimensions(document: Document) -> Iterator[Finding]:
    total = sum((dimension.weight for dimension in document.dimensions), Decimal(0))
    if document.dimensions and total != WHOLE:
        template = N_("The weights of the dimensions sum to {total} %; make it 100 %.")
        yield Finding("document.weights", "document", template, {"total": f"{total:f}"})
    used = Counter(dimension for _, dimension in scored(document) if dimension)
    for dimension in document.dimensions:
        yield from _members(f"dimension:{dimension.id}", used[dimension.id])
    yield from _scored(document)


def _members(place: str, count: int) -> Iterator[Finding]:
    if count == 0:
        template = N_("Nothing is scored into this dimension: assign statements to it.")
        yield Finding("document.unused_dimension", place, template)
    elif count == 1:
        template = N_("One statement only: the reliability of this dimension cannot be computed.")
        yield Finding("document.single_item", place, template, {}, "warning")


def _scored(document: Document) -> Iterator[Finding]:
    known = [dimension.id for dimension in document.dimensions]
    for place, dimension in scored(document):
        if dimension is None and known:
            template = N_("This is scored into no dimension; fine where that is meant.")
            yield Finding("document.no_dimension", place, template, {}, "info")
        elif dimension is not None and dimension not in known:
            hint = closest(dimension, known)
            template = N_("There is no dimension “{name}”.")
            if hint:
                template = N_("There is no dimension “{name}”. Did you mean “{hint}”?")
            params = {"name": dimension, "hint": hint}
            yield Finding("document.unknown_dimension", place, template, params)


_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _pages,
    _languages,
    _ids,
    _questions,
    _dimensions,
    check_parts,
    check_pipes,
)
