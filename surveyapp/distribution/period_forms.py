"""The form of a recurring study: when its periods begin, and what each of them draws."""

from __future__ import annotations

from datetime import time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from surveyapp import clock
from surveyapp.distribution.models import Study
from surveyapp.distribution.period_models import StudyRecurrence
from surveyapp.distribution.recurrence import EVERY, Recurrence
from surveyapp.distribution.sample_forms import SampleForm


class RecurrenceForm(SampleForm):
    """A population, a sample of every period, and when the periods begin."""

    every = RadioField(
        _l("How often"),
        choices=[SelectChoice(k, _l(v)) for k, v in EVERY.items()],
        default="month",
    )
    day = IntegerField(_l("Begins on day"), [InputRequired(), NumberRange(1, 28)], default=1)
    at = TimeField(_l("at"), [InputRequired()], default=time(9))
    first = DateField(_l("First on or after"), [DataRequired(_l("Give a day."))])
    last = DateField(_l("Last on or before"), [Optional()])
    answer_days = IntegerField(_l("Links take answers for days"), [Optional(), NumberRange(1, 90)])

    def propose(self, study: Study) -> None:
        """Show a monthly study that begins with the next month."""
        today = clock.now().astimezone(ZoneInfo(study.timezone)).date()
        self.first.data = (today.replace(day=1) + timedelta(days=32)).replace(day=1)

    def load_definition(self, definition: StudyRecurrence) -> None:
        """Show what was decided."""
        for name in ("every", "day", "first", "last", "answer_days"):
            self[name].data = getattr(definition, name)
        self.at.data = time(*divmod(definition.minute, 60))

    def recurrence(self, study: Study) -> Recurrence:
        """When periods begin."""
        return Recurrence(
            every=self.every.data,
            day=self.day.data,
            minute=self.at.data.hour * 60 + self.at.data.minute,
            zone=study.timezone,
            first=self.first.data,
            last=self.last.data,
        )
