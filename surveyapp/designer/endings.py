"""Endings: what somebody who completed reads, and what comes with it.

The first ending whose rule is true of the answers on the path wins; where none is, the closing
words of the questionnaire stand. Screen-outs and full quotas have words of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.designer.computed import computations
from surveyapp.designer.covering import covers
from surveyapp.designer.document import Document, Ending
from surveyapp.designer.piping import is_known, source_named
from surveyapp.designer.rule_types import closest, type_of_variable
from surveyapp.designer.rules import Answers, Evaluator, Facts, compiled
from surveyapp.findings import N_, Finding


def ending_of(document: Document, answers: Answers, facts: Facts) -> Ending | None:
    """The ending of somebody who completed; None: the closing words.

    answers: those on the path. facts: those of the path, at the moment of completing.
    """
    if not document.endings:
        return None
    return next((one for one, when in _rules(document) if when(answers, facts) is True), None)


def gives_more(ending: Ending) -> bool:
    """Whether anything but words comes with it."""
    return ending.coupon or ending.call_back or bool(ending.address)


def parameters_of(
    document: Document, ending: Ending, answers: Answers, facts: Facts
) -> dict[str, str]:
    """What the ending's parameters hold, by name, as data: ids of options, not their labels.

    A value that is unknown is left out; several are joined by commas.
    """
    known = computations(document)
    sources = {name: source_named(name) for name in ending.parameters}
    values = {
        name: compiled({kind: inner}, known)(answers, facts)
        for name, (kind, inner) in sources.items()
    }
    return {name: _written(value) for name, value in values.items() if value is not None}


def may_go_along(document: Document, name: str) -> bool:
    """Whether a source may leave with an address: nothing that a person wrote or took a photo of.

    A computed value may, since rules put no texts together.
    """
    source = source_named(name)
    if source.kind != "answer":
        return True
    question = document.question_by_variable.get(source.name)
    return question is not None and type_of_variable(question, source.name).kind != "text"


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ",".join(_written(one) for one in value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def check_endings(document: Document) -> Iterator[Finding]:
    """Parameters that are not there, and endings that an earlier one always takes."""
    for number, ending in enumerate(document.endings):
        place = f"ending:{ending.id}"
        for name in ending.parameters:
            if not is_known(document, source_named(name)):
                yield _unknown(document, place, name)
            elif not may_go_along(document, name):
                template = N_("“{name}” is what people write themselves: it is never sent along.")
                yield Finding("document.ending_open_text", place, template, {"name": name})
        if any(covers(earlier.when, ending.when) for earlier in document.endings[:number]):
            template = N_("An ending above holds whenever this one does: move this one up.")
            yield Finding("document.ending_covered", place, template, {}, "warning")
        if ending.at_once and (ending.coupon or ending.call_back):
            template = N_("There is something to read here, so that nobody is sent on at once.")
            yield Finding("document.ending_waits", place, template, {}, "info")


def _unknown(document: Document, place: str, name: str) -> Finding:
    hint = closest(name, document.variables)
    template = N_("There is no “{name}” to send along.")
    if hint:
        template = N_("There is no “{name}” to send along. Did you mean “{hint}”?")
    return Finding("document.ending_parameter", place, template, {"name": name, "hint": hint})


def _rules(document: Document) -> tuple[tuple[Ending, Evaluator], ...]:
    """Every ending with its rule, compiled once and kept with the (frozen) document."""
    kept: tuple[tuple[Ending, Evaluator], ...] | None = document.__dict__.get("_endings")
    if kept is None:
        known = computations(document)
        kept = document.__dict__["_endings"] = tuple(
            (one, compiled(one.when, known)) for one in document.endings
        )
    return kept
