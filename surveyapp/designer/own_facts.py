"""The types of the installation's own attributes of customers, for the rule language."""

from __future__ import annotations

from collections.abc import Mapping

from surveyapp.customers.own.known import Definition, definitions
from surveyapp.designer.facts import BOOLEAN, DATE, NUMBER, TEXT, OwnType, Type

_PLAIN = {"text": TEXT, "number": NUMBER, "date": DATE, "yes_no": BOOLEAN}


def told() -> Mapping[str, OwnType]:
    """Name in rules → type, and whether it is offered."""
    return {name: OwnType(_type(one), one.active) for name, one in definitions().items()}


def _type(one: Definition) -> Type:
    return _PLAIN.get(one.kind) or Type("choice", tuple(one.options))
