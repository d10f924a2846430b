"""The form of an event that makes a study ask."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from surveyapp.distribution.triggers import LONGEST_HOURS, WHAT

_whole = _l("Give a whole number from %(min)s to %(max)s.")


def _number(name: object, least: int, most: int, default: int) -> IntegerField:
    rules = [InputRequired(_whole), NumberRange(least, most, message=_whole)]
    return IntegerField(name, rules, default=default)


class TriggerForm(FlaskForm):
    """What happened, how long to wait, and when its moment is over."""

    what = SelectField(_l("Ask when"), choices=[SelectChoice(k, _l(v)) for k, v in WHAT.items()])
    wait_hours = _number(_l("Wait hours"), 0, LONGEST_HOURS, 0)
    within_hours = _number(_l("Over after hours"), 1, LONGEST_HOURS, 24)
    rest_days = _number(_l("The same customer again after days"), 0, 365, 30)
    answer_days = _number(_l("Links take answers for days"), 1, 90, 7)
    silent_days = _number(_l("Days without a purchase"), 7, 1000, 90)

    def values(self) -> dict[str, Any]:
        """The arguments of `triggering.add`."""
        names = ("what", "wait_hours", "within_hours", "rest_days", "answer_days", "silent_days")
        return {name: self[name].data for name in names}
