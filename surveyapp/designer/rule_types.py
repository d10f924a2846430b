"""Static types of rules: what can be known to be wrong before anybody answers.

Every finding carries the place that it was asked for (`question:q3`) and a sentence that says
how to mend the rule, with a spelling hint where an unknown name resembles a known one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import cast

from surveyapp.designer.document import (
    Document,
    Likert,
    LikertGrid,
    Multiple,
    Nps,
    Number,
    Question,
    Single,
    variables_of,
)
from surveyapp.designer.facts import ATTRIBUTES, BOOLEAN, DATE, NUMBER, TEXT, Type
from surveyapp.designer.rules import (
    MAX_DEPTH,
    OPERATORS,
    Source,
    is_date,
    kind_of,
    parts_of,
    source_of,
    sources,
)
from surveyapp.findings import N_, Finding

MAX_NODES = 1000
"""Larger rules are refused: nobody can read them, and every page view would pay for them."""

LIST = "list"


def check_types(rule: object, document: Document, place: str = "rule") -> list[Finding]:
    """Everything that is wrong with the form, the names and the types of one rule."""
    return TypeChecker(document).check(rule, place)


def rules_of(document: Document) -> Iterator[tuple[str, object]]:
    """Every rule of the document with the place that it belongs to, in document order."""
    for page in document.pages:
        if page.show is not None:
            yield f"page:{page.id}", page.show
        for question in page.questions:
            if question.show is not None:
                yield f"question:{question.id}", question.show
    for contradiction in document.contradictions:
        yield f"contradiction:{contradiction.id}", contradiction.when


def check_rules(document: Document) -> list[Finding]:
    """`check_types` of every rule, and whether each reads only what is asked before it."""
    checker = TypeChecker(document)
    found = [f for place, rule in rules_of(document) for f in checker.check(rule, place)]
    return [*found, *_order(document)]


def _order(document: Document) -> Iterator[Finding]:
    unseen = set(document.variables)
    for page in document.pages:
        yield from _later(f"page:{page.id}", page.show, unseen)
        for question in page.questions:
            yield from _later(f"question:{question.id}", question.show, unseen)
            unseen.difference_update(variables_of(question))


def _later(place: str, rule: object, unseen: set[str]) -> Iterator[Finding]:
    for kind, name in sources(rule):
        if kind == "answer" and name in unseen:
            template = N_("“{name}” is not asked before this: move it up or change the rule.")
            yield Finding("rule.later_question", place, template, {"name": name})


def type_of_question(question: Question) -> Type:
    """The type of the variables of a question."""
    if isinstance(question, Single | Multiple):
        kind = "choice" if isinstance(question, Single) else "choice_set"
        return Type(kind, tuple(option.id for option in question.options))
    return NUMBER if isinstance(question, Likert | LikertGrid | Nps | Number) else TEXT


def variable_types(document: Document) -> dict[str, Type]:
    """The type of every variable of the document."""
    return {v: type_of_question(q) for q in document.questions() for v in variables_of(q)}


class TypeChecker:
    """Checks rules against one document, whose variables are indexed once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._variables = variable_types(document)

    def check(self, rule: object, place: str) -> list[Finding]:
        """Findings of one rule."""
        if finding := _too_large(rule, place):
            return [finding]
        return list(_Walk(self._document, self._variables, place).condition(rule))


