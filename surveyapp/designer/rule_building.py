"""What the rule editor needs for one rule: its rows, its text, its words, what it may read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from surveyapp.designer.computed import with_computed
from surveyapp.designer.document import Document
from surveyapp.designer.places import model_at
from surveyapp.designer.rule_reading import reading, text_form
from surveyapp.designer.rule_rows import LEVELS, NUMERIC, Group, Row, operators_of, rows_of
from surveyapp.designer.rule_sources import SourceChoice, choices, readable_at
from surveyapp.designer.rule_types import type_checker
from surveyapp.designer.rules import sources
from surveyapp.findings import N_, Finding

REMOVABLE = frozenset({"show", "require"})
"""Fields that may be without a rule."""
VALUES = frozenset({"value"})
"""Fields that hold a value, no condition."""

SAYS = {
    "show": N_("Shown when %(condition)s."),
    "require": N_("Required when %(condition)s."),
    "must": N_("It must hold that %(condition)s."),
    "value": N_("The value is %(condition)s."),
    "screen_out": N_("Ends here when %(condition)s."),
    "contradiction": N_("Flagged when %(condition)s."),
    "cell": N_("Counted when %(condition)s."),
    "veto": N_("The score is zero when %(condition)s."),
    "ending": N_("Read when %(condition)s."),
    "bonus": N_("The total rises when %(condition)s."),
}
"""Field, or kind of part, → how its rule is read."""


@dataclass(frozen=True)
class RuleBuilder:
    """One rule as the editor shows it."""

    place: str
    field: str
    rule: object
    group: Group | None
    sources: Mapping[str, SourceChoice]
    text: str
    reading: str
    error: str = ""

    @property
    def groups(self) -> list[tuple[str, list[SourceChoice]]]:
        """The sources by the page, or the kind of fact, that they belong to."""
        every = self.sources.values()
        return [(name, list(members)) for name, members in groupby(every, lambda c: c.group)]

    @property
    def removable(self) -> bool:
        """Whether there may be no rule at all."""
        return self.field in REMOVABLE

    @property
    def is_value(self) -> bool:
        """Whether it is a value, which has no rows."""
        return self.field in VALUES

    @property
    def numeric(self) -> frozenset[str]:
        """The operators whose value is a number whatever the source is; they have long names."""
        return NUMERIC

    @property
    def deepest(self) -> int:
        """How many groups may stand in each other."""
        return LEVELS

    def operators(self, row: Row) -> Sequence[tuple[str, str]]:
        """The operators that fit the row's source, with their names."""
        choice = self.sources.get(row.source)
        names = _operator_names()
        return [
            (one, names[one]) for one in (operators_of(choice.type) if choice else (row.operator,))
        ]

    def values(self, row: Row) -> Mapping[str, str]:
        """The values to choose from for the row; empty where one is written."""
        choice = self.sources.get(row.source)
        return choice.values if choice and row.operator not in NUMERIC else {}

    def input_type(self, row: Row) -> str:
        """The kind of field in which the row's value is written."""
        choice = self.sources.get(row.source)
        kind = "number" if row.operator in NUMERIC or choice is None else choice.type.kind
        return kind if kind in ("number", "date") else "text"


def builder(
    document: Document, place: str, field: str, language: str, *, text: str = "", error: str = ""
) -> RuleBuilder:
    """The builder of the rule in `field` of the part at `place`.

    text, error: what was written and is wrong, to be shown again.
    """
    rule = getattr(model_at(document, place), field, None)
    return RuleBuilder(
        place=place,
        field=field,
        rule=rule,
        group=None if field in VALUES else rows_of(rule),
        sources=choices(document, place, language, field),
        text=text or text_form(rule),
        reading=sentence(document, place, field, rule, language),
        error=error,
    )


def sentence(document: Document, place: str, field: str, rule: object, language: str) -> str:
    """What the rule does, as a sentence; empty without a rule or where it is malformed."""
    said = reading(document, rule, language) if rule is not None else ""
    template = SAYS.get(place.partition(":")[0]) or SAYS.get(field)
    return str(_(template, condition=said)) if said and template else said


def check_at(document: Document, place: str, field: str, rule: object) -> list[Finding]:
    """Everything that is wrong with a rule at this place: its types, and what comes later."""
    checker = type_checker(document)
    check = checker.check_value if field in VALUES else checker.check
    findings = check(rule, place)
    readable = readable_at(document, place, field)
    if findings or readable is None:
        return findings
    template = N_("“{name}” is not asked before this: move it up or change the rule.")
    read = dict.fromkeys((*sources(rule), *with_computed(document, rule)))
    return [
        Finding("rule.later_question", place, template, {"name": name})
        for kind, name in read
        if kind == "answer" and name not in readable
    ]


def _operator_names() -> dict[str, str]:
    return {
        "is": _("is"),
        "is_not": _("is not"),
        "one_of": _("is one of"),
        "includes": _("includes"),
        "excludes": _("does not include"),
        "lt": _("is below"),
        "le": _("is at most"),
        "gt": _("is above"),
        "ge": _("is at least"),
        "answered": _("is known"),
        "unanswered": _("is not known"),
        "at_least": _("has at least this many chosen"),
        "at_most": _("has at most this many chosen"),
        "within": _("is at most this many days ago"),
        "longer_ago": _("is more than this many days ago"),
        "ranked_first": _("ranks first"),
    }
