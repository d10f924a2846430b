"""The form of a report: which answers, language, brand, sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp.findings import N_
from surveyapp.languages import NAMES
from surveyapp.reports.papers.facts import SECTIONS
from surveyapp.reports.papers.sources import ALL, DAYS, PERIOD

SECTION_NAMES = {
    "dimensions": N_("Dimensions: bars and balance"),
    "score": N_("Score of the period with levels"),
    "standings": N_("Standings"),
    "questions": N_("Question by question"),
    "questionnaire": N_("Appendix: questionnaire"),
    "sample": N_("Appendix: sample and weights"),
    "response": N_("Appendix: response rates"),
    "screening": N_("Appendix: screening and exclusions"),
}
Choices = Sequence[tuple[int, str]]


class Ticks(SelectMultipleField):
    """Several of some, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReportForm(FlaskForm):
    """What a report is about and what it looks like."""

    span = SelectField(_l("Answers"))
    first = DateField(_l("First day"), [Optional()])
    last = DateField(_l("Last day"), [Optional()])
    snapshot = SelectField(_l("Data"), coerce=int, default=0)
    language = SelectField(_l("Language"))
    brand = SelectField(_l("Brand"), coerce=int, default=0)
    sections = Ticks(_l("Sections"), default=list(SECTIONS))

    def offer(self, periods: Sequence[str], snapshots: Choices, brands: Choices) -> ReportForm:
        """Fill in the choices."""
        self.span.choices = [
            *((f"{PERIOD}:{label}", gettext("Period %(label)s", label=label)) for label in periods),
            (ALL, gettext("All answers")),
            (DAYS, gettext("Days from … to …")),
        ]
        self.language.choices = list(NAMES.items())
        self.snapshot.choices = [(0, gettext("As it is now")), *snapshots]
        self.brand.choices = [(0, gettext("The study's")), *brands]
        self.sections.choices = [(name, gettext(SECTION_NAMES[name])) for name in SECTIONS]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for the days where they are needed."""
        valid = bool(super().validate(extra_validators))
        if self.span.data == DAYS:
            if self.first.data is None or self.last.data is None:
                self.last.errors = [*self.last.errors, _l("Give the first and the last day.")]
                return False
            if self.last.data < self.first.data:
                self.last.errors = [*self.last.errors, _l("The last day lies before the first.")]
                return False
        return valid

    def asked(self) -> dict[str, Any]:
        """What the job takes of it."""
        kind, _, label = self.span.data.partition(":")
        found: dict[str, Any] = {
            "span": kind,
            "language": self.language.data,
            "sections": [name for name in SECTIONS if name in (self.sections.data or ())],
            "snapshot": self.snapshot.data or None,
            "brand": self.brand.data or None,
        }
        if kind == PERIOD:
            found["period"] = label
        if kind == DAYS:
            found |= {"from": self.first.data.isoformat(), "to": self.last.data.isoformat()}
        return found
