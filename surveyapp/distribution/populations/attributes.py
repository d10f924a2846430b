"""What a rule of a population may know of a customer, and the type of each. Pure.

customer.life_cycle == "leaving"               what the customer is
customer.last_purchase >= "2026-09-01"         when something last happened
customer.service_cases_in_30_days >= 1         how often, in the last days up to now
customer.spend_in_365_days > 5000              how much was bought in them, in yuan
customer.open_complaints == 0                  what is still open
days(customer.last_delivery, survey.today) <= 2
customer.own_warranty_years >= 2               what the installation defined itself
"""

from __future__ import annotations

import re
from typing import NamedTuple

from surveyapp.customers.events.attributes import KINDS, LASTING
from surveyapp.customers.tiers.rule import LIFE_CYCLES, VALUE_TIERS
from surveyapp.designer.facts import BOOLEAN, CUSTOMER, DATE, NUMBER, Type, own_types

LONGEST = 3650
"""Days; ten years."""
EXAMPLE_DAYS = (30, 90, 365)
"""The windows that are offered; others may be written."""

OWN: dict[str, Type] = {
    **CUSTOMER,
    "value_tier": Type("choice", VALUE_TIERS),
    "life_cycle": Type("choice", LIFE_CYCLES),
    "consent": BOOLEAN,
}
"""Attributes that a customer has; `last_purchase` is the later of the file's and the events'."""


def plural(kind: str) -> str:
    """How several events of a kind are called in the language: `deliveries`."""
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


PLURALS = {plural(kind): kind for kind in KINDS}
_WINDOW = re.compile(r"([a-z_]+)_in_([1-9][0-9]{0,3})_days")


class Happened(NamedTuple):
    """What a name asks of events.

    what: `count` or `spend` in the last `days`, the day of the `last`, or how many are `open`.
    """

    what: str
    kind: str
    days: int = 0


def happened(name: str) -> Happened | None:
    """What an attribute's name asks of events; None where it asks nothing of them."""
    if found := _WINDOW.fullmatch(name):
        word, days = found[1], int(found[2])
        if days > LONGEST:
            return None
        if word == "spend":
            return Happened("spend", "purchase", days)
        return Happened("count", PLURALS[word], days) if word in PLURALS else None
    first, _, rest = name.partition("_")
    if first == "last" and rest in KINDS and name not in OWN:
        return Happened("last", rest)
    if first == "open" and PLURALS.get(rest) in LASTING:
        return Happened("open", PLURALS[rest])
    return None


def type_of(name: str) -> Type | None:
    """The type of an attribute; None where there is none of that name."""
    if name in OWN:
        return OWN[name]
    if found := own_types().get(name):
        return found.type
    asked = happened(name)
    if asked is None:
        return None
    return DATE if asked.what == "last" else NUMBER


def offered() -> dict[str, Type]:
    """The names that are shown to choose from: each, with usual windows."""
    names = [f"{word}_in_{days}_days" for word in (*PLURALS, "spend") for days in EXAMPLE_DAYS]
    names += [f"last_{kind}" for kind in KINDS if kind != "purchase"]
    names += [f"open_{plural(kind)}" for kind in KINDS if kind in LASTING]
    own = {name: one.type for name, one in own_types().items() if one.offered}
    return {**OWN, **own, **{name: found for name in names if (found := type_of(name))}}
