"""The form of the rule of tiers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from surveyapp.customers.tiers.rule import LONGEST, Limits

_whole = _l("Give a whole number from %(min)s to %(max)s.")
MOST_YUAN = 10**15


def _days(label: str) -> IntegerField:
    checks = [InputRequired(_whole % {"min": 1, "max": LONGEST}), NumberRange(1, LONGEST, _whole)]
    return IntegerField(label, checks)


def _share(label: str) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(1, 98, _whole)])


def _yuan(label: str) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(1, MOST_YUAN, _whole)])


class LimitsForm(FlaskForm):
    """What a researcher may set; names are those of `Limits`."""

    window_days = _days(_l("Days whose purchases count"))
    high_share = _share(_l("Per cent of customers in the high tier"))
    middle_share = _share(_l("Per cent in the middle tier"))
    high_from = _yuan(_l("High from (yuan × purchases)"))
    middle_from = _yuan(_l("Middle from (yuan × purchases)"))
    new_days = _days(_l("New: days since the first purchase, fewer than"))
    growth_days = _days(_l("Growing: bought more often in the last days than in as many before"))
    leaving_days = _days(_l("Leaving: days without a purchase, from"))
    silent_days = _days(_l("Silent: days without a purchase, from"))

    def limits(self) -> Limits:
        """What was entered; it may still contradict itself."""
        return Limits(**{field.name: field.data for field in self if field.name != "csrf_token"})
