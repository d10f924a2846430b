"""Triggers of SurveyJS as conditions: as an expression, or as older files have them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from surveyapp.designer.formats.surveyjs_element import listed

_SIGNS = {"equal": "=", "notequal": "<>", "greater": ">", "greaterorequal": ">=", "less": "<",
          "lessorequal": "<=", "contains": "contains", "notcontains": "notcontains",
          "anyof": "anyof", "allof": "allof"}  # fmt: skip


def condition_of(trigger: Mapping[str, Any]) -> str:
    """The condition of a trigger; empty where it has none that can be read."""
    if text := str(trigger.get("expression") or "").strip():
        return text
    name, operator = trigger.get("name"), str(trigger.get("operator") or "equal")
    if not isinstance(name, str) or not name:
        return ""
    if operator in ("empty", "notempty"):
        return f"{{{name}}} {operator}"
    value = trigger.get("value")
    if operator not in _SIGNS or value is None:
        return ""
    return f"{{{name}}} {_SIGNS[operator]} {_written(value)}"


def _written(value: object) -> str:
    """A value as expressions have it: text in the quotes that it does not hold itself."""
    if isinstance(value, list):
        return f"[{', '.join(_written(one) for one in value)}]"
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return json.dumps(value)


def targets(trigger: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions and pages that a trigger shows."""
    found = [*_names(trigger.get("questions")), *_names(trigger.get("pages"))]
    return tuple(dict.fromkeys(found))


def shown_by(tree: Mapping[str, Any]) -> dict[str, str]:
    """Name of a question or page → the condition of the one trigger that shows it."""
    found = [one for one in listed(tree.get("triggers")) if is_showing(one)]
    times = Counter(name for one in found for name in targets(one))
    return {name: condition_of(one) for one in found for name in targets(one) if times[name] == 1}


def is_showing(trigger: Mapping[str, Any]) -> bool:
    """Whether a trigger shows something under a condition that can be read."""
    visible = str(trigger.get("type", "")).startswith("visible")
    return visible and bool(targets(trigger)) and bool(condition_of(trigger))


def _names(value: object) -> Iterator[str]:
    yield from (one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
