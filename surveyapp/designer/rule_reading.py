"""Rules in plain words: "Overall satisfaction is 1 or 2", in the language of the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from surveyapp.designer.document import Document
from surveyapp.designer.rule_rows import COMPARISONS, Row, row_of
from surveyapp.designer.rule_sources import SourceChoice, choices
from surveyapp.designer.rule_text import unparse
from surveyapp.designer.rules import MAX_DEPTH, fits, parts_of, source_of
from surveyapp.findings import N_, SurveyError

SENTENCES = {
    "is": N_("%(what)s is %(value)s"),
    "is_not": N_("%(what)s is not %(value)s"),
    "one_of": N_("%(what)s is %(value)s"),
    "includes": N_("%(what)s includes %(value)s"),
    "excludes": N_("%(what)s does not include %(value)s"),
    "lt": N_("%(what)s is below %(value)s"),
    "le": N_("%(what)s is %(value)s or less"),
    "gt": N_("%(what)s is above %(value)s"),
    "ge": N_("%(what)s is %(value)s or more"),
    "answered": N_("%(what)s is known"),
    "unanswered": N_("%(what)s is not known"),
    "at_least": N_("at least %(value)s were chosen for %(what)s"),
    "at_most": N_("at most %(value)s were chosen for %(what)s"),
    "within": N_("%(what)s is at most %(value)s days ago"),
    "longer_ago": N_("%(what)s is more than %(value)s days ago"),
    "ranked_first": N_("%(value)s is ranked first in %(what)s"),
}
_SIGNS = {sign: name for name, sign in COMPARISONS.items()}
_CALCULATIONS = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_GATHERED = {
    "min": N_("the lowest of %(values)s"),
    "max": N_("the highest of %(values)s"),
    "sum": N_("the sum of %(values)s"),
    "mean": N_("the mean of %(values)s"),
    "round": N_("%(values)s, rounded"),
}


def reading(document: Document, rule: object, language: str) -> str:
    """What the rule says, with the questions' own words; empty where it is malformed."""
    try:
        unparse(rule)
    except SurveyError:
        return ""
    return read_aloud(choices(document, "document", language), rule)


def read_aloud(known: Mapping[str, SourceChoice], rule: object) -> str:
    """What a well-formed rule says, with the labels of the sources in `known`."""
    return _Reading(known).condition(rule, 0)


def text_form(rule: object) -> str:
    """The rule as people write it; empty when it has none."""
    if rule is None:
        return ""
    try:
        return unparse(rule)
    except SurveyError:
        return ""


def _say(sentence: str, what: str, value: str) -> str:
    return str(_(SENTENCES[sentence], what=what, value=value))


class _Reading:
    """Reads one rule with the labels of its sources."""

    def __init__(self, known: Mapping[str, SourceChoice]) -> None:
        self._known = known

    def condition(self, node: object, level: int) -> str:
        """A condition as a sentence; a group within a group in brackets."""
        if row := row_of(node):
            return self._row(row)
        parts = parts_of(node)
        if parts is None or not fits(*parts) or level > MAX_DEPTH:
            return self.value(node, level)
        name, operands = parts
        if name in ("and", "or"):
            inner = [self.condition(operand, level + 1) for operand in operands]
            joined = str(_(", and ") if name == "and" else _(", or ")).join(inner)
            grouped = level and len(inner) > 1
            return str(_("(%(conditions)s)", conditions=joined)) if grouped else joined
        if name == "not":
            return str(_("it is not so that %(what)s", what=self.condition(operands[0], level + 1)))
        if name in _SIGNS or name == "in":
            return self._compared(name, operands, level)
        return self.value(node, level)

    def _row(self, row: Row) -> str:
        choice = self._known.get(row.source)
        values = [self._value(value, choice) for value in row.values]
        what = self._name(row.source)
        return _say(row.operator, what, _(" or ").join(values))

    def _compared(self, name: str, operands: Sequence[object], level: int) -> str:
        left, right = operands
        if name == "in":
            members = right if isinstance(right, list) else None
            if members is None:
                what, value = self.value(right, level), self.value(left, level)
                return _say("includes", what, value)
            value = _(" or ").join(self.value(member, level) for member in members)
            return _say("one_of", self.value(left, level), value)
        other = self._choice(left) or self._choice(right)
        what, value = (self.value(one, level, other) for one in operands)
        return _say(_SIGNS[name], what, value)

    def value(self, node: object, level: int, of: SourceChoice | None = None) -> str:
        """A value in words: the label of a source, a literal, a calculation."""
        if source := source_of(node):
            return self._name(f"{source.kind}:{source.name}")
        parts = parts_of(node)
        if parts is None or not fits(*parts) or level > MAX_DEPTH:
            return self._value(node, of)
        return self._calculated(parts[0], parts[1], level)

    def _calculated(self, name: str, operands: Sequence[object], level: int) -> str:
        if name in _CALCULATIONS:
            joined = _CALCULATIONS[name].join(self.value(one, level + 1) for one in operands)
            return f"({joined})" if level else joined
        if name in _GATHERED:
            values = _(", ").join(self.value(one, 0) for one in operands)
            return str(_(_GATHERED[name], values=values))
        if name == "position":
            option = self._value(operands[1], self._choice(operands[0]))
            what = self.value(operands[0], level)
            return str(_("the place of %(option)s in %(what)s", option=option, what=what))
        if name == "days":
            first, second = (self.value(one, 0) for one in operands)
            return str(_("the days from %(first)s to %(second)s", first=first, second=second))
        if name == "count":
            return self._counted(operands)
        if name == "if":
            when, then = self.condition(operands[0], 1), self.value(operands[1], 0)
            otherwise = self.value(operands[2], 0)
            words = {"when": when, "then": then, "otherwise": otherwise}
            return str(_("%(then)s if %(when)s, otherwise %(otherwise)s", **words))
        return self.condition({name: list(operands)}, 1)

    def _counted(self, operands: Sequence[object]) -> str:
        choice = self._choice(operands[0])
        if len(operands) == 1 and choice and choice.type.kind == "choice_set":
            what = self.value(operands[0], 0)
            return str(_("the number of answers chosen for %(what)s", what=what))
        conditions = _("; ").join(self.condition(one, 1) for one in operands)
        return str(_("how many of these hold (%(conditions)s)", conditions=conditions))

    def _choice(self, node: object) -> SourceChoice | None:
        source = source_of(node)
        return self._known.get(f"{source.kind}:{source.name}") if source else None

    def _name(self, key: str) -> str:
        choice = self._known.get(key)
        label = choice.label if choice else key.partition(":")[2]
        return str(_("“%(question)s”", question=label.rstrip("?？。.:：")))

    def _value(self, value: object, choice: SourceChoice | None) -> str:
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, list):
            return str(_(" or ").join(self._value(one, choice) for one in value))
        return choice.values.get(str(value), str(value)) if choice else str(value)
