"""The form that says when and where the answers of a printed code make sense."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, FloatField, IntegerField, TimeField
from wtforms.validators import InputRequired, NumberRange, Optional

from surveyapp.distribution.models import Touchpoint

LARGEST_RADIUS = 50_000


def _degrees(label: str, most: int) -> FloatField:
    message = _l("Give degrees from %(min)s to %(max)s.")
    return FloatField(label, [Optional(), NumberRange(-most, most, message)])


class VisitForm(FlaskForm):
    """Hours and place of a touchpoint's store; both halves of a pair, or neither."""

    open_from = TimeField(_l("The store opens at"), [Optional()])
    open_until = TimeField(_l("and closes at"), [Optional()])
    latitude = _degrees(_l("Latitude"), 90)
    longitude = _degrees(_l("Longitude"), 180)
    radius = IntegerField(
        _l("Metres around it that count as the store"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(50, LARGEST_RADIUS, _l("Give metres from %(min)s to %(max)s.")),
        ],
    )
    whole_store = BooleanField(_l("Also for this store's other codes in this study"), default=True)

    def load(self, touchpoint: Touchpoint) -> None:
        """Show what is known of the touchpoint."""
        for name in ("open_from", "open_until"):
            minute = getattr(touchpoint, name)
            self[name].data = None if minute is None else time(*divmod(minute, 60))
        for name in ("latitude", "longitude", "radius"):
            self[name].data = getattr(touchpoint, name)

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse half a pair, and hours that end when they begin."""
        valid = bool(super().validate(extra_validators))
        for first, second in ((self.open_from, self.open_until), (self.latitude, self.longitude)):
            for given, other in ((first, second), (second, first)):
                if given.data is not None and other.data is None and not other.errors:
                    valid = _refuse(other, _l("Give both or neither."))
        if (
            valid
            and self.open_from.data is not None
            and self.open_from.data == self.open_until.data
        ):
            valid = _refuse(
                self.open_until, _l("Leave both empty for a store that is always open.")
            )
        return valid

    def values(self) -> dict[str, Any]:
        """The columns of Touchpoint."""
        return {
            "open_from": _minute(self.open_from.data),
            "open_until": _minute(self.open_until.data),
            "latitude": self.latitude.data,
            "longitude": self.longitude.data,
            "radius": self.radius.data,
        }


def _refuse(field: Field, why: str) -> bool:
    field.errors = [*field.errors, why]
    return False


def _minute(moment: time | None) -> int | None:
    return None if moment is None else moment.hour * 60 + moment.minute
