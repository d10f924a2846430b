"""What the row builder of a rule shows."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from surveyapp.designer import rule_rows
from surveyapp.designer.rule_reading import reading, text_form
from surveyapp.designer.rule_sources import choices
from surveyapp.designer.workspace import Workspace


def rule_builder(view: Workspace) -> dict[str, Any] | None:
    """What the row builder of the selected part needs; None where there is no rule."""
    part = view.question or view.contradiction or (view.page if view.kind == "page" else None)
    if part is None:
        return None
    rule = part.when if view.contradiction else part.show  # type: ignore[union-attr]
    known = choices(view.document, view.at, view.language)
    return {
        "field": "when" if view.contradiction else "show",
        "rule": rule,
        "group": rule_rows.rows_of(rule),
        "sources": known,
        "groups": [(name, list(m)) for name, m in groupby(known.values(), lambda c: c.group)],
        "error": next((t for k, t in view.errors.items() if k.startswith("column:")), ""),
        "text": view.entered.get("text", text_form(rule)),
        "reading": reading(view.document, rule, view.language) if rule else "",
        "operators": rule_rows.OPERATORS,
        "names": _operator_names(),
    }


def _operator_names() -> dict[str, str]:
    return {
        "is": _("is"),
        "is_not": _("is not"),
        "one_of": _("is one of"),
        "includes": _("includes"),
        "excludes": _("does not include"),
        "lt": _("is below"),
        "le": _("is at most"),
        "gt": _("is above"),
        "ge": _("is at least"),
        "answered": _("is known"),
        "unanswered": _("is not known"),
    }
