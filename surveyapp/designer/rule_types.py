"""Static types of rules: what can be known to be wrong before anybody answers.

Every finding carries the place that it was asked for (`question:q3`) and a sentence that says
how to mend the rule, with a spelling hint where an unknown name resembles a known one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import cast

from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.computed import circular, extent, extents
from surveyapp.designer.document import (
    Consent,
    Date,
    Document,
    LikertGrid,
    Number,
    Question,
    Ranking,
    Single,
    missing_of,
    scale_ends,
    variables_of,
)
from surveyapp.designer.facts import BOOLEAN, DATE, TEXT, Type, attributes
from surveyapp.designer.operators import OPERATORS
from surveyapp.designer.rule_places import (
    PlacedRule,
    check_order,
    rules_of,
    rules_of_question,
)
from surveyapp.designer.rules import (
    MAX_DEPTH,
    Source,
    fits,
    is_date,
    kind_of,
    parts_of,
    source_of,
    sources,
)
from surveyapp.designer.sharing import kept
from surveyapp.findings import N_, Finding

__all__ = [
    "MAX_NODES",
    "PlacedRule",
    "TypeChecker",
    "check_rules",
    "check_types",
    "closest",
    "rules_of",
    "type_checker",
    "type_of_question",
    "type_of_variable",
    "variable_types",
]

MAX_NODES = 1000
"""Larger rules are refused: nobody can read them, and every page view would pay for them."""

LIST = "list"


def check_types(rule: object, document: Document, place: str = "rule") -> list[Finding]:
    """Everything that is wrong with the form, the names and the types of one condition."""
    return type_checker(document).check(rule, place)


def check_rules(document: Document) -> list[Finding]:
    """`check_types` of every rule, and whether each reads only what is asked before it."""
    checker = type_checker(document)
    sound = {id(p.rule) for q in document.questions() if checker.passed(q) for p in own_rules(q)}
    placed = (placed for placed in rules_of(document) if id(placed.rule) not in sound)
    found = [finding for one in placed for finding in checker.check_placed(one)]
    return [*found, *check_order(document)]


def own_rules(question: Question) -> tuple[PlacedRule, ...]:
    """The rules of a question and of its parts, kept with it."""
    return kept(question, "_own_rules", (), lambda: tuple(rules_of_question(question)))


def _read(question: Question) -> tuple[Source, ...]:
    """What the rules of a question read, kept with it."""

    def made() -> tuple[Source, ...]:
        return tuple(dict.fromkeys(s for p in own_rules(question) for s in sources(p.rule)))

    return kept(question, "_rules_read", (), made)


def type_of_question(question: Question, document: Document | None = None) -> Type:
    """The type of a question's answer; with the document, with the options that it carries."""
    if isinstance(question, CHOICES):
        options = all_options(document, question) if document else question.options
        kind = "choice" if isinstance(question, Single) else "choice_set"
        names = tuple(option.id for option in options)
        return Type(kind, names, ordered=isinstance(question, Ranking))
    missing = tuple(missing_of(question))
    if scale_ends(question) or isinstance(question, Number):
        return Type("number", missing)
    if isinstance(question, Date):
        return Type("date", missing)
    return BOOLEAN if isinstance(question, Consent) else TEXT


def type_of_variable(question: Question, variable: str, document: Document | None = None) -> Type:
    """The type of one of the question's variables: words behind an option are text."""
    if isinstance(question, CHOICES) and variable != question.id:
        return TEXT
    return type_of_question(question, document)


def variable_types(document: Document) -> dict[str, Type]:
    """The type of every variable of the document."""
    return dict(pair for question in document.questions() for pair in _types(question, document))


def _types(question: Question, document: Document) -> Iterable[tuple[str, Type]]:
    """Those of a question, kept with it unless it takes the options of another one along."""

    def made() -> list[tuple[str, Type]]:
        return [(v, type_of_variable(question, v, document)) for v in variables_of(question)]

    return made() if getattr(question, "carry", None) else kept(question, "_types", (), made)


