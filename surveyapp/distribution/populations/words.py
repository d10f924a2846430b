"""Rules of populations in plain words, in the language of the reader."""

from __future__ import annotations

from flask_babel import gettext as _

from surveyapp.customers.attributes import BY_NAME, VALUE_LABELS
from surveyapp.customers.events.attributes import KIND_LABELS
from surveyapp.customers.own.known import definitions
from surveyapp.designer.rule_reading import read_aloud
from surveyapp.designer.rule_sources import SourceChoice
from surveyapp.designer.rules import sources
from surveyapp.distribution.populations.attributes import happened, offered, type_of
from surveyapp.findings import N_

OWN_LABELS = {
    "value_tier": N_("Customer value"),
    "life_cycle": N_("Life cycle"),
}
PHRASES = {
    "count": N_("%(kind)s: how many in the last %(days)s days"),
    "spend": N_("yuan spent in the last %(days)s days"),
    "last": N_("%(kind)s: the last one"),
    "open": N_("%(kind)s: how many are open"),
}


def label(name: str) -> str:
    """What an attribute is called."""
    if asked := happened(name):
        kind = _(KIND_LABELS[asked.kind])
        return str(_(PHRASES[asked.what], kind=kind, days=asked.days))
    if own := definitions().get(name):
        return own.label
    return str(_(OWN_LABELS.get(name) or BY_NAME[name].label))


def vocabulary() -> list[SourceChoice]:
    """Every name that is offered, with its label and the values that it may have."""
    return [_choice(name) for name in offered()]


def _choice(name: str) -> SourceChoice:
    type_ = type_of(name)
    assert type_ is not None  # noqa: S101 - names come from a checked rule or from the offer
    values = {value: str(_(VALUE_LABELS.get(value, value))) for value in type_.options}
    if own := definitions().get(name):
        values = own.labels()
    return SourceChoice(f"customer:{name}", label(name), "", type_, values)


def reading(rule: object) -> str:
    """What a checked rule says."""
    names = [source.name for source in sources(rule) if source.kind == "customer"]
    return read_aloud({choice.id: choice for choice in map(_choice, names)}, rule)
