"""Rules in plain words: "shown when Overall satisfaction is 1 or 2"."""

from __future__ import annotations

from flask_babel import get_locale
from flask_babel import gettext as _

from surveyapp.designer.document import Document
from surveyapp.designer.rule_rows import Group, Row, rows_of
from surveyapp.designer.rule_sources import SourceChoice, choices
from surveyapp.designer.rule_text import unparse
from surveyapp.findings import N_, SurveyError

SENTENCES = {
    "is": N_("%(what)s is %(value)s"),
    "is_not": N_("%(what)s is not %(value)s"),
    "one_of": N_("%(what)s is %(value)s"),
    "includes": N_("%(what)s includes %(value)s"),
    "excludes": N_("%(what)s does not include %(value)s"),
    "lt": N_("%(what)s is below %(value)s"),
    "le": N_("%(what)s is %(value)s or less"),
    "gt": N_("%(what)s is above %(value)s"),
    "ge": N_("%(what)s is %(value)s or more"),
    "answered": N_("%(what)s is known"),
    "unanswered": N_("%(what)s is not known"),
}


def reading(document: Document, rule: object, language: str) -> str:
    """What the rule says, with the questions' own words; its text form where it has no rows."""
    group = rows_of(rule)
    if group is None:
        return text_form(rule)
    known = _known(document, language)
    return _group(group, known)


def _known(document: Document, language: str) -> dict[str, SourceChoice]:
    """Every source with its words; kept with the document, which never changes."""
    kept: dict[object, dict[str, SourceChoice]] = document.__dict__.setdefault("_known", {})
    key = language, str(get_locale())
    if key not in kept:
        kept[key] = choices(document, "document", language)
    return kept[key]


def text_form(rule: object) -> str:
    """The rule as people write it; empty when it has none."""
    if rule is None:
        return ""
    try:
        return unparse(rule)
    except SurveyError:
        return ""


def _group(group: Group, known: dict[str, SourceChoice]) -> str:
    parts = [_part(row, known) for row in group.rows]
    return str(_(", and ") if group.join == "all" else _(", or ")).join(parts)


def _part(row: Row | Group, known: dict[str, SourceChoice]) -> str:
    if isinstance(row, Group):
        inner = _group(row, known)
        return str(_("(%(conditions)s)", conditions=inner)) if len(row.rows) > 1 else inner
    choice = known.get(row.source)
    label = choice.label if choice else row.source.partition(":")[2]
    what = _("“%(question)s”", question=label.rstrip("?？。.:："))
    values = [_value(value, choice) for value in row.values]
    return str(_(SENTENCES[row.operator], what=what, value=_(" or ").join(values)))


def _value(value: object, choice: SourceChoice | None) -> str:
    return choice.values.get(str(value), str(value)) if choice else str(value)
