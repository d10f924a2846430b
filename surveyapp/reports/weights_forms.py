"""The form of a study's weights: the steps as fields, and the margins with their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FloatField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from surveyapp.datasets.weights.recipe import Margin, WeightRecipe, recipe_of

NONE, ALL = "-", "*"
"""No such step; everyone in one class. Otherwise attributes, joined by commas."""
CALIBRATIONS = (
    SelectChoice("strata", _l("To the customers of each stratum")),
    SelectChoice("margins", _l("Raked to margins: several totals at once")),
    SelectChoice("none", _l("Not at all")),
)


def _factor(label: str, least: float, most: float) -> FloatField:
    said = _l("Give a number from %(min)s to %(max)s, or leave it empty.")
    return FloatField(label, [Optional(), NumberRange(least, most, said)])


@dataclass(frozen=True)
class Category:
    """One category of a margin: its code, its name, and its total as text."""

    code: str
    label: str
    total: str = ""


@dataclass(frozen=True)
class MarginFields:
    """A margin as it stands in the form; counted: from the frame, without totals to fill in."""

    of: str
    label: str
    categories: tuple[Category, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether its totals come from the frame."""
        return self.of.startswith("frame:")

    def field(self, code: str) -> str:
        """The name of a category's field."""
        return f"total:{self.of}:{code}"


class WeightsForm(FlaskForm):
    """Everything but the margins, which are fields of their own (`MarginFields`)."""

    eligibility = SelectField(_l("Unknown eligibility"))
    verified = BooleanField(
        _l("Everyone in the frame is known to be eligible, so that silence says nothing about it")
    )
    response = SelectField(_l("Non-response"))
    calibration = RadioField(_l("Known totals"), choices=list(CALIBRATIONS))
    low = _factor(_l("Smallest factor"), 0.01, 0.99)
    high = _factor(_l("Largest factor"), 1.01, 1000)
    merge_below = IntegerField(
        _l("Fewest answers of a category"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(1, 1000, _l("Give a whole number from %(min)s to %(max)s.")),
        ],
    )
    trim = _factor(_l("Largest weight, in medians"), 1.01, 1000)

    @classmethod
    def of(cls, recipe: WeightRecipe, attributes: Sequence[tuple[str, str]]) -> WeightsForm:
        """Filled in with a recipe; attributes: name and label of those that strata are made of."""
        form = cls()
        choices = _classes(attributes)
        form.eligibility.choices = form.response.choices = choices
        if not form.is_submitted():
            form.eligibility.data = _chosen(recipe.eligibility)
            form.response.data = _chosen(recipe.response)
            form.verified.data, form.calibration.data = recipe.verified, recipe.calibration
            form.low.data, form.high.data = recipe.bounds or (None, None)
            form.merge_below.data, form.trim.data = recipe.merge_below, recipe.trim
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Also ask for both ends of the bounds, or none."""
        valid = bool(super().validate(extra_validators))
        if (self.low.data is None) != (self.high.data is None) and not self.low.errors:
            self.low.errors = [*self.low.errors, _l("Give both factors, or none.")]
            return False
        return valid

    def recipe(self, margins: Sequence[Margin]) -> WeightRecipe:
        """What the fields say. Raises SurveyError `weights.recipe`."""
        ends = self.low.data, self.high.data
        stored: dict[str, Any] = {
            "eligibility": _named(self.eligibility.data),
            "verified": self.verified.data,
            "response": _named(self.response.data),
            "calibration": self.calibration.data,
            "margins": [margin.model_dump() for margin in margins],
            "bounds": None if ends == (None, None) else ends,
            "merge_below": self.merge_below.data,
            "trim": self.trim.data,
        }
        return recipe_of(stored)


def _classes(attributes: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    found = [SelectChoice(NONE, _l("No adjustment")), SelectChoice(ALL, _l("All together"))]
    found += [SelectChoice(name, label) for name, label in attributes]
    if len(attributes) > 1:
        every = ",".join(name for name, _label in attributes)
        found.append(SelectChoice(every, " × ".join(str(label) for _name, label in attributes)))
    return found


def _chosen(classes: tuple[str, ...] | None) -> str:
    return NONE if classes is None else ",".join(classes) or ALL


def _named(chosen: str) -> list[str] | None:
    if chosen == NONE:
        return None
    return [] if chosen == ALL else chosen.split(",")