def type_checker(document: Document) -> TypeChecker:
    """The checker of a document, kept with the (frozen) document itself."""
    return kept(document, "_type_checker", (), lambda: TypeChecker(document))


class TypeChecker:
    """Checks rules against one document, whose names are indexed once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.known: dict[str, dict[str, Type | None]] = {
            "answer": dict(variable_types(document)),
            **{kind: dict(types) for kind, types in attributes(document).items()},
        }
        self._circular = circular(document)
        self.known["computed"] = computed = dict.fromkeys(c.id for c in document.computed)
        values = {c.id: c.value for c in document.computed}
        for name in extents(document):  # what a value reads comes before it
            if not _too_large(values[name], document, name):
                computed[name] = self._walk("").type_of(values[name], [])

    def check(self, rule: object, place: str) -> list[Finding]:
        """Findings of one condition."""
        if finding := _too_large(rule, self._document, place):
            return [finding]
        return list(self._walk(place).condition(rule))

    def check_value(self, rule: object, place: str) -> list[Finding]:
        """Findings of one computed value, which may be of any kind that can be compared."""
        if finding := _too_large(rule, self._document, place):
            return [finding]
        return self._walk(place).value(rule)

    def passed(self, question: Question) -> bool:
        """Whether nothing is wrong with the rules of a question; kept with it as long as what
        they read has the same types. Computed values have sizes, too: these are looked at anew.
        """
        read = _read(question)
        if any(s.kind == "computed" or s.name not in self.known[s.kind] for s in read):
            return False
        types = tuple(self.known[s.kind][s.name] for s in read)

        def made() -> bool:
            return not any(self.check_placed(placed) for placed in own_rules(question))

        return kept(question, "_rules_passed", types, made)

    def check_placed(self, placed: PlacedRule) -> list[Finding]:
        """Findings of a rule of the document, as a condition or a value by its field."""
        place, field, rule = placed
        if field != "value":
            return self.check(rule, place)
        if place.partition(":")[2] in self._circular:
            template = N_("This value reads itself, perhaps through others: break the circle.")
            return [Finding("rule.cycle", place, template)]
        return self.check_value(rule, place)

    def _walk(self, place: str) -> _Walk:
        return _Walk(self._document, self.known, place)


def _too_large(rule: object, document: Document, place: str) -> Finding | None:
    size, levels = extent(rule)
    if levels > MAX_DEPTH:
        template = N_("The rule is nested too deeply; split it with fewer groups.")
        return Finding("rule.too_deep", place, template)
    if size > MAX_NODES:
        template = N_("The rule is too large; split it over several questions.")
        return Finding("rule.too_large", place, template)
    if not extent(rule, extents(document)).fits:
        template = N_(
            "With the computed values that it reads, the rule is too large; shorten them."
        )
        return Finding("rule.too_large", place, template)
    return None


class _Walk:
    """One rule's check: yields findings, and types as the values of its generators."""

    def __init__(
        self, document: Document, known: dict[str, dict[str, Type | None]], place: str
    ) -> None:
        self._document = document
        self._known = known
        self._place = place

    def condition(self, node: object) -> Iterator[Finding]:
        """Findings of a node that must be a condition."""
        found: list[Finding] = []
        kind = self.type_of(node, found)
        yield from found
        if kind is not None and kind != BOOLEAN:
            template = N_("“{part}” is a value, not a condition: compare it with something.")
            yield self._finding("rule.not_a_condition", template, part=_shown(node))

    def value(self, node: object) -> list[Finding]:
        """Findings of a node that must be one value."""
        found: list[Finding] = []
        kind = self.type_of(node, found)
        if kind is not None and kind.kind in (LIST, "choice_set"):
            template = N_("“{part}” is several values: count them, or ask which are among them.")
            found.append(self._finding("rule.not_a_value", template, part=_shown(node)))
        return found

    def _finding(self, code: str, template: str, **params: object) -> Finding:
        return Finding(code, self._place, template, params)

    def type_of(self, node: object, found: list[Finding]) -> Type | None:
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
        known = self._known[source.kind]
        if source.name in known:
            return known[source.name]
        code, hint = self._missing(source)
        if not hint and code in _WITH_HINT:
            hint = closest(source.name, known)
        template = _WITH_HINT[code] if hint and code in _WITH_HINT else _WITHOUT_HINT[code]
        name = source.name if source.kind == "answer" else f"{source.kind}.{source.name}"
        found.append(self._finding(code, template, name=name, hint=hint))
        return None

    def _missing(self, source: Source) -> tuple[str, str]:
        """Code and hint for a name that is not known."""
        if source.kind != "answer":
            kinds = {"random": "rule.unknown_experiment", "computed": "rule.unknown_computed"}
            return kinds.get(source.kind, "rule.unknown_attribute"), ""
        question = self._document.question_by_id.get(source.name)
        if question is None:
            return "rule.unknown_question", ""
        if isinstance(question, LikertGrid):
            return "rule.whole_grid", next(iter(variables_of(question)), f"{source.name}.a")
        return "rule.no_answer", ""

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
            return BOOLEAN
        if not fits(name, operands):
            template = N_("“{name}” does not have the operands that it needs.")
            found.append(self._finding("rule.operands", template, name=name))
        elif name == "if":
            return self._choice(operands, found)
        else:
            self._operands(name, operands, found)
        return Type(operator.gives) if operator.gives else None

    def _choice(self, operands: Sequence[object], found: list[Finding]) -> Type | None:
        """The type of what `if` gives: both values must be of one kind."""
        found.extend(self.condition(operands[0]))
        types = [self.type_of(operand, found) for operand in operands[1:]]
        left, right = types
        if left is None or right is None:
            return None
        if not _comparable(operands[1], left, operands[2], right):
            template = N_("“if” gives values of different kinds here; give two of one kind.")
            found.append(self._finding("rule.mixed_values", template))
            return None
        return _joined(operands[1], left, operands[2], right)

    def _operands(self, name: str, operands: Sequence[object], found: list[Finding]) -> None:
        if name in ("and", "or", "not"):
            for operand in operands:
                found.extend(self.condition(operand))
        elif name == "count":
            found.extend(self._counted(operands))
        elif name == "position":
            found.extend(self._ranked(operands))
        elif OPERATORS[name].gives == "number":
            self._each(name, operands, found)
        else:
            self._compared(name, operands, found)

    def _compared(self, name: str, operands: Sequence[object], found: list[Finding]) -> None:
        types = [self.type_of(operand, found) for operand in operands]
        if name == "answered" or None in types:
            return
        left, right = (t for t in types if t is not None)
        found.extend(self._comparison(name, operands, left, right))

    def _each(self, name: str, operands: Sequence[object], found: list[Finding]) -> None:
        """Each operand must be a number, or a date for `days`."""
        for operand in operands:
            type_ = self.type_of(operand, found)
            if type_ is None:
                continue
            if name == "days" and type_.kind != "date" and not is_date(operand):
                template = N_("“{part}” is no date: “{name}” needs two dates.")
                found.append(
                    self._finding("rule.not_a_date", template, part=_shown(operand), name=name)
                )
            elif name != "days" and type_.kind != "number":
                template = N_("“{part}” is no number: “{name}” needs numbers.")
                found.append(
                    self._finding("rule.not_a_number", template, part=_shown(operand), name=name)
                )

    def _counted(self, operands: Sequence[object]) -> Iterator[Finding]:
        found: list[Finding] = []
        for operand in operands:
            type_ = self.type_of(operand, found)
            several = len(operands) == 1 and source_of(operand) and type_ is not None
            if type_ in (None, BOOLEAN) or (several and type_.kind == "choice_set"):
                continue
            template = N_("“count” counts the answers chosen of one question, or conditions.")
            found.append(self._finding("rule.not_countable", template))
        yield from found

    def _ranked(self, operands: Sequence[object]) -> Iterator[Finding]:
        found: list[Finding] = []
        type_ = self.type_of(operands[0], found)
        yield from found
        if type_ is not None and not type_.ordered:
            template = N_("“{part}” is no ranking: “position” needs one.")
            yield self._finding("rule.not_a_ranking", template, part=_shown(operands[0]))
        elif type_ is not None:
            yield from self._options(operands[1], type_)

    def _comparison(
        self, name: str, operands: Sequence[object], left: Type, right: Type
    ) -> Iterator[Finding]:
        text = f"{_shown(operands[0])} {name} {_shown(operands[1])}"
        if name == "in":
            yield from self._membership(text, operands, left, right)
            return
        if name in ("==", "!=") and _names_missing(operands, left, right):
            return
        alike = _comparable(operands[0], left, operands[1], right)
        if "choice_set" in (left.kind, right.kind) or LIST in (left.kind, right.kind):
            template = N_("“{rule}” compares several answers at once: use “in” instead.")
            yield self._finding("rule.set_comparison", template, rule=text)
        elif not alike:
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


