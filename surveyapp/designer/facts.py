"""What rules may know of a customer and of the touchpoint, and what kind of value each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from surveyapp.designer.rules import Facts, kind_of

PRODUCT_LINES = ("appliance", "fresh_food", "digital", "home", "apparel")
TIERS = ("high", "middle", "low")
LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True)
class Type:
    """A static type of the rule language.

    kind: number, choice, choice_set, text, date or boolean. options: the ids that a choice or a
    choice set may hold.
    """

    kind: str
    options: tuple[str, ...] = ()


TEXT, NUMBER, DATE, BOOLEAN = Type("text"), Type("number"), Type("date"), Type("boolean")

CUSTOMER: dict[str, Type] = {
    "city": TEXT,
    "store": TEXT,
    "product_line": Type("choice", PRODUCT_LINES),
    "tier": Type("choice", TIERS),
    "spend": NUMBER,
    "purchases": NUMBER,
    "last_purchase": DATE,
    "language": Type("choice", LANGUAGES),
}
TOUCHPOINT: dict[str, Type] = {"store": TEXT, "label": TEXT, "channel": TEXT}
ATTRIBUTES: dict[str, dict[str, Type]] = {"customer": CUSTOMER, "touchpoint": TOUCHPOINT}


def facts_of(
    customer: Mapping[str, object] | None = None, touchpoint: Mapping[str, object] | None = None
) -> Facts:
    """The attributes that rules may read, as JSON values; everything else is left out.

    Dates become ISO strings, decimals numbers; what has no value is absent, hence unknown.
    """
    given = {"customer": customer or {}, "touchpoint": touchpoint or {}}
    return {
        kind: {
            name: value
            for name in attributes
            if (value := _as_json(given[kind].get(name))) is not None
        }
        for kind, attributes in ATTRIBUTES.items()
    }


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if kind_of(value) and value != "" else None
