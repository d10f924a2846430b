"""Forms of panels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from surveyapp.distribution import panels, specs
from surveyapp.distribution.forms import Checks, number
from surveyapp.distribution.sample_forms import METHODS
from surveyapp.distribution.specs import Spec
from surveyapp.stats.sampling.rotation import Pattern

FOR_PANELS = [choice for choice in METHODS if choice.value in ("proportional", "equal", "neyman")]


class PanelForm(FlaskForm):
    """What a panel is recruited by."""

    title = StringField(_l("Title"), [DataRequired(_l("Give the panel a title.")), Length(max=200)])
    study = SelectField(_l("Population of this study"), coerce=int)
    per_wave = IntegerField(
        _l("Customers per wave"), [InputRequired(), number(1, 1_000_000)], default=400
    )
    waves = IntegerField(_l("Waves"), [InputRequired(), number(1, panels.MOST_WAVES)], default=6)
    stay = IntegerField(_l("In for so many waves"), [InputRequired(), number(1, 24)], default=3)
    away = IntegerField(_l("then out for"), [InputRequired(), number(0, 24)], default=0)
    again = IntegerField(_l("and in again for"), [InputRequired(), number(0, 24)], default=0)
    strata_by = Checks(
        _l("Strata"), choices=[SelectChoice(k, _l(v)) for k, v in specs.ATTRIBUTES.items()]
    )
    method = RadioField(_l("Allocation"), choices=FOR_PANELS, default="proportional")
    minimum = IntegerField(
        _l("At least per stratum"), [InputRequired(), number(0, 100_000)], default=2
    )
    seed = IntegerField(_l("Seed"), [InputRequired(), number(0, specs.LARGEST_SEED)])

    def pattern(self) -> Pattern:
        """How the groups rotate."""
        return Pattern(self.stay.data, self.away.data, self.again.data)

    def spec(self) -> Spec:
        """Strata, allocation and seed; n follows from the waves."""
        return Spec(
            n=1,
            seed=self.seed.data,
            strata_by=tuple(self.strata_by.data or ()),
            method=self.method.data,
            minimum=self.minimum.data,
        )


class WaveOfPanelForm(FlaskForm):
    """Which study becomes which wave."""

    wave = IntegerField(validators=[InputRequired()])
    study = SelectField(_l("Study"), coerce=int)
