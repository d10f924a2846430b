"""The types of own attributes: how a cell is read, and what is kept of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from surveyapp.customers import values
from surveyapp.customers.cells import CellError, narrow
from surveyapp.findings import N_

KINDS = {
    "text": N_("Free text"),
    "number": N_("Number"),
    "date": N_("Date"),
    "yes_no": N_("Yes or no"),
    "choice": N_("Choice"),
}
"""Type → msgid of its name."""
PREFIX = "own_"
"""How own attributes begin where they stand beside fixed ones: rules, columns, findings."""
LONGEST_TEXT = 200
MOST_DIGITS = 15
"""Digits of a number that every reader of JSON gives back exactly."""
_NUMBER = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?)")

Option = dict[str, str]


def number(cell: str) -> int | float:
    """A number of up to 15 digits, below 0 too; exact as JSON writes it."""
    found = _NUMBER.fullmatch(narrow(cell).replace("−", "-"))
    if found is None:
        raise CellError(
            "not_a_number",
            N_('Row {row}, {column}: "{value}" is no number. Write digits, for example 12 or -3.5.'),  # noqa: E501
        )  # fmt: skip
    text = found[2].replace(",", "")
    whole, _, part = text.partition(".")
    if len(whole.lstrip("0") + part.rstrip("0")) > MOST_DIGITS:
        raise CellError(
            "number_too_long",
            N_('Row {row}, {column}: "{value}" has more than {limit} digits. Round it, or make the attribute a text.'),  # noqa: E501
            limit=MOST_DIGITS,
        )  # fmt: skip
    exact = Decimal(found[1] + text)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def day(cell: str) -> str:
    """Any day, also one to come, as `2026-11-23`."""
    found: date = values.calendar_day(narrow(cell))
    return found.isoformat()


def reader(kind: str, options: Sequence[Option]) -> Callable[[str], object]:
    """The reader of cells of a type; its values are what JSON keeps."""
    if kind == "choice":
        return values.choice_reader({o["code"]: (o["zh"], o["en"]) for o in options})
    plain: dict[str, Callable[[str], object]] = {
        "text": values.text_reader(LONGEST_TEXT),
        "number": number,
        "date": day,
        "yes_no": values.yes_or_no,
    }
    return plain[kind]
