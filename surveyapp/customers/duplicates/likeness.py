"""How alike two customers are: named rules with points, and their sum. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from surveyapp.findings import N_

PROPOSED_FROM = 50
"""Points from which a pair is proposed."""
MOST_ALIKE = 5
"""More customers at one phone or address, or of one name in one store, say nothing: a family, a
dummy.
"""


@dataclass(frozen=True)
class Person:
    """What is compared of a customer; "" where it is not known."""

    phone: str = ""
    name: str = ""
    city: str = ""
    store: str = ""
    email: str = ""
    """Without case: hardly a mailbox tells capitals apart."""


class Rule(NamedTuple):
    """points when `same` holds, under a name for people (msgid)."""

    name: str
    points: int
    same: Callable[[Person, Person], bool]


def _same(attribute: str) -> Callable[[Person, Person], bool]:
    def same(one: Person, other: Person) -> bool:
        value = getattr(one, attribute)
        return bool(value) and value == getattr(other, attribute)

    return same


def _names_differ(one: Person, other: Person) -> bool:
    return bool(one.name) and bool(other.name) and one.name != other.name


RULES = {
    "phone": Rule(N_("Same phone"), 60, _same("phone")),
    "email": Rule(N_("Same e-mail address"), 50, _same("email")),
    "name": Rule(N_("Same name"), 30, _same("name")),
    "city": Rule(N_("Same city"), 10, _same("city")),
    "store": Rule(N_("Same store"), 10, _same("store")),
    "names_differ": Rule(N_("Different names"), -25, _names_differ),
}
"""Code → rule. Two people of one household share a phone, and have different names."""


def reasons(one: Person, other: Person) -> list[str]:
    """The codes of the rules that hold for a pair; the order of the two does not matter."""
    return [code for code, rule in RULES.items() if rule.same(one, other)]


def score(codes: list[str]) -> int:
    """The points of these rules together."""
    return sum(RULES[code].points for code in codes)
