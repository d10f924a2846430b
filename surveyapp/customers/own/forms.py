"""The form of an own attribute."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from surveyapp.customers.own.entering import Entry, slug
from surveyapp.customers.own.kinds import KINDS
from surveyapp.findings import Finding
from surveyapp.languages import explain


class OwnAttributeForm(FlaskForm):
    """What a person enters; names are those of `Entry`."""

    label_zh = StringField(_l("Name in Chinese"))
    label_en = StringField(_l("Name in English"))
    key = StringField(_l("Key"))
    kind = SelectField(
        _l("Type"), choices=[SelectChoice(kind, _l(name)) for kind, name in KINDS.items()]
    )
    options = TextAreaField(_l("Options of a choice"))

    def entry(self) -> Entry:
        """What was entered; without a key, one is made of the English name."""
        english = _line(self.label_en.data)
        key = _line(self.key.data) or slug(english)
        chinese, options = _line(self.label_zh.data), self.options.data or ""
        return Entry(key, self.kind.data or "", chinese, english, options)

    def blame(self, found: list[Finding]) -> None:
        """Show each finding at its field."""
        for finding in found:
            field: Any = self[finding.place]
            field.errors = [*field.errors, explain(finding)]


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
