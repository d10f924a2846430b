"""Customers as the subject of an import: the fixed attributes and those of the installation."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext

from surveyapp.customers.attributes import CUSTOMERS
from surveyapp.customers.own import keeping, kinds
from surveyapp.customers.own.known import spoken
from surveyapp.customers.own.models import OwnAttribute
from surveyapp.customers.subjects import Attribute, Subject


def label(one: OwnAttribute) -> str:
    """What it is called in the reader's language."""
    return spoken((one.label_zh, one.label_en))


def attribute_label(attribute: Attribute) -> str:
    """What an attribute of any kind is called in the reader's language."""
    return spoken(attribute.own) if attribute.own else str(gettext(attribute.label))


def customers_subject() -> Subject:
    """Fixed attributes first, then own ones in use as `own_<key>`."""
    own = tuple(map(_attribute, keeping.active()))
    return replace(CUSTOMERS, attributes=(*CUSTOMERS.attributes, *own)) if own else CUSTOMERS


def own_names(subject: Subject) -> dict[str, str]:
    """Name of each own attribute of a subject → its key in `Customer.extra`."""
    return {a.name: a.name.removeprefix(kinds.PREFIX) for a in subject.attributes if a.own}


def _attribute(one: OwnAttribute) -> Attribute:
    return Attribute(
        kinds.PREFIX + one.key,
        one.label_en,
        (one.key, one.label_zh, one.label_en),
        kinds.reader(one.kind, one.options),
        own=(one.label_zh, one.label_en),
    )
