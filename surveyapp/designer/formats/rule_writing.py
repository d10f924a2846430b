"""Our rules as conditions of programs that know only true and false.

A rule is written so that the condition is true exactly where the rule is true (`holds`), or exactly
where it is not false (`passes`, for what an answer must be): what is unknown to us has to be asked
for there, because for them `q != 'a'` is true of an unanswered q.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from surveyapp.designer.document import Document
from surveyapp.designer.facts import Type, attributes
from surveyapp.designer.formats.translation import INVERSE
from surveyapp.designer.rule_types import variable_types
from surveyapp.designer.rules import Source, parts_of, source_of, sources
from surveyapp.findings import N_, Finding, SurveyError


class Words(NamedTuple):
    """How one program writes what a rule is made of. Templates take {name}, {value}, {operands}."""

    name: str
    empty: str
    filled: str
    member: str
    equal: str
    different: str
    counted: str
    functions: Mapping[str, str]
    operators: Mapping[str, str]
    today: str
    choose: str
    true: str
    false: str
    consent: str


XPATH_WORDS = Words(
    name="${{{name}}}", empty="{name} = ''", filled="{name} != ''",
    member="selected({name}, {value})", equal="=", different="!=",
    counted="count-selected({name})",
    functions={"round": "round"},
    operators={"+": "+", "-": "-", "*": "*", "/": "div"},
    today="today()", choose="if({operands})", true="true()", false="false()",
    consent="'OK'",
)  # fmt: skip
SURVEYJS_WORDS = Words(
    name="{{{name}}}", empty="{name} empty", filled="{name} notempty",
    member="{name} contains {value}", equal="=", different="<>",
    counted="{name}.length",
    functions={"min": "min", "max": "max", "sum": "sum", "mean": "avg", "round": "round"},
    operators={"+": "+", "-": "-", "*": "*", "/": "/"},
    today="today()", choose="iif({operands})", true="1 = 1", false="1 = 0",
    consent="true",
)  # fmt: skip


def unwritable(why: str, **params: object) -> SurveyError:
    """The error of a rule that the other program cannot say."""
    return SurveyError(Finding("format.rule", "rule", why, params))


class Writer:
    """Writes the rules of one document. `names`: our variable → name there, `codes`: our option of
    a question → code there. `own` is written as `.` where the format has a word for it.
    """

    def __init__(
        self, document: Document, words: Words, names: Mapping[str, str],
        codes: Mapping[tuple[str, str], Any] | None = None,
    ) -> None:  # fmt: skip
        self._words = words
        self._names = names
        self._codes = codes or {}
        self._types: dict[str, dict[str, Type]] = {
            "answer": variable_types(document), **attributes(document)
        }  # fmt: skip
        self._computed = {one.id for one in document.computed}
        self._own = ""

    def holds(self, rule: object) -> str:
        """True exactly where the rule is true."""
        return self._condition(rule, True, False)

    def fails(self, rule: object) -> str:
        """True exactly where the rule is not true."""
        return self._condition(rule, False, True)

    def passes(self, rule: object, own: str = "") -> str:
        """True exactly where the rule is not false; the variable `own` has an answer."""
        self._own = own
        try:
            return self._condition(rule, True, True)
        finally:
            self._own = ""

    def value(self, rule: object) -> str:
        """A computed value."""
        parts = parts_of(rule)
        if parts and parts[0] in (*INVERSE, "and", "or", "not", "in", "answered"):
            return self.holds(rule)
        return self._operand(rule, None)

    def _condition(self, rule: object, wanted: bool, lenient: bool) -> str:
        parts = parts_of(rule)
        if isinstance(rule, bool):
            return self._words.true if rule is wanted else self._words.false
        if parts is None:
            raise unwritable(N_("A value alone is no condition there."))
        operator, operands = parts
        if operator in ("and", "or"):
            other = {"and": "or", "or": "and"}[operator]
            return self._joined(operator if wanted else other, operands, wanted, lenient)
        if operator == "not":
            return self._condition(operands[0], not wanted, lenient)
        if operator == "answered":
            return self._answered(operands[0], wanted)
        return self._atom(operator, operands, wanted, lenient)

    def _joined(self, word: str, parts: Sequence[object], wanted: bool, lenient: bool) -> str:
        written = list(dict.fromkeys(self._condition(p, wanted, lenient) for p in parts))
        if len(written) == 1:
            return written[0]
        return f" {word} ".join(_closed(one) for one in written)

    def _answered(self, source: object, wanted: bool) -> str:
        name = self._name(source_of(source))
        return (self._words.filled if wanted else self._words.empty).format(name=name)

    def _atom(
        self, operator: str, operands: Sequence[object], wanted: bool, lenient: bool
    ) -> str:  # fmt: skip
        read = [s for s in sources({operator: list(operands)}) if s.name != self._own]
        if operator == "in":
            written, strict = self._membership(operands, wanted)
        elif operator in INVERSE:
            sign = operator if wanted else INVERSE[operator]
            # Two that are both empty are equal there, so each has to be asked for.
            written = self._compared(sign, operands)
            strict = sign not in ("==", "!=") or (sign == "==" and len(read) < 2)
        else:
            raise unwritable(N_("“{operator}” is no condition there."), operator=operator)
        if gathered := [one for one in operands if _gathers(one)]:
            return self._gathered(written, gathered, wanted, lenient)
        calculated = any(parts_of(one) for one in operands)
        if lenient:
            guards = [self._words.empty.format(name=self._name(s)) for s in read]
            return " or ".join([*guards, _closed(written) if guards else written])
        if strict and not calculated:
            return written
        guards = [self._words.filled.format(name=self._name(s)) for s in read]
        return " and ".join([*guards, _closed(written) if guards else written])

    def _gathered(
        self, written: str, calculations: Sequence[object], wanted: bool, lenient: bool
    ) -> str:  # fmt: skip
        """A sum or a mean is known as soon as one of its operands is."""
        parts = parts_of(calculations[0])
        if parts is None or len(calculations) > 1 or not all(map(source_of, parts[1])):
            raise unwritable(N_("Sums inside other calculations have no counterpart there."))
        names = [self._name(source) for source in sources(calculations[0])]
        if lenient:
            return " or ".join([_all_of(self._words.empty, names), _closed(written)])
        return f"{_any_of(self._words.filled, names)} and {_closed(written)}"

    def _compared(self, sign: str, operands: Sequence[object]) -> str:
        left, right = operands
        types = [self._type(one) for one in (right, left)]
        spelled = {"==": self._words.equal, "!=": self._words.different}.get(sign, sign)
        return (
            f"{self._operand(left, types[0], source_of(right))} {spelled} "
            f"{self._operand(right, types[1], source_of(left))}"
        )

    def _membership(self, operands: Sequence[object], wanted: bool) -> tuple[str, bool]:
        value, members = operands
        source = source_of(members)
        if source:
            written = self._words.member.format(
                name=self._name(source), value=self._operand(value, None, source)
            )
            return written if wanted else self._not(written), wanted
        sign, word = ("==", " or ") if wanted else ("!=", " and ")
        if not isinstance(members, list | tuple) or not members:
            return self._words.false if wanted else self._words.true, True
        return word.join(self._compared(sign, [value, one]) for one in members), wanted

    def _not(self, written: str) -> str:
        if self._words is SURVEYJS_WORDS:
            return written.replace(" contains ", " notcontains ", 1)
        return f"not({written})"

    def _operand(self, node: object, beside: Type | None, of: Source | None = None) -> str:
        source, parts = source_of(node), parts_of(node)
        if source:
            return self._name(source)
        if parts:
            return self._calculated(*parts)
        return self._literal(node, beside, of)

    def _calculated(self, operator: str, operands: Sequence[Any]) -> str:
        words = self._words
        if operator in words.operators:
            written = [self._closed_value(one) for one in operands]
            return f" {words.operators[operator]} ".join(written)
        if operator in words.functions:
            return f"{words.functions[operator]}({self._listed(operands)})"
        if operator == "count" and len(operands) == 1 and (source := source_of(operands[0])):
            inner = words.name.format(name=self._plain_name(source))
            if words is SURVEYJS_WORDS:
                return words.name.format(name=f"{self._plain_name(source)}.length")
            return words.counted.format(name=inner)
        if operator == "if":
            condition = self.holds(operands[0])
            return words.choose.format(operands=f"{condition}, {self._listed(operands[1:])}")
        if operator == "days":
            return f"{self._closed_value(operands[1])} - {self._closed_value(operands[0])}"
        raise unwritable(N_("“{operator}” has no counterpart there."), operator=operator)

    def _listed(self, operands: Sequence[object]) -> str:
        return ", ".join(self._operand(one, None) for one in operands)

    def _closed_value(self, node: object) -> str:
        written = self._operand(node, None)
        return (
            f"({written})" if (p := parts_of(node)) and p[0] in self._words.operators else written
        )

    def _literal(self, value: object, beside: Type | None, of: Source | None) -> str:
        if isinstance(value, bool):
            return self._words.consent if value else "''"
        if of is not None and (of.name, value) in self._codes:
            value = self._codes[of.name, str(value)]
        if isinstance(value, int | float):
            return repr(value)
        text = str(value)
        if "'" in text and '"' in text:
            raise unwritable(N_("A text with both kinds of quotation marks cannot be written."))
        return f'"{text}"' if "'" in text else f"'{text}'"

    def _type(self, node: object) -> Type | None:
        source = source_of(node)
        return self._types.get(source.kind, {}).get(source.name) if source else None

    def _name(self, source: Source | None) -> str:
        if source is None:
            raise unwritable(N_("A value alone is no condition there."))
        if source == ("survey", "today"):
            return self._words.today
        if source.kind == "answer" and source.name == self._own and self._words is XPATH_WORDS:
            return "."
        return self._words.name.format(name=self._plain_name(source))

    def _plain_name(self, source: Source) -> str:
        if source.kind == "answer":
            if source.name not in self._names:
                raise unwritable(
                    N_("It reads “{name}”, which cannot be written."), name=source.name
                )
            return self._names[source.name]
        if source.kind == "computed" and source.name in self._computed:
            return source.name
        if source.kind == "random":
            raise unwritable(N_("Random groups have no counterpart there."))
        return f"{source.kind}_{source.name}"


def _gathers(node: object) -> bool:
    parts = parts_of(node)
    return parts is not None and parts[0] in ("sum", "mean", "min", "max")


def _all_of(template: str, names: Sequence[str]) -> str:
    return _closed(" and ".join(template.format(name=name) for name in names))


def _any_of(template: str, names: Sequence[str]) -> str:
    return _closed(" or ".join(template.format(name=name) for name in names))


def _closed(written: str) -> str:
    """In brackets where an `and` or `or` stands in it."""
    return f"({written})" if " and " in written or " or " in written else written
