"""Forms of studies, samples and touchpoints."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from surveyapp import zones
from surveyapp.distribution import touchpoints
from surveyapp.distribution.models import Study
from surveyapp.distribution.population import LISTS, LONGEST, REACHES, Population
from surveyapp.distribution.populations import rules, saved
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

WHOLE = _l("Give a whole number from %(min)s to %(max)s.")
LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""Short name in field names → language."""
_LOCAL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def number(least: int, most: int) -> NumberRange:
    """A whole number within limits, said in one sentence."""
    return NumberRange(least, most, message=WHOLE)


class Checks(SelectMultipleField):
    """Several of many, as a list of check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _one_or_none(value: str | int | None) -> int | None:
    """A choice by number, of which the first is to choose none."""
    return int(value) if value else None


class StudyForm(FlaskForm):
    """A study's settings. The version is only asked for while nobody has been invited."""

    title = StringField(_l("Title"), [DataRequired(_l("Give the study a title.")), Length(max=200)])
    version_id = SelectField(_l("Questionnaire"), coerce=int)
    brand_id = SelectField(_l("Brand"), coerce=_one_or_none)
    timezone = StringField(
        _l("Time zone"),
        [AnyOf(zones.choices(), message=_l("Choose a time zone from the list."))],
        default="Asia/Shanghai",
    )
    send_from = TimeField(_l("Texts may leave from"), [InputRequired()], default=time(9))
    send_until = TimeField(_l("until"), [InputRequired()], default=time(20))
    contact_cap = IntegerField(
        _l("Most texts to one customer"), [InputRequired(), number(1, 20)], default=3
    )
    contact_cap_days = IntegerField(
        _l("within so many days"), [InputRequired(), number(1, 365)], default=30
    )
    closes_at = DateTimeLocalField(_l("Answers are accepted until"), [Optional()], format=_LOCAL)
    visit_days = IntegerField(
        _l("Days after a purchase in which answers make sense"), [Optional(), number(1, 3650)]
    )
    asks_position = BooleanField(_l("Printed codes may ask for the position once"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse hours that never open."""
        valid = bool(super().validate(extra_validators))
        if valid and self.send_from.data >= self.send_until.data:
            self.send_until.errors = [_l("The hours must end after they begin.")]
            return False
        return valid

    def load(self, study: Study) -> None:
        """Show the study's settings, times in its own zone."""
        self.title.data, self.version_id.data = study.title, study.asked.id
        self.timezone.data = study.timezone
        self.visit_days.data, self.asks_position.data = study.visit_days, study.asks_position
        offered = {choice.value for choice in self.brand_id.choices or ()}
        self.brand_id.data = study.brand_id if study.brand_id in offered else None
        self.send_from.data = time(*divmod(study.send_from, 60))
        self.send_until.data = time(*divmod(min(study.send_until, 24 * 60 - 1), 60))
        self.contact_cap.data = study.contact_cap
        self.contact_cap_days.data = study.contact_cap_days
        if study.closes_at:
            local = study.closes_at.astimezone(ZoneInfo(study.timezone))
            self.closes_at.data = local.replace(tzinfo=None)

    def values(self) -> dict[str, Any]:
        """The columns of Study, without the version."""
        return {
            "title": self.title.data.strip(),
            "timezone": self.timezone.data,
            "brand_id": self.brand_id.data,
            "send_from": _minute(self.send_from.data),
            "send_until": _minute(self.send_until.data),
            "contact_cap": self.contact_cap.data,
            "contact_cap_days": self.contact_cap_days.data,
            "closes_at": self._closing(),
            "visit_days": self.visit_days.data,
            "asks_position": bool(self.asks_position.data),
        }

    def _closing(self) -> datetime | None:
        local: datetime | None = self.closes_at.data
        if local is None:
            return None
        return local.replace(tzinfo=ZoneInfo(self.timezone.data)).astimezone(UTC)


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _valid(field: IntegerField) -> int | None:
    """The number; nothing where the form refuses it, for the count beside it would not bear it."""
    return None if field.errors else field.data


class PopulationForm(FlaskForm):
    """Which customers may be asked; empty lists mean all."""

    bought_within_days = IntegerField(
        _l("Bought within days"), [Optional(), number(1, LONGEST)], default=90
    )
    not_contacted_for_days = IntegerField(
        _l("Not contacted for days"), [Optional(), number(1, LONGEST)], default=30
    )
    consented = BooleanField(_l("Only customers who agreed to be asked"), default=True)
    reach = SelectField(
        _l("How people are reached"),
        choices=[SelectChoice(k, _l(v)) for k, v in REACHES.items()],
        default="phone",
    )
    cities = Checks(_l("Cities"))
    product_lines = Checks(_l("Product lines"))
    tiers = Checks(_l("Tiers"))
    value_tiers = Checks(_l("Customer values"))
    life_cycles = Checks(_l("Life cycles"))
    stores = Checks(_l("Stores"))
    rule = SelectField(_l("Saved population"), choices=[], validate_choice=False)

    def offer(self, values: dict[str, list[str]]) -> None:
        """Offer these values of each attribute (`LISTS`), and what is already chosen."""
        for name in LISTS:
            chosen = self[name].data or []
            offered = dict.fromkeys([*values[name], *chosen])
            self[name].choices = [SelectChoice(value) for value in offered if value]
        self._offer_rules()

    def _offer_rules(self) -> None:
        """Saved populations by name; the value is the rule itself, so that a study keeps it."""
        names = {rules.written(one.rule): one.name for one in saved.every()}
        if (chosen := self.rule.data) and chosen not in names:
            names[chosen] = chosen
        choices = [SelectChoice(text, name) for text, name in names.items()]
        self.rule.choices = [SelectChoice("", _l("– none –")), *choices]

    def validate_rule(self, field: SelectField) -> None:
        """A rule that can be read."""
        try:
            rules.read(field.data) if field.data else None
        except SurveyError as refusal:
            raise ValidationError(" ".join(map(explain, refusal.findings))) from None

    def load_population(self, chosen: Population) -> None:
        """Show a population."""
        for name, value in chosen.as_json().items():
            self[name].data = value
        self.rule.data = rules.written(chosen.rule) if chosen.rule else ""
        self.reach.data = chosen.reach

    def population(self) -> Population:
        """What was chosen."""
        lists = {name: tuple(self[name].data or ()) for name in LISTS}
        return Population(
            bought_within_days=_valid(self.bought_within_days),
            not_contacted_for_days=_valid(self.not_contacted_for_days),
            consented=bool(self.consented.data),
            **lists,
            rule=self._rule(),
            reach=self.reach.data or "phone",
        )

    def _rule(self) -> dict[str, Any] | None:
        """The rule that was chosen; none where it cannot be read, which the form then says."""
        try:
            return rules.read(self.rule.data) if self.rule.data else None
        except SurveyError:
            return None


class NewStudyForm(StudyForm, PopulationForm):
    """Everything that a study starts with."""


class TouchpointForm(FlaskForm):
    """Codes to make: each chosen store at each chosen place."""

    stores = Checks(_l("Stores"))
    other_stores = TextAreaField(_l("Other stores"), [Optional(), Length(max=4000)])
    places = Checks(
        _l("Places"), choices=[SelectChoice(k, _l(v)) for k, v in touchpoints.KINDS.items()]
    )
    other_place = StringField(_l("Another place"), [Optional(), Length(max=80)])
    channel = RadioField(
        _l("Channel"),
        choices=[SelectChoice(k, _l(v)) for k, v in touchpoints.CHANNELS.items()],
        default="qr",
    )
    once = RadioField(
        _l("How often the same person may answer"),
        choices=[SelectChoice(k, _l(v)) for k, v in touchpoints.ONCE.items()],
        default="",
    )

    def chosen_stores(self) -> list[str]:
        """Ticked and typed stores."""
        typed = (self.other_stores.data or "").splitlines()
        return [*(self.stores.data or []), *(line.strip() for line in typed if line.strip())]

    def chosen_places(self) -> list[str]:
        """Ticked and typed places."""
        typed = (self.other_place.data or "").strip()
        return [*(self.places.data or []), *([typed] if typed else [])]


class StartForm(FlaskForm):
    """When texting begins; empty: now."""

    starts_at = DateTimeLocalField(_l("Start at"), [Optional()], format=_LOCAL)


class VersionMoveForm(FlaskForm):
    """Another version to ask, and from when; empty: now."""

    next_version = SelectField(_l("Version"), coerce=int)
    next_at = DateTimeLocalField(_l("From"), [Optional()], format=_LOCAL)

    def moment(self, study: Study) -> datetime | None:
        """The chosen moment, written on the study's wall clock."""
        local: datetime | None = self.next_at.data
        return local.replace(tzinfo=ZoneInfo(study.timezone)).astimezone(UTC) if local else None
