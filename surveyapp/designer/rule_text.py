"""The text form of rules, which people read and write: `speed <= 2 and "price" in reasons`.

    overall <= 2 or nps <= 6                       customer.product_line == "appliance"
    answered(reasons) and not ("none" in reasons)  channel in ["phone", "shop"]
    mean(grid.s1, grid.s2) * 2 - 1 >= 7            position(wishes, "price") == 1
    count(reasons) >= 2                            if(customer.tier == "high", 1, 0)

`* /` bind tighter than `+ -`, those tighter than comparisons, then `not`, `and` and `or`. A name
is an answer's variable unless it begins with `customer.`, `touchpoint.`, `survey.`, `random.` or
`computed.`; where a variable is named like a word of the language, write `answer.not`. `x not in
y` is short for `not (x in y)`; `all(x)` and `any(x)` are groups of one condition. Printing a rule
and reading the text gives the same rule.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.operators import CALCULATIONS, FUNCTIONS
from surveyapp.designer.rule_types import type_checker
from surveyapp.designer.rules import MAX_DEPTH, SOURCES, fits, kind_of, parts_of, source_of
from surveyapp.findings import N_, Finding, SurveyError

MAX_LENGTH = 10_000
NUMBER_LENGTH = 25
WORDS = frozenset({"and", "or", "not", "in", "all", "any", "answered", "true", "false", *SOURCES})
"""Names that a variable may not have in the text; it is written `answer.NAME` then."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def parse(text: str, document: Document | None = None, *, value: bool = False) -> dict[str, Any]:
    """The rule that `text` says; with a document, its names and types are checked as well.

    With `value` it is that of a computed value, which need not be a condition.
    SurveyError: `rule_text.…` where the text cannot be read, `rule.…` of `rule_types` where its
    names or types are wrong; the place `column:N` counts from 1.
    """
    from surveyapp.designer.rule_grammar import read

    if len(text) > MAX_LENGTH:
        template = N_("The rule is longer than {most} characters; split it.")
        raise SurveyError(Finding("rule_text.too_long", "column:1", template, {"most": MAX_LENGTH}))
    rule = read(text)
    if not isinstance(rule, dict):
        template = N_("This is a value, not a condition: compare it with something.")
        if value:
            template = N_("This is the same for everybody: calculate with an answer or a fact.")
        raise SurveyError(Finding("rule_text.no_condition", "column:1", template))
    if document:
        checker = type_checker(document)
        findings = (checker.check_value if value else checker.check)(rule, "rule")
        if findings:
            raise SurveyError(*(located(finding, text) for finding in findings))
    return rule


def located(finding: Finding, text: str) -> Finding:
    """The finding at the column of `text` where the name that it complains of stands."""
    name = str(finding.params.get("name", ""))
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text) if name else None
    column = found.start() + 1 if found else 1
    return Finding(finding.code, f"column:{column}", finding.template, finding.params)


def unparse(rule: object) -> str:
    """The text of a rule; SurveyError `rule_text.unprintable` where it is malformed."""
    return _written(rule, 0)


def _written(node: object, depth: int) -> str:
    if source := source_of(node):
        return written_name(source.kind, source.name)
    parts = parts_of(node)
    if parts is None:
        return _literal(node)
    name, operands = parts
    if not fits(name, operands) or depth >= MAX_DEPTH:
        raise _unprintable()
    if function := _function(name, operands):
        inner = [_written(operand, depth + 1) for operand in operands]
        return f"{function}({', '.join(inner)})"
    texts = [_bracketed(operand, name, depth + 1) for operand in operands]
    return f" {name} ".join(texts) if len(texts) > 1 else f"{name} {texts[0]}"


_GROUPS = {"and": "all", "or": "any"}
_SUMS, _PRODUCTS = ("+", "-"), ("*", "/")


def _function(name: str, operands: Sequence[object]) -> str:
    """The name that stands before brackets; empty where the operator stands between operands."""
    if name in _GROUPS:
        return _GROUPS[name] if len(operands) == 1 else ""
    return name if name in FUNCTIONS or name == "answered" else ""


def _bracketed(node: object, outside: str, depth: int) -> str:
    """An operand, in brackets where it would be read otherwise or only with effort."""
    text = _written(node, depth)
    parts = parts_of(node)
    if parts is None or _function(*parts):
        return text
    return text if _plain(parts[0], outside) else f"({text})"


def _plain(inside: str, outside: str) -> bool:
    """Whether an operator needs no brackets within another."""
    if outside in _GROUPS:
        return inside not in _GROUPS
    if inside in CALCULATIONS:
        return outside in COMPARING or (inside in _PRODUCTS and outside in _SUMS)
    return False


COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})


def written_name(kind: str, name: str) -> str:
    """A source as it is written in the text; SurveyError where it cannot be."""
    text = name if kind == "answer" else f"{kind}.{name}"
    if kind == "answer" and name.partition(".")[0] in WORDS:
        text = f"answer.{name}"
    if not _NAME.fullmatch(text):
        raise _unprintable()
    return text


def _literal(node: object) -> str:
    if isinstance(node, list) and all(kind_of(member) for member in node):
        return f"[{', '.join(map(_literal, node))}]"
    if kind_of(node) is None or (isinstance(node, float) and not math.isfinite(node)):
        raise _unprintable()
    if isinstance(node, int) and abs(node) >= 10**NUMBER_LENGTH:
        raise _unprintable()
    return json.dumps(node, ensure_ascii=False)


def _unprintable() -> SurveyError:
    template = N_("This rule is malformed and has no text form; write it again.")
    return SurveyError(Finding("rule_text.unprintable", "rule", template))
