"""Forms of telephone interviews."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from surveyapp.calling import lists
from surveyapp.calling.models import CallPlan
from surveyapp.distribution.forms import LANGUAGES, Checks
from surveyapp.findings import N_

SHOWN = {
    "city": N_("City"),
    "store": N_("Store"),
    "product_line": N_("Product line"),
    "tier": N_("Tier"),
    "last_purchase": N_("Last purchase"),
    "purchases": N_("Purchases"),
    "spend": N_("Spend"),
}
"""Attributes of a customer that a researcher may let interviewers see."""
_LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_whole = _l("Give a whole number from %(min)s to %(max)s.")


class OutcomeForm(FlaskForm):
    """What came of a call."""

    outcome = StringField(
        _l("Outcome of the call"), [DataRequired(_l("Choose what came of the call."))]
    )
    note = TextAreaField(_l("Note for the next call"), [Optional(), Length(max=1000)])
    appointment = DateTimeLocalField(_l("Call back on"), [Optional()], format=_LOCAL)

    def moment(self, zone: str) -> datetime | None:
        """The promised moment, meant on the wall clock of `zone`."""
        local: datetime | None = self.appointment.data
        return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if local else None


class PlanForm(FlaskForm):
    """How a study is called."""

    call_from = TimeField(_l("Call from"), [InputRequired()], default=time(9))
    call_until = TimeField(_l("until"), [InputRequired()], default=time(20))
    most_attempts = IntegerField(
        _l("Most attempts at one customer"),
        [InputRequired(), NumberRange(1, 20, message=_whole)],
        default=6,
    )
    gap_hours = IntegerField(
        _l("Hours between two attempts"),
        [InputRequired(), NumberRange(1, 240, message=_whole)],
        default=4,
    )
    intro_zh = TextAreaField(_l("Introduction, Chinese"), [Length(max=2000)])
    intro_en = TextAreaField(_l("Introduction, English"), [Length(max=2000)])
    consent_zh = TextAreaField(_l("Asking for consent, Chinese"), [Length(max=2000)])
    consent_en = TextAreaField(_l("Asking for consent, English"), [Length(max=2000)])
    shown = Checks(
        _l("What interviewers see of a customer"),
        choices=[SelectChoice(name, _l(label)) for name, label in SHOWN.items()],
    )
    crew = Checks(_l("Who calls"), coerce=int)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse hours that never open."""
        valid = bool(super().validate(extra_validators))
        if valid and self.call_from.data >= self.call_until.data:
            self.call_until.errors = [_l("The hours must end after they begin.")]
            return False
        return valid

    def load(self, plan: CallPlan) -> None:
        """Show a plan."""
        self.call_from.data = time(*divmod(plan.call_from, 60))
        self.call_until.data = time(*divmod(min(plan.call_until, 24 * 60 - 1), 60))
        self.most_attempts.data = plan.most_attempts
        self.gap_hours.data = plan.gap_minutes // 60
        self.shown.data = list(plan.shown)
        for part in ("intro", "consent"):
            for short, language in LANGUAGES.items():
                self[f"{part}_{short}"].data = getattr(plan, part).get(language, "")

    def values(self) -> dict[str, Any]:
        """Columns of CallPlan, without the notes."""
        return {
            "call_from": self.call_from.data.hour * 60 + self.call_from.data.minute,
            "call_until": self.call_until.data.hour * 60 + self.call_until.data.minute,
            "most_attempts": self.most_attempts.data,
            "gap_minutes": self.gap_hours.data * 60,
            "shown": [name for name in SHOWN if name in (self.shown.data or [])],
            "intro": self._texts("intro"),
            "consent": self._texts("consent"),
        }

    def _texts(self, part: str) -> dict[str, str]:
        given = {language: self[f"{part}_{short}"].data for short, language in LANGUAGES.items()}
        return {language: text.strip() for language, text in given.items() if text}


class ListForm(FlaskForm):
    """A new call list."""

    title = StringField(
        _l("Name of the list"), [DataRequired(_l("Give the list a name.")), Length(max=200)]
    )
    who = RadioField(
        _l("Who is called"),
        choices=[SelectChoice(key, _l(name)) for key, name in lists.WHO.items()],
        default="silent",
    )
    strata = Checks(_l("Strata (none: all)"), coerce=int)
    interviewer = SelectField(_l("For"), coerce=int, default=0)