_WITHOUT_HINT = {
    "rule.unknown_attribute": N_("There is no attribute “{name}”."),
    "rule.unknown_question": N_("There is no question “{name}”."),
    "rule.unknown_experiment": N_("There is no experiment “{name}”."),
    "rule.unknown_computed": N_("There is no computed value “{name}”."),
    "rule.whole_grid": N_("“{name}” is a grid: name one of its statements, such as “{hint}”."),
    "rule.no_answer": N_("“{name}” is a text to read and takes no answer."),
}
_WITH_HINT = {
    "rule.unknown_attribute": N_("There is no attribute “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_question": N_("There is no question “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_experiment": N_("There is no experiment “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_computed": N_("There is no computed value “{name}”. Did you mean “{hint}”?"),
    "rule.unknown_option": N_("“{name}” is none of the answers to choose. Did you mean “{hint}”?"),
}


def closest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` is most likely a misspelling of, or nothing."""
    return next(iter(get_close_matches(name[:80], list(known), n=1, cutoff=0.6)), "")


def _names_missing(operands: Sequence[object], left: Type, right: Type) -> bool:
    """Whether one side is a rating, number or date and the other a name of its missing answers."""
    pairs = ((operands[0], right), (operands[1], left))
    return any(
        isinstance(o, str) and t.kind in ("number", "date") and o in t.options for o, t in pairs
    )


def _comparable(left: object, left_type: Type, right: object, right_type: Type) -> bool:
    """Whether two values can ever be equal by their kinds; a text literal fits what it names."""
    kinds = {left_type.kind, right_type.kind}
    if kinds == {"date", "text"}:
        return is_date(left) or is_date(right)
    return len(kinds) == 1 or kinds == {"choice", "text"}


def _joined(left: object, left_type: Type, right: object, right_type: Type) -> Type:
    """The type of a value that is one or the other of two comparable ones.

    Texts that are written out make a choice among them.
    """
    kinds = {left_type.kind, right_type.kind}
    if kinds == {"date", "text"} or (is_date(left) and is_date(right)):
        return DATE
    if kinds <= {"choice", "text"}:
        types = [_choices(left, left_type), _choices(right, right_type)]
        if None in types:
            return TEXT
        names = dict.fromkeys(name for type_ in types if type_ for name in type_.options)
        return Type("choice", tuple(names))
    return Type(left_type.kind)


def _choices(node: object, type_: Type) -> Type | None:
    if isinstance(node, str):
        return Type("choice", (node,))
    return type_ if type_.kind == "choice" else None


def _has_order(operands: Sequence[object], left: Type, right: Type) -> bool:
    if left.kind == right.kind == "number":
        return True
    return all(
        type_.kind == "date" or (type_ == TEXT and is_date(operand))
        for operand, type_ in zip(operands, (left, right), strict=True)
    )


def _shown(node: object) -> str:
    """A part of a rule as one writes it in the text form, cut to a readable length."""
    if source := source_of(node):
        return source.name if source.kind == "answer" else f"{source.kind}.{source.name}"
    if isinstance(node, dict | list | tuple):
        return "{…}" if isinstance(node, dict) else "[…]"
    return f'"{node[:38]}"' if isinstance(node, str) else str(node)[:40]
