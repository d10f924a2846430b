"""What pydantic says of a malformed document, as findings that name the element and teach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from surveyapp.designer import places
from surveyapp.designer.document import QUESTION_TYPES
from surveyapp.designer.rule_types import closest
from surveyapp.findings import N_, Finding

LISTS = {name: kind for kind, name in places.LISTS.items()}
"""List → kind of the parts that stand in it."""

_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("document.missing", N_("“{property}” is missing here; add it.")),
    "extra_forbidden": (
        "document.unknown_property",
        N_("There is no property “{property}” here; correct its name or remove it."),
    ),
    "union_tag_invalid": (
        "document.unknown_type",
        N_("There is no question type “{given}”; the types are {known}."),
    ),
    "union_tag_not_found": (
        "document.unknown_type",
        N_("The question has no type; the types are {known}."),
    ),
    "string_pattern_mismatch": (
        "document.bad_id",
        N_(
            "“{given}” cannot be an id: begin with a small letter a–z and use only small letters,"
            " digits and _, at most 40 in all."
        ),
    ),
    "address": (
        "document.bad_address",
        N_(
            "“{given}” is no address to send people to: begin with https://, and leave out names,"
            " passwords, spaces and #."
        ),
    ),
    "string_too_long": (
        "document.too_long",
        N_("“{property}” is longer than {limit} characters; shorten it."),
    ),
    "literal_error": (
        "document.not_allowed",
        N_("“{given}” is not allowed for “{property}”; allowed: {expected}."),
    ),
    "greater_than_equal": (
        "document.out_of_range",
        N_("“{property}” must be at least {limit}, not {given}."),
    ),
    "less_than_equal": (
        "document.out_of_range",
        N_("“{property}” must be at most {limit}, not {given}."),
    ),
}
_OTHERWISE = ("document.wrong_kind", N_("“{property}” has a value that does not fit: “{given}”."))


def findings_of(error: ValidationError, data: object) -> list[Finding]:
    """One finding for each error; `data` is what was validated."""
    return [_finding(detail, data) for detail in error.errors(include_url=False)]


def _finding(detail: ErrorDetails, data: object) -> Finding:
    place, rest = _located(detail["loc"], data)
    kind = "address" if rest[-1:] == ["address"] else detail["type"]
    code, template = _SENTENCES.get(kind, _OTHERWISE)
    context = detail.get("ctx", {})
    limits = (context.get(name) for name in ("max_length", "ge", "le"))
    given = context.get("tag", detail["input"])
    params = {
        "property": _readable(".".join(rest)) or place,
        "given": _shown(given),
        "known": " ".join(QUESTION_TYPES),
        "expected": context.get("expected", ""),
        "limit": next((limit for limit in limits if limit is not None), ""),
    }
    if code == "document.unknown_type" and (hint := closest(str(given), QUESTION_TYPES)):
        template = N_("There is no question type “{given}”. Did you mean “{hint}”?")
        params["hint"] = hint
    return Finding(code, place, template, params)


def _located(loc: Sequence[int | str], data: object) -> tuple[str, list[str]]:
    """The innermost named element on the way to an error, and the way on from there."""
    place, node, kind = "document", data, ""
    rest: list[str] = []
    for step in loc:
        inner = _step(node, step)
        if isinstance(step, int) and kind:
            place, rest = f"{kind}:{_name(inner, step)}", []
        elif inner is not None or step not in QUESTION_TYPES:
            rest.append(str(step))
        kind = LISTS.get(str(step), "")
        node = node if inner is None and step in QUESTION_TYPES else inner
    return place, [step for step in rest if step not in LISTS or step == rest[-1]]


def _step(node: object, step: int | str) -> Any:
    if isinstance(node, dict):
        return node.get(step)
    if isinstance(node, list | tuple) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _name(element: object, index: int) -> str:
    """The element's id, or its number (from 1) where it has none."""
    name = element.get("id") if isinstance(element, dict) else None
    return _readable(name) if isinstance(name, str) and name else f"#{index + 1}"


def _shown(value: object) -> str:
    if isinstance(value, dict | list | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    return _readable(str(value)[:40])


def _readable(text: str) -> str:
    """Without what a terminal or a page would obey, or what has no bytes: halves of characters."""
    return "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:40]
    )
