"""Constraints of an XLSForm: bounds where they are bounds, else a check of the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part, as_rule
from surveyapp.designer.formats.expression import Call, Name, Node, Value, conjuncts, parse
from surveyapp.designer.formats.translation import MIRRORED, Translator, Variable, coded, joined
from surveyapp.designer.formats.xlsform_sheets import Row
from surveyapp.findings import N_, SurveyError

Words = Callable[[dict[str, str], str], dict[str, str]]
FORMATS = {
    "email": r"^[^@ ]+@[^@ ]+\.[^@ ]+$",
    "phone": r"^[0-9 +()-]+$",
    "digits": r"^[0-9]+$",
}
"""Patterns that stand for a format of short texts."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def constrain(
    draft: Draft, made: Part, own: Variable, row: Row, place: str, words: Words
) -> None:  # fmt: skip
    """Put the row's constraint into the question; note what cannot be said."""
    text = row.get("constraint")
    message = words(row.text("constraint_message"), place)
    try:
        parts = conjuncts(parse(text, draft.dialect))
        rest = [part for part in parts if not _is_bound(part, made, own)]
        translator = Translator(draft.find, own)
        must = as_rule(joined("and", [translator.must(part) for part in rest]))
    except SurveyError as error:
        draft.refused(error, place, text)
        return
    if must is not None:
        made["checks"] = [{"id": "constraint", "must": must, "message": message}]
    elif message:
        why = N_("What is said of an answer out of bounds is worded by the page here.")
        draft.lost(place, next(iter(message.values())), why)


def _is_bound(part: Node, made: Part, own: Variable) -> bool:
    """Whether the condition became a property of the question."""
    if not isinstance(part, Call):
        return False
    if part.function == "regex" and made["type"] == "short_text":
        return _is_format(part, made)
    if part.function == "not" and made["type"] == "multiple":
        return _is_exclusive(part, made, own)
    if part.function not in MIRRORED or len(part.operands) != 2:
        return False
    left, right = part.operands
    sign = part.function
    if isinstance(left, Value):
        left, right, sign = right, left, MIRRORED[sign]
    if left == Name("."):
        return _is_limit(made, sign, right)
    return _is_count(made, left, sign, right)


def _is_limit(made: Part, sign: str, right: Node) -> bool:
    if made["type"] == "date":
        return _is_day(made, sign, right)
    if made["type"] != "number" or not isinstance(right, Value):
        return False
    limit = _number(right.value)
    if limit is None:
        return False
    whole = made.get("decimals", 0) == 0 and float(limit).is_integer()
    if sign in (">", "<") and whole:
        limit, sign = limit + (1 if sign == ">" else -1), f"{sign}="
    if sign not in (">=", "<="):
        return False
    made["minimum" if sign == ">=" else "maximum"] = limit
    return True


def _is_day(made: Part, sign: str, right: Node) -> bool:
    day = None
    if isinstance(right, Call) and right.function == "today":
        day = "today"
    elif isinstance(right, Call) and right.function == "date" and right.operands:
        right = right.operands[0]
    if isinstance(right, Value) and _DAY.fullmatch(str(right.value)):
        day = str(right.value)
    if day is None or sign not in (">=", "<="):
        return False
    made["earliest" if sign == ">=" else "latest"] = day
    return True


def _is_count(made: Part, left: Node, sign: str, right: Node) -> bool:
    limit = _number(right.value) if isinstance(right, Value) else None
    if not isinstance(left, Call) or left.operands != (Name("."),) or limit is None:
        return False
    limit, sign = (limit - 1, "<=") if sign == "<" else (limit, sign)
    if sign != "<=" or limit < 1:
        return False
    if left.function == "count-selected" and made["type"] == "multiple":
        made["at_most"] = int(limit)
        return True
    longest = {"short_text": 500, "long_text": 10000}.get(made["type"])
    if left.function == "string-length" and longest:
        made["max_length"] = min(int(limit), longest)
        return True
    return False


def _is_format(part: Call, made: Part) -> bool:
    pattern = part.operands[1] if len(part.operands) == 2 else None
    found = next((name for name, one in FORMATS.items() if pattern == Value(one)), None)
    if found is not None:
        made["format"] = found
    return found is not None


def _is_exclusive(part: Call, made: Part, own: Variable) -> bool:
    """`not(selected(., 'none') and count-selected(.) > 1)`: none excludes the others."""
    inner = part.operands[0] if part.operands else None
    if not (isinstance(inner, Call) and inner.function == "and" and len(inner.operands) == 2):
        return False
    chosen, count = inner.operands
    several = Call("count-selected", (Name("."),))
    if count not in (Call(">", (several, Value(1))), Call(">=", (several, Value(2)))):
        return False
    if not isinstance(chosen, Call) or chosen.function != "selected":
        return False
    code = chosen.operands[-1]
    if chosen.operands[0] != Name(".") or not isinstance(code, Value):
        return False
    name = coded(code.value, own)
    for option in made["options"]:
        if option["id"] == name:
            option["exclusive"] = True
    return True


def _number(value: Any) -> float | int | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
