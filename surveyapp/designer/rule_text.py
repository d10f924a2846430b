"""The text form of rules, which people read and write: `speed <= 2 and "price" in reasons`.

    overall <= 2 or nps <= 6                       customer.product_line == "appliance"
    answered(reasons) and not ("none" in reasons)  channel in ["phone", "shop"]

`not` binds tighter than `and`, `and` tighter than `or`. A name is an answer's variable unless it
begins with `customer.` or `touchpoint.`; where a variable is named like a word of the language,
write `answer.not`. `x not in y` is short for `not (x in y)`; `all(x)` and `any(x)` are groups of
one condition. Printing a rule and reading the text gives the same rule.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from surveyapp.designer.document import Document
from surveyapp.designer.rule_types import check_types
from surveyapp.designer.rules import MAX_DEPTH, OPERATORS, kind_of, parts_of, source_of
from surveyapp.findings import N_, Finding, SurveyError

MAX_LENGTH = 10_000
NUMBER_LENGTH = 25
WORDS = frozenset(
    "and or not in all any answered true false answer customer touchpoint".split()  # noqa: SIM905
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def parse(text: str, document: Document | None = None) -> dict[str, Any]:
    """The rule that `text` says; with a document, its names and types are checked as well.

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
        raise SurveyError(Finding("rule_text.no_condition", "column:1", template))
    findings = check_types(rule, document) if document else []
    if findings:
        raise SurveyError(*(_placed(finding, text) for finding in findings))
    return rule


def _placed(finding: Finding, text: str) -> Finding:
    """The finding at the column where the name that it complains of stands."""
    name = str(finding.params.get("name", ""))
    found = re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text) if name else None
    column = found.start() + 1 if found else 1
    return Finding(finding.code, f"column:{column}", finding.template, finding.params)


def unparse(rule: object) -> str:
    """The text of a rule; SurveyError `rule_text.unprintable` where it is malformed."""
    return _written(rule, 0)


def _written(node: object, depth: int) -> str:
    if source := source_of(node):
        return _name(source.kind, source.name)
    parts = parts_of(node)
    if parts is None:
        return _literal(node)
    name, operands = parts
    operator = OPERATORS.get(name)
    if operator is None or not operator.takes(operands) or depth >= MAX_DEPTH:
        raise _unprintable()
    if name == "answered":
        return f"answered({_written(operands[0], depth + 1)})"
    if name in _GROUPS and len(operands) == 1:
        return f"{_GROUPS[name]}({_written(operands[0], depth + 1)})"
    texts = [_bracketed(operand, name, depth + 1) for operand in operands]
    return f" {name} ".join(texts) if len(texts) > 1 else f"{name} {texts[0]}"


_GROUPS = {"and": "all", "or": "any"}


def _bracketed(node: object, outside: str, depth: int) -> str:
    """An operand, in brackets where it would be read otherwise or only with effort."""
    text = _written(node, depth)
    parts = parts_of(node)
    if parts is None or parts[0] == "answered":
        return text
    name, operands = parts
    if name in _GROUPS and len(operands) == 1:
        return text
    return text if outside in _GROUPS and name not in _GROUPS else f"({text})"


def _name(kind: str, name: str) -> str:
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
