"""A parsed condition of another program as one of our rules.

Those programs know true and false, and compare with nothing where there is no answer yet: there
`q != 'a'` is true of an unanswered q. Our rules are three-valued. So a condition is translated to a
rule that is *true exactly where the condition is true* (`holds`), or, for what an answer must be,
*false exactly where it is false* (`must`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from surveyapp.designer.formats.expression import Call, Name, Node, Series, Value
from surveyapp.designer.rules import sources
from surveyapp.findings import N_, Finding, SurveyError

Rule = dict[str, Any]
Made = Rule | bool
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
INVERSE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
NEVER: Rule = {"or": [False]}
"""The rule that nothing makes true."""
_NUMERIC = {"+": "+", "-": "-", "*": "*", "/": "/", "sum": "sum", "min": "min", "max": "max",
            "avg": "mean", "mean": "mean", "round": "round"}  # fmt: skip
_AS_IT_IS = ("int", "number", "string", "date", "intval", "floatval")


@dataclass(frozen=True)
class Variable:
    """What a name of the file stands for here.

    kind: choice, choice_set, number, text, date or boolean. values: code in the file → value here.
    option: set where the name is one option of a choice set (true while it is chosen).
    """

    name: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    source: str = "answer"
    option: str = ""

    @property
    def tree(self) -> Rule:
        """The source that a rule reads."""
        return {self.source: self.name}


def untranslatable(why: str, **params: object) -> SurveyError:
    """The error of a condition that our rules cannot say."""
    return SurveyError(Finding("format.expression", "rule", why, params))


def joined(operator: str, parts: Iterable[Made], exact: bool = False) -> Made:
    """`and` or `or` of the parts, flattened, without constants and repetitions.

    True for the same answers; with `exact` false and unknown for the same ones, too.
    """
    found: list[Rule] = []
    for part in parts:
        for one in [part] if isinstance(part, bool) else part.get(operator, [part]):
            if one is (operator == "or") or (operator == "and" and one == NEVER):
                return operator == "or"
            if not isinstance(one, bool) and one not in found:
                found.append(one)
    if operator == "and" and not exact:
        found = _without_guards(found)
    return {operator: found} if len(found) > 1 else found[0] if found else operator == "and"


def negated(rule: Made) -> Made:
    """The rule that is false where `rule` is true, true where it is false, else unknown."""
    if isinstance(rule, bool):
        return not rule
    operator, operands = next(iter(rule.items()))
    if operator in ("and", "or"):
        other = "or" if operator == "and" else "and"
        return joined(other, [negated(one) for one in operands], exact=True)
    if operator == "not":
        inner: Rule = operands[0]
        return inner
    return {INVERSE[operator]: operands} if operator in INVERSE else {"not": [rule]}


def untrue(rule: Rule, wanted: bool = True) -> Made:
    """The rule that is true exactly where `rule` is not true (or not false): false or unknown."""
    operator, operands = next(iter(rule.items()))
    if operator in ("and", "or"):
        other = {"and": "or", "or": "and"}[operator] if wanted else operator
        return joined(other, [untrue(one, wanted) for one in operands])
    if operator == "not":
        return untrue(operands[0], not wanted)
    if operator == "answered":
        return negated(rule) if wanted else rule
    unknown = [{"not": [{"answered": [{s.kind: s.name}]}]} for s in sources(rule)]
    return joined("or", [*unknown, negated(rule) if wanted else rule])


def _without_guards(parts: list[Rule]) -> list[Rule]:
    """`answered(q) and (not answered(q) or q != a)` is `q != a`."""
    guarded = [part["answered"][0] for part in parts if "answered" in part]
    open_ = [{"not": [{"answered": [source]}]} for source in guarded]
    kept: list[Rule] = []
    for part in parts:
        members = [one for one in part.get("or", ()) if one not in open_]
        part = members[0] if len(members) == 1 else {"or": members} if members else part
        kept.append(part)
    implied = [source for source in guarded if any(_compares(part, source) for part in kept)]
    return [part for part in kept if part.get("answered", [None])[0] not in implied]


def _compares(part: Rule, source: Rule) -> bool:
    operator, operands = next(iter(part.items()))
    if operator == "not":
        return _compares(operands[0], source)
    return operator in (*COMPARE, "in") and source in operands


class Translator:
    """Translates with the names that `find` knows; `own` is what `.` stands for."""

    def __init__(self, find: Callable[[str], Variable | None], own: Variable | None = None) -> None:
        self._find = find
        self._own = own
        self._assumed: Variable | None = None

    def holds(self, node: Node, wanted: bool = True) -> Made:
        """True exactly where the condition is `wanted`; otherwise false or unknown."""
        if isinstance(node, Call):
            return self._called(node, wanted)
        if isinstance(node, Value):
            return (node.value not in (0, "", "0", False)) is wanted
        if isinstance(node, Name):
            return self._named(self.variable(node), wanted)
        raise untranslatable(N_("A list is no condition; write it again in the editor."))

    def must(self, node: Node) -> Made:
        """False exactly where the condition is false, given that there is an answer."""
        self._assumed = self._own
        try:
            return negated(self.holds(node, False))
        finally:
            self._assumed = None

    def value(self, node: Node) -> Any:
        """The node as an operand: a literal, a source, a calculation."""
        if isinstance(node, Value):
            return node.value
        if isinstance(node, Name):
            found = self.variable(node)
            return member(found) if found.option else found.tree
        if isinstance(node, Call):
            return self._calculation(node)
        raise untranslatable(N_("A list is no value; write it again in the editor."))

    def variable(self, node: Node) -> Variable:
        """What a name stands for; SurveyError where it is not known."""
        if isinstance(node, Call) and node.function in _AS_IT_IS and len(node.operands) == 1:
            return self.variable(node.operands[0])
        if isinstance(node, Name):
            found = self._own if node.name in (".", "self", "that", "this") else None
            if found := found or self._find(node.name):
                return found
            why = N_("It reads “{name}”, which did not come over or is not asked before it.")
            raise untranslatable(why, name=node.name[:60])
        raise untranslatable(N_("It reads something that is not a question; write it again."))

    def _called(self, node: Call, wanted: bool) -> Made:
        name, operands = node.function, node.operands
        if name in ("and", "or"):
            operator = name if wanted else {"and": "or", "or": "and"}[name]
            return joined(operator, [self.holds(one, wanted) for one in operands])
        if name in COMPARE:
            return self._comparison(name if wanted else INVERSE[name], operands, name, wanted)
        if handler := _CONDITIONS.get((name, len(operands))):
            return handler(self, operands, wanted)
        raise untranslatable(N_("“{name}” has no counterpart in our rules."), name=name)

    def _named(self, variable: Variable, wanted: bool) -> Made:
        if variable.option:
            return self._chosen(variable, variable.option, wanted)
        if variable.kind == "boolean":
            return self._guarded({"==": [variable.tree, True]}, variable, wanted)
        raise untranslatable(
            N_("“{name}” stands alone; say what it is compared with."), name=variable.name
        )

    def _empty(self, operands: tuple[Node, ...], wanted: bool) -> Made:
        variable = self.variable(operands[0])
        if variable.option:
            return self._chosen(variable, variable.option, not wanted)
        return self._unanswered(variable) if wanted else self._answered(variable)

    def _answered(self, variable: Variable) -> Made:
        return variable == self._assumed or {"answered": [variable.tree]}

    def _unanswered(self, variable: Variable) -> Made:
        return variable != self._assumed and {"not": [{"answered": [variable.tree]}]}

    def _guarded(self, rule: Rule, variable: Variable, wanted: bool) -> Made:
        """`rule`, or that it is not true, be it false or without an answer."""
        return rule if wanted else joined("or", [self._unanswered(variable), negated(rule)])

    def _chosen(self, variable: Variable, option: Any, wanted: bool) -> Made:
        if variable.kind in ("choice_set", "ranking"):
            return self._guarded({"in": [option, variable.tree]}, variable, wanted)
        return self._guarded({"==": [variable.tree, option]}, variable, wanted)

    def _selected(self, operands: tuple[Node, ...], wanted: bool) -> Made:
        variable = self.variable(operands[0])
        sought = operands[1].members if isinstance(operands[1], Series) else (operands[1],)
        parts = [self._chosen(variable, self._coded(one, variable), wanted) for one in sought]
        return joined("and" if wanted else "or", parts)

    def _any_of(self, operands: tuple[Node, ...], wanted: bool) -> Made:
        variable = self.variable(operands[0])
        sought = operands[1].members if isinstance(operands[1], Series) else (operands[1],)
        parts = [self._chosen(variable, self._coded(one, variable), wanted) for one in sought]
        return joined("or" if wanted else "and", parts)

    def _coded(self, node: Node, variable: Variable) -> Any:
        """The literal as a value of the variable."""
        if isinstance(node, Name):
            return self.value(node)
        if not isinstance(node, Value):
            raise untranslatable(N_("It compares an answer with a calculation; write it again."))
        return coded(node.value, variable)

    def _comparison(
        self, operator: str, operands: tuple[Node, ...], written: str, wanted: bool
    ) -> Made:
        left, right = operands
        if isinstance(left, Value) and isinstance(right, Value):
            return _constant(operator, left.value, right.value)
        if isinstance(left, Value):
            left, right, operator, written = right, left, MIRRORED[operator], MIRRORED[written]
        if isinstance(right, Value) and right.value == "" and operator in ("==", "!="):
            return self._empty((left,), operator == "==")
        if isinstance(left, Name) or (isinstance(left, Call) and left.function in _AS_IT_IS):
            return self._of_variable(operator, self.variable(left), right, written, wanted)
        rule: Rule = {operator: [self.value(left), self.value(right)]}
        return joined("or", [rule, *self._where_nothing(left, right, operator, written, wanted)])

    def _of_variable(
        self, operator: str, variable: Variable, right: Node, written: str, wanted: bool
    ) -> Made:
        if variable.option:
            yes = isinstance(right, Value) and str(right.value).lower() in ("y", "1", "true")
            return self._chosen(variable, variable.option, yes is (operator == "=="))
        if variable.kind == "choice_set":
            return self._sets(operator, variable, right)
        if variable.kind == "choice" and operator not in ("==", "!="):
            rule = _ordered_choice(operator, variable, self._number(right))
        else:
            rule = {operator: [variable.tree, self._coded_or_read(right, variable)]}
        if isinstance(right, Name):
            return joined("or", [rule, *self._two(written, wanted, variable, self.variable(right))])
        lax = self._lax(written, wanted)
        return joined("or", [self._unanswered(variable) if lax else False, rule])

    def _two(self, written: str, wanted: bool, left: Variable, right: Variable) -> list[Made]:
        """What two variables compare as where one has no answer: nothing equals nothing only."""
        none = [self._unanswered(left), self._unanswered(right)]
        if written not in ("==", "!="):
            return [] if wanted else none
        if (written == "==") is wanted:
            return [joined("and", none)]
        some = [self._answered(left), self._answered(right)]
        return [joined("and", [none[0], some[1]]), joined("and", [some[0], none[1]])]

    def _sets(self, operator: str, variable: Variable, right: Node) -> Made:
        """The whole set is compared: all of these are chosen and no other."""
        members = right.members if isinstance(right, Series) else (right,)
        chosen = [{"in": [self._coded(one, variable), variable.tree]} for one in members]
        if operator not in ("==", "!="):
            raise untranslatable(N_("Several answers have no order; write the condition again."))
        same = joined("and", [*chosen, {"==": [{"count": [variable.tree]}, len(members)]}])
        if operator == "==":
            return same
        return joined("or", [self._unanswered(variable), negated(same)])

    def _coded_or_read(self, node: Node, variable: Variable) -> Any:
        simple = isinstance(node, Value) or (
            isinstance(node, Call) and node.function == "date" and len(node.operands) == 1
        )
        if simple:
            inner = node.operands[0] if isinstance(node, Call) else node
            return self._coded(inner, variable)
        return self.value(node)

    def _number(self, node: Node) -> float:
        found = _as_number(node.value) if isinstance(node, Value) else None
        if found is None:
            raise untranslatable(N_("It compares a choice with something that is no number."))
        return found

    @staticmethod
    def _lax(written: str, wanted: bool) -> bool:
        """Whether the comparison is as `wanted` where there is no answer."""
        return (written == "!=") is wanted

    def _where_nothing(
        self, left: Node, right: Node, operator: str, written: str, wanted: bool
    ) -> list[Made]:
        """A count or a sum of nothing is 0, a calculation with nothing compares as false."""
        nothing = [self._unanswered(one) for one in self._read(left)]
        if isinstance(left, Call) and left.function in _OF_NOTHING and isinstance(right, Value):
            number = _as_number(right.value)
            if not nothing or number is None or not COMPARE[operator](0, number):
                return []
            return [joined("and", nothing)]
        return nothing if self._lax(written, wanted) else []

    def _read(self, node: Node) -> list[Variable]:
        if isinstance(node, Name):
            return [self.variable(node)]
        operands = node.operands if isinstance(node, Call) else ()
        return list(dict.fromkeys(one for part in operands for one in self._read(part)))

    def _calculation(self, node: Call) -> Any:
        name, operands = node.function, node.operands
        if name == "-" and all(self._is_day(one) for one in operands):
            return {"days": [self.value(operands[1]), self.value(operands[0])]}
        if name in _NUMERIC and operands:
            return {_NUMERIC[name]: [self._numeric(one) for one in operands[: _most(name)]]}
        if name in _AS_IT_IS and len(operands) == 1:
            return self.value(operands[0])
        if name == "today":
            return {"survey": "today"}
        if name in ("count", "count-selected") and operands:
            return {"count": self._counted(operands)}
        if name in ("if", "iif") and len(operands) == 3:
            made = self.holds(operands[0])
            condition = {"or": [made]} if isinstance(made, bool) else made
            return {"if": [condition, self.value(operands[1]), self.value(operands[2])]}
        if name in ("and", "or", "not", *COMPARE) or (name, len(operands)) in _CONDITIONS:
            return self.holds(node)
        raise untranslatable(N_("“{name}” has no counterpart in our rules."), name=name)

    def _is_day(self, node: Node) -> bool:
        if isinstance(node, Name):
            return self.variable(node).kind == "date"
        return isinstance(node, Call) and node.function in ("today", "date")

    def _numeric(self, node: Node) -> Any:
        if isinstance(node, Name) and (found := self.variable(node)).kind != "number":
            why = N_("It calculates with “{name}”, whose answers are no numbers here.")
            raise untranslatable(why, name=found.name)
        if isinstance(node, Value) and (number := _as_number(node.value)) is not None:
            return int(number) if number.is_integer() else number
        return self.value(node)

    def _counted(self, operands: tuple[Node, ...]) -> list[Any]:
        found = [self.variable(one) for one in operands]
        if len(found) == 1 and found[0].kind == "choice_set" and not found[0].option:
            return [found[0].tree]
        return [member(one) if one.option else {"answered": [one.tree]} for one in found]


def _constant(operator: str, left: Any, right: Any) -> bool:
    """What a comparison of two literals says."""
    numbers = _as_number(left), _as_number(right)
    if None in numbers:
        numbers = None, None
        if operator not in ("==", "!="):
            return False
    return COMPARE[operator](*(numbers if None not in numbers else (str(left), str(right))))


def member(variable: Variable) -> Rule:
    """That the option which the variable stands for is chosen."""
    return {"in": [variable.option, variable.tree]}


def coded(value: Any, variable: Variable) -> Any:
    """A literal of the file as the value that the variable has here."""
    if variable.values:
        text = _plain(value)
        if text in variable.values:
            return variable.values[text]
        why = N_("“{value}” is none of the answers of “{name}”.")
        raise untranslatable(why, value=text[:60], name=variable.name)
    if variable.kind == "number" and isinstance(value, str):
        number = _as_number(value)
        if number is None:
            why = N_("“{value}” is no number, but “{name}” is.")
            raise untranslatable(why, value=value[:60], name=variable.name)
        return int(number) if number.is_integer() else number
    if variable.kind in ("text", "date") and not isinstance(value, str):
        return _plain(value)
    return value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _as_number(value: Any) -> float | None:
    try:
        return float(value) if not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None


def _ordered_choice(operator: str, variable: Variable, number: float) -> Rule:
    """Codes that are numbers have an order: the options on the right side of it."""
    codes = {code: _as_number(code) for code in variable.values}
    if not codes or None in codes.values():
        raise untranslatable(N_("The answers of “{name}” have no order."), name=variable.name)
    fits = [variable.values[c] for c, n in codes.items() if COMPARE[operator](n, number)]
    return {"in": [variable.tree, fits]}


def _most(name: str) -> int | None:
    return 1 if name == "round" else None


_OF_NOTHING = ("count", "count-selected", "sum")
Handler = Callable[[Translator, tuple[Node, ...], bool], Made]
_CONDITIONS: Mapping[tuple[str, int], Handler] = {
    ("not", 1): lambda t, ops, wanted: t.holds(ops[0], not wanted),
    ("true", 0): lambda t, ops, wanted: wanted,
    ("false", 0): lambda t, ops, wanted: not wanted,
    ("boolean", 1): lambda t, ops, wanted: t.holds(ops[0], wanted),
    ("empty", 1): Translator._empty,
    ("is_empty", 1): Translator._empty,
    ("notempty", 1): lambda t, ops, wanted: t._empty(ops, not wanted),
    ("selected", 2): Translator._selected,
    ("contains", 2): Translator._selected,
    ("allof", 2): Translator._selected,
    ("notcontains", 2): lambda t, ops, wanted: t._any_of(ops, not wanted),
    ("anyof", 2): Translator._any_of,
    ("if", 3): lambda t, ops, wanted: _either(t, ops, wanted),
    ("iif", 3): lambda t, ops, wanted: _either(t, ops, wanted),
}


def _either(translator: Translator, operands: tuple[Node, ...], wanted: bool) -> Made:
    condition, then, otherwise = operands
    one = joined("and", [translator.holds(condition), translator.holds(then, wanted)])
    other = joined("and", [translator.holds(condition, False), translator.holds(otherwise, wanted)])
    return joined("or", [one, other])
