"""Rules of populations: read from text, checked, with names of customers only. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.facts import SURVEY, Type
from surveyapp.designer.rule_text import located, parse, unparse
from surveyapp.designer.rule_types import TypeChecker
from surveyapp.designer.rules import evaluate, is_date, parts_of, sources
from surveyapp.distribution.populations.attributes import offered, type_of
from surveyapp.findings import N_, Finding, SurveyError

TRANSLATED = frozenset(
    {"and", "or", "not", "answered", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "days"}
)
"""Operators that the database decides exactly as the rule language does."""


def read(text: str) -> dict[str, Any]:
    """The rule that a text says; SurveyError `rule_text.…`, `rule.…` or `population.…`."""
    rule = parse(text)
    if found := check(rule):
        raise SurveyError(*(located(finding, text) for finding in found))
    return rule


def written(rule: object) -> str:
    """The text of a rule."""
    return unparse(rule)


def check(rule: object, place: str = "population:rule") -> list[Finding]:
    """Everything that is wrong with a rule of a population."""
    if found := _checker(rule).check(rule, place):
        return found
    return [*_untranslated(rule, place), *_impossible_days(rule, place)]


def _checker(rule: object) -> TypeChecker:
    """A checker that knows customers, the names that this rule reads among them, and today."""
    checker = TypeChecker(Document())
    known: dict[str, Type | None] = dict(offered())
    for source in sources(rule):
        if source.kind == "customer" and (found := type_of(source.name)):
            known[source.name] = found
    checker.known = {
        **{kind: {} for kind in checker.known},
        "customer": known,
        "survey": {"today": SURVEY["today"]},
    }
    return checker


def _impossible_days(rule: object, place: str) -> Iterator[Finding]:
    """Texts that look like a day that no calendar has; the database would not compare them."""
    for text in _texts(rule):
        if is_date(text) and not real_day(text):
            template = N_("There is no day “{name}”. Check the month and the day.")
            yield Finding("population.no_such_day", place, template, {"name": text})


def real_day(text: str) -> date | None:
    """The day that an ISO date names, if there is one."""
    try:
        return date.fromisoformat(text) if is_date(text) else None
    except ValueError:
        return None


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list | tuple):
        for member in node:
            yield from _texts(member)
    elif parts := parts_of(node):
        yield from _texts(parts[1])


def _untranslated(rule: object, place: str) -> Iterator[Finding]:
    waiting, said = [rule], set()
    while waiting:
        parts = parts_of(waiting.pop())
        if parts is None:
            continue
        name, operands = parts
        waiting.extend(operands)
        if name not in TRANSLATED and name not in said:
            said.add(name)
            template = N_("“{name}” cannot be used for populations; the operators are {known}.")
            params = {"name": name[:40], "known": " ".join(sorted(TRANSLATED))}
            yield Finding("population.operator", place, template, params)


def holds(rule: object, customer: Mapping[str, object], today: str) -> bool:
    """Whether a customer with these attributes (JSON values) is in the population.

    What cannot be decided does not count as in.
    """
    return evaluate(rule, {}, {"customer": customer, "survey": {"today": today}}) is True
