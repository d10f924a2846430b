"""What rules may know beside answers, and what kind of value each is.

The customer, the touchpoint, the survey itself (`today` in the study's zone, the `language` that
is spoken, the `mode` of answering), and the random group of each experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from surveyapp.designer.document import Document
from surveyapp.designer.rules import Facts, kind_of

PRODUCT_LINES = ("appliance", "fresh_food", "digital", "home", "apparel")
TIERS = ("high", "middle", "low")
LANGUAGES = ("zh-Hans", "en")
MODES = ("link", "qr", "kiosk", "interviewer", "reply")


@dataclass(frozen=True)
class Type:
    """A static type of the rule language.

    kind: number, choice, choice_set, text, date or boolean. options: the ids that a choice or a
    choice set may hold; of another kind, the names of missing answers. ordered: a ranking.
    """

    kind: str
    options: tuple[str, ...] = ()
    ordered: bool = False


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
SURVEY: dict[str, Type] = {
    "today": DATE,
    "language": Type("choice", LANGUAGES),
    "mode": Type("choice", MODES),
}


OWN = "own_"
"""How the names of own attributes begin."""


def is_own(name: str) -> bool:
    """Whether a name is that of an own attribute, be there one or not."""
    return name.startswith(OWN)


def as_facts(extra: Mapping[str, object] | None) -> dict[str, object]:
    """The values of a customer's own attributes under the names by which rules read them."""
    return {OWN + key: value for key, value in (extra or {}).items()}


class OwnType(NamedTuple):
    """An attribute of customers that the installation defined. offered: for new rules, too."""

    type: Type
    offered: bool


Teller = Callable[[], Mapping[str, OwnType]]
_tellers: list[Teller] = [dict]


def learn(teller: Teller) -> Teller:
    """Ask `teller` for the installation's own attributes from now on; who was asked before."""
    former, _tellers[0] = _tellers[0], teller
    return former


def own_types() -> Mapping[str, OwnType]:
    """Name (`own_…`) → own attribute; retired ones, too, since rules may read them."""
    return _tellers[0]()


def own_stamp() -> str:
    """What differs when own attributes do: what was checked before has to be checked again."""
    return repr(sorted(own_types().items()))


ATTRIBUTES: dict[str, dict[str, Type]] = {
    "customer": CUSTOMER,
    "touchpoint": TOUCHPOINT,
    "survey": SURVEY,
}


def attributes(document: Document) -> dict[str, dict[str, Type]]:
    """Kind → attribute → type of every fact that rules of this document may read."""
    arms = {e.id: Type("choice", tuple(arm.id for arm in e.arms)) for e in document.experiments}
    survey = {**SURVEY, "language": Type("choice", document.languages)}
    own = {name: one.type for name, one in own_types().items()}
    return {**ATTRIBUTES, "customer": {**CUSTOMER, **own}, "survey": survey, "random": arms}


def facts_of(
    customer: Mapping[str, object] | None = None,
    touchpoint: Mapping[str, object] | None = None,
    survey: Mapping[str, object] | None = None,
) -> Facts:
    """The attributes that rules may read, as JSON values; everything else is left out.

    Dates become ISO strings, decimals numbers; what has no value is absent, hence unknown.
    """
    given = {"customer": customer or {}, "touchpoint": touchpoint or {}}
    if survey is not None:
        given["survey"] = survey
    return {
        kind: {
            name: value
            for name in (*ATTRIBUTES[kind], *filter(is_own, values))
            if (value := _as_json(values.get(name))) is not None
        }
        for kind, values in given.items()
    }


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if kind_of(value) and value != "" else None
