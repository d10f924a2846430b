"""The values of a customer's own attributes as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from surveyapp.customers.own.known import Definition, definitions


def shown(extra: Mapping[str, object]) -> list[tuple[str, str]]:
    """Label and value of every attribute in use, and of retired ones that have a value."""
    return [
        (one.label, spelled(one, extra.get(one.key)))
        for one in definitions().values()
        if one.active or one.key in extra
    ]


def spelled(one: Definition, value: object) -> str:
    """A value in words of the reader; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    return one.labels().get(str(value), str(value))