def _too_large(rule: object, place: str) -> Finding | None:
    waiting, nodes = [(rule, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        parts = parts_of(node)
        operands = parts[1] if parts else node if isinstance(node, list) else ()
        nodes += 1 + len(operands)
        if parts and depth >= MAX_DEPTH:
            template = N_("The rule is nested too deeply; split it with fewer groups.")
            return Finding("rule.too_deep", place, template)
        if nodes > MAX_NODES:
            template = N_("The rule is too large; split it over several questions.")
            return Finding("rule.too_large", place, template)
        if parts:
            waiting += [(operand, depth + 1) for operand in operands]
    return None


class _Walk:
    """One rule's check: yields findings, and types as the values of its generators."""

    def __init__(self, document: Document, variables: dict[str, Type], place: str) -> None:
        self._document = document
        self._variables = variables
        self._place = place

    def condition(self, node: object) -> Iterator[Finding]:
        """Findings of a node that must be a condition."""
        found: list[Finding] = []
        kind = self._type(node, found)
        yield from found
        if kind is not None and kind != BOOLEAN:
            template = N_("“{part}” is a value, not a condition: compare it with something.")
            yield self._finding("rule.not_a_condition", template, part=_shown(node))

    def _finding(self, code: str, template: str, **params: object) -> Finding:
        return Finding(code, self._place, template, params)

    def _type(self, node: object, found: list[Finding]) -> Type | None:
        """The node's type; None where that cannot be said (then `found` says why)."""
        if source := source_of(node):
            return self._source(source, found)
        if isinstance(node, dict):
            return self._operation(node, found)
        if isinstance(node, list) and all(kind_of(member) for member in node):
            return Type(LIST)
        if kind := kind_of(node):
            return Type(kind)
        template = N_("The rule is malformed at “{part}”: use {{operator: [operands]}}.")
        found.append(self._finding("rule.malformed", template, part=_shown(node)))
        return None

    def _source(self, source: Source, found: list[Finding]) -> Type | None:
        known = self._variables if source.kind == "answer" else ATTRIBUTES[source.kind]
        if source.name in known:
            return known[source.name]
        question = self._document.question_by_id.get(source.name)
        hint = ""
        if source.kind != "answer":
            code, template = "rule.unknown_attribute", N_("There is no attribute “{name}”.")
        elif question is None:
            code, template = "rule.unknown_question", N_("There is no question “{name}”.")
        elif isinstance(question, LikertGrid):
            code = "rule.whole_grid"
            template = N_("“{name}” is a grid: name one of its statements, such as “{hint}”.")
            hint = next(iter(variables_of(question)), f"{source.name}.a")
        else:
            code = "rule.no_answer"
            template = N_("“{name}” is a text to read and takes no answer.")
        if not hint and (hint := closest(source.name, known)) and question is None:
            template = _WITH_HINT[code]
        name = source.name if source.kind == "answer" else f"{source.kind}.{source.name}"
        found.append(self._finding(code, template, name=name, hint=hint))
        return None

    def _operation(self, node: dict[str, object], found: list[Finding]) -> Type | None:
        parts = parts_of(node)
        if parts is None:
            template = N_("The rule is malformed at “{part}”: use {{operator: [operands]}}.")
            found.append(self._finding("rule.malformed", template, part=_shown(node)))
            return None
        name, operands = parts
        operator = OPERATORS.get(name)
        if operator is None:
            template = N_("There is no operator “{name}”; the operators are {known}.")
            params = {"name": name[:40], "known": " ".join(OPERATORS)}
            found.append(self._finding("rule.unknown_operator", template, **params))
        elif not operator.takes(operands):
            template = N_("“{name}” does not have the operands that it needs.")
            found.append(self._finding("rule.operands", template, name=name))
        else:
            self._operands(name, operands, found)
        return BOOLEAN

    def _operands(self, name: str, operands: Sequence[object], found: list[Finding]) -> None:
        if name in ("and", "or", "not"):
            for operand in operands:
                found.extend(self.condition(operand))
            return
        types = [self._type(operand, found) for operand in operands]
        if name == "answered" or None in types:
            return
        left, right = (t for t in types if t is not None)
        found.extend(self._comparison(name, operands, left, right))

    def _comparison(
        self, name: str, operands: Sequence[object], left: Type, right: Type
    ) -> Iterator[Finding]:
        text = f"{_shown(operands[0])} {name} {_shown(operands[1])}"
        if name == "in":
            yield from self._membership(text, operands, left, right)
            return
        fits = _comparable(operands[0], left, operands[1], right)
        if "choice_set" in (left.kind, right.kind) or LIST in (left.kind, right.kind):
            template = N_("“{rule}” compares several answers at once: use “in” instead.")
            yield self._finding("rule.set_comparison", template, rule=text)
        elif not fits:
            template = N_("“{rule}” compares values of different kinds, which is never true.")
            yield self._finding("rule.type_mismatch", template, rule=text)
        elif name not in ("==", "!=") and not _has_order(operands, left, right):
            template = N_("“{rule}” needs two numbers or two dates: nothing else has an order.")
            yield self._finding("rule.no_order", template, rule=text)
        else:
            yield from self._options(operands[0], right)
            yield from self._options(operands[1], left)

    def _membership(
        self, text: str, operands: Sequence[object], left: Type, right: Type
    ) -> Iterator[Finding]:
        value, members = operands
        if left.kind in ("choice_set", LIST) or right.kind not in ("choice_set", LIST):
            template = N_(
                "“{rule}” needs one value before “in” and a list or several answers after."
            )
            yield self._finding("rule.membership", template, rule=text)
        elif right.kind == "choice_set":
            if not _comparable(value, left, "", Type("choice", right.options)):
                template = N_("“{rule}” compares values of different kinds, which is never true.")
                yield self._finding("rule.type_mismatch", template, rule=text)
            yield from self._options(value, right)
        else:
            for member in cast(list[object], members):
                yield from self._comparison("==", [value, member], left, Type(str(kind_of(member))))

    def _options(self, literal: object, choice: Type) -> Iterator[Finding]:
        if choice.kind not in ("choice", "choice_set") or not isinstance(literal, str):
            return
        if literal not in choice.options:
            hint = closest(literal, choice.options)
            code, template = "rule.unknown_option", N_("“{name}” is none of the answers to choose.")
            template = _WITH_HINT[code] if hint else template
            yield self._finding(code, template, name=literal[:40], hint=hint)


_WITH_HINT = {
    "rule.unknown_attribute": N_("There is no attribute “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_question": N_("There is no question “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_option": N_("“{name}” is none of the answers to choose. Did you mean “{hint}”?"),
}


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` is most likely a misspelling of, or nothing."""
    return next(iter(get_close_matches(name[:80], list(known), n=1, cutoff=0.6)), "")


def _comparable(left: object, left_type: Type, right: object, right_type: Type) -> bool:
    """Whether two values can ever be equal by their kinds; a text literal fits what it names."""
    kinds = {left_type.kind, right_type.kind}
    if kinds == {"date", "text"}:
        return is_date(left) or is_date(right)
    return len(kinds) == 1 or kinds == {"choice", "text"}


def _has_order(operands: Sequence[object], left: Type, right: Type) -> bool:
    if left == right == NUMBER:
        return True
    return all(
        type_ == DATE or (type_ == TEXT and is_date(operand))
        for operand, type_ in zip(operands, (left, right), strict=True)
    )


def _shown(node: object) -> str:
    """A part of a rule as one writes it in the text form, cut to a readable length."""
    if source := source_of(node):
        return source.name if source.kind == "answer" else f"{source.kind}.{source.name}"
    if isinstance(node, dict | list | tuple):
        return "{…}" if isinstance(node, dict) else "[…]"
    return f'"{node[:38]}"' if isinstance(node, str) else str(node)[:40]
