"""The values of the rule language and the truths of its conditions: what operators work on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Answers = Mapping[str, object]
Facts = Mapping[str, Mapping[str, object]]
Evaluator = Callable[[Answers, Facts], object]
Builder = Callable[[list[Evaluator]], Evaluator]

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def truth(value: object) -> bool | None:
    """`value` as a condition: what is not a boolean is unknown."""
    return value if isinstance(value, bool) else None


def kind_of(value: object) -> str | None:
    """`number`, `text` or `boolean` of a scalar; None of anything else."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else None


def is_date(value: object) -> bool:
    """Whether `value` has the form of an ISO date; such strings sort as dates do."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def unknown(answers: Answers, facts: Facts) -> None:
    """The evaluator of what is malformed: unknown, whatever is answered."""
