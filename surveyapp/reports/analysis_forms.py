"""Forms of the analysis pages: the minimum base, and what is compared with what."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from surveyapp.datasets.previous import before_of
from surveyapp.datasets.withholding import LEAST, MOST
from surveyapp.reports.comparisons import BEFORE, GROUPS, PERIODS, STUDY


class MinimumForm(FlaskForm):
    """The fewest answers behind a published figure."""

    minimum = IntegerField(
        _l("Fewest answers behind a published figure"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(LEAST, MOST, _l("Give a number from %(min)s to %(max)s.")),
        ],
    )


class CompareForm(FlaskForm):
    """Groups of this study, arms of an experiment, two periods of it, or another study."""

    by = SelectField(_l("Compare by"))
    other = SelectField(_l("Other study"), coerce=int, default=0)
    a_from = DateField(_l("Period A from"), [Optional()])
    a_to = DateField(_l("Period A to"), [Optional()])
    b_from = DateField(_l("Period B from"), [Optional()])
    b_to = DateField(_l("Period B to"), [Optional()])

    def offer(self, studies: list[Any], experiments: dict[str, str]) -> CompareForm:
        """Fill in the choices; experiments: column → what it is called."""
        from flask_babel import gettext

        self.by.choices = [
            *((key, gettext(label)) for key, label in GROUPS.items()),
            *experiments.items(),
            (BEFORE, gettext("A period and the days before it")),
            (PERIODS, gettext("Two periods of this study")),
            (STUDY, gettext("Another study")),
        ]
        self.other.choices = [(0, "–"), *((s.id, s.title) for s in studies)]
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for the study or the four days where they are needed."""
        valid = bool(super().validate(extra_validators))
        if self.by.data == STUDY and not self.other.data:
            self.other.errors = [*self.other.errors, _l("Choose the other study.")]
            valid = False
        if self.by.data in (PERIODS, BEFORE):
            valid = self._periods() and valid
        return valid

    def _periods(self) -> bool:
        valid, pairs = True, [(self.a_from, self.a_to), (self.b_from, self.b_to)]
        for first, last in pairs[: 1 if self.by.data == BEFORE else 2]:
            if first.data is None or last.data is None:
                last.errors = [*last.errors, _l("Give the first and the last day.")]
                valid = False
            elif last.data < first.data:
                last.errors = [*last.errors, _l("The last day lies before the first.")]
                valid = False
        return valid

    def params(self) -> dict[str, Any]:
        """What the job takes."""
        found: dict[str, Any] = {"by": self.by.data}
        if self.by.data == STUDY:
            found["other"] = self.other.data
        if self.by.data == PERIODS:
            days = ("a_from", "a_to", "b_from", "b_to")
            found |= {name: self[name].data.isoformat() for name in days}
        if self.by.data == BEFORE:
            a = (self.a_from.data, self.a_to.data)
            spans = {"a": a, "b": before_of(*a)}
            found = {"by": PERIODS} | {
                f"{side}_{end}": day.isoformat()
                for side, span in spans.items()
                for end, day in zip(("from", "to"), span, strict=True)
            }
        return found


class TableForm(FlaskForm):
    """A closed question, and by what it is tabulated."""

    row = SelectField(_l("Question"))
    column = SelectField(_l("Tabulate by"))

    def offer(self, rows: list[tuple[str, str]], columns: list[tuple[str, str]]) -> TableForm:
        """Fill in the choices."""
        self.row.choices, self.column.choices = rows, columns
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse a question by itself."""
        valid = bool(super().validate(extra_validators))
        if valid and self.row.data == self.column.data:
            self.column.errors = [
                *self.column.errors,
                _l("Choose something else than the question."),
            ]
            return False
        return valid
