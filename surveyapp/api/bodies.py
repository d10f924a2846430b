"""The body of a call: a JSON list of objects, read as the rows of a table. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveyapp.findings import N_, Finding, SurveyError

MOST_ITEMS = 1000


def items(body: bytes) -> list[dict[str, Any]]:
    """The objects of a body; numbers are their text, so that amounts stay exact.

    Raises SurveyError `api.*` for what is no list of up to 1000 objects.
    """
    try:
        found = json.loads(body, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _refused(
            "not_json", N_("The body is no JSON. Send a list of objects in UTF-8.")
        ) from None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise _refused("not_a_list", N_("The body is no list. Send a JSON list of objects."))
    if not 0 < len(found) <= MOST_ITEMS:
        raise _refused("item_count", N_("Send 1 to {limit} objects at a time; there were {count}."), limit=MOST_ITEMS, count=len(found))  # noqa: E501  # fmt: skip
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def _refused(code: str, template: str, **params: object) -> SurveyError:
    return SurveyError(Finding(f"api.{code}", "body", template, params))


def rows(found: Sequence[dict[str, Any]], names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The items as numbered rows of cells under `names`; null and what is not there are blank."""
    for number, item in enumerate(found, 1):
        yield number, [_cell(item.get(name)) for name in names]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value).lower()


def wrong(found: Sequence[dict[str, Any]], names: Sequence[str]) -> Iterator[tuple[int, Finding]]:
    """Items (by their place from 0) with fields that nobody knows, or values that are no values."""
    for index, item in enumerate(found):
        if unknown := sorted(set(item) - set(names)):
            yield index, _bad_field(index, "unknown_field", N_("There is no field {field}. Known: {known}."), field=unknown[0], known=", ".join(names))  # noqa: E501  # fmt: skip
        elif nested := sorted(k for k, v in item.items() if isinstance(v, dict | list)):
            yield index, _bad_field(index, "not_a_value", N_("Field {field} must be one text, number or yes/no, not a list or an object."), field=nested[0])  # noqa: E501  # fmt: skip


def flattened(
    found: Sequence[dict[str, Any]], own: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[tuple[int, Finding]]]:
    """The items with the members of their `attributes` as fields, and what is wrong with those.

    own: field → key of each attribute that the installation defined.
    """
    fields = {key: name for name, key in own.items()}
    items, trouble = [], []
    for index, item in enumerate(found):
        given = item.get("attributes")
        rest = {name: value for name, value in item.items() if name != "attributes"}
        if given is not None and not isinstance(given, dict):
            trouble.append((index, _bad_field(index, "attributes_not_an_object", N_('Give attributes as an object: {{"key": value}}.'))))  # noqa: E501  # fmt: skip
        elif unknown := sorted(set(given or {}) - set(fields)):
            trouble.append((index, _bad_field(index, "unknown_attribute", N_("There is no attribute {field} in use. Known: {known}."), field=unknown[0], known=", ".join(fields) or "–")))  # noqa: E501  # fmt: skip
        else:
            rest |= {fields[key]: value for key, value in (given or {}).items()}
        items.append(rest)
    return items, trouble


def _bad_field(index: int, code: str, template: str, **params: object) -> Finding:
    return Finding(f"api.{code}", f"item:{index}", template, params)
