"""Forms of the data pages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    ValidationError,
)

from surveyapp.datasets.screening.recipe import Recipe, recipe_from
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

FORMATS = (
    SelectChoice("xlsx", _l("Excel workbook (.xlsx)")),
    SelectChoice("csv", _l("CSV, opens in Excel (.csv)")),
    SelectChoice("sav", _l("SPSS (.sav)")),
    SelectChoice("dta", _l("Stata (.dta)")),
    SelectChoice("parquet", _l("Parquet (.parquet)")),
    SelectChoice("long", _l("CSV in long form: a row per answer (.csv)")),
)


def _share(label: str) -> FloatField:
    limits = NumberRange(0, 1, _l("Give a share from 0 to 1."))
    return FloatField(label, [InputRequired(_l("Give a number.")), limits])


def _data(snapshots: Sequence[tuple[int, str]]) -> list[SelectChoice]:
    now = SelectChoice(0, _l("The answers of now"))
    return [now, *(SelectChoice(i, name) for i, name in snapshots)]


class RecipeForm(FlaskForm):
    """The settings of a recipe that people change; all others keep their values."""

    speed_share = _share(_l("Too fast: below this share of the expected time"))
    pattern_kinds = IntegerField(
        _l("Exclude at so many kinds of unusual pattern"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(0, 6, _l("Give a whole number from 0 (never) to 6.")),
        ],
    )
    review_share = _share(_l("Share that a person reads"))
    seed = IntegerField(
        _l("Seed"),
        [
            InputRequired(_l("Give a number.")),
            NumberRange(0, 2**31 - 1, _l("Give a whole number from 0 to 2147483647.")),
        ],
    )

    renew = BooleanField(_l("Hold the longest run of equal answers against chance"))
    snapshot = SelectField(_l("Data"), coerce=int, default=0)

    @classmethod
    def of(
        cls, recipe: Recipe, snapshots: Sequence[tuple[int, str]] = (), *, fill: bool = False
    ) -> RecipeForm:
        """The form filled in with a recipe, and the snapshots (id, name) to choose from. Only a
        recipe of the first format can be renewed. fill: whatever another form of the page sent.
        """
        form = cls(None) if fill else cls()
        form.snapshot.choices = _data(snapshots)
        if recipe.is_current:
            del form.renew
        if fill or not form.is_submitted():
            form.speed_share.data = recipe.logic.speed_share
            form.pattern_kinds.data = recipe.policy.pattern_kinds
            form.review_share.data = recipe.review.share
            form.seed.data = recipe.seed
        return form

    def applied_to(self, recipe: Recipe) -> Recipe:
        """The recipe with the form's settings."""
        recipe = recipe.renewed() if self.renew and self.renew.data else recipe
        return recipe.model_copy(
            update={
                "seed": self.seed.data,
                "logic": recipe.logic.model_copy(update={"speed_share": self.speed_share.data}),
                "policy": recipe.policy.model_copy(
                    update={"pattern_kinds": self.pattern_kinds.data}
                ),
                "review": recipe.review.model_copy(update={"share": self.review_share.data}),
            }
        )


class WholeRecipeForm(FlaskForm):
    """The whole recipe as text."""

    text = TextAreaField(_l("Recipe as JSON"), [Length(max=20_000)])

    @classmethod
    def of(cls, recipe: Recipe, *, fill: bool = False) -> WholeRecipeForm:
        """The form with a recipe to change. fill: whatever another form of the page sent."""
        form = cls(None) if fill else cls()
        if fill or not form.is_submitted():
            form.text.data = json.dumps(recipe.as_json(), indent=2)
        return form

    def recipe(self) -> Recipe | None:
        """What was written; None where it is no recipe, and the field says why."""
        if not self.validate_on_submit():
            return None
        try:
            return recipe_from(self.text.data or "")
        except SurveyError as refused:
            self.text.errors = [explain(finding) for finding in refused.findings]
            return None


class VerdictForm(FlaskForm):
    """Keep or exclude, and why."""

    verdict = RadioField(
        _l("Verdict"),
        choices=[SelectChoice("keep", _l("Keep")), SelectChoice("exclude", _l("Exclude"))],
        validators=[InputRequired(_l("Choose keep or exclude."))],
    )
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why, so that others can follow.")), Length(max=500)],
    )


class DecisionForm(FlaskForm):
    """A reason for taking a response out, or in again.

    The action is the one that the page offered: what someone else did since is not undone by it.
    """

    action = HiddenField(validators=[AnyOf(("exclude", "restore"))])
    reason = TextAreaField(
        _l("Why"),
        [DataRequired(_l("Write why, so that others can follow.")), Length(max=500)],
    )


class ExportForm(FlaskForm):
    """What to export, and how."""

    format = SelectField(_l("Format"), choices=list(FORMATS))
    snapshot = SelectField(_l("Data"), coerce=int, default=0)
    scope = RadioField(
        _l("Answers"),
        choices=[
            SelectChoice("cleaned", _l("Cleaned: without what is excluded")),
            SelectChoice("full", _l("All, with flags and exclusions marked")),
            SelectChoice("begun", _l("Also unfinished ones, of the answers of now")),
        ],
        default="cleaned",
    )

    def validate_scope(self, field: RadioField) -> None:
        """A snapshot has no unfinished answers."""
        if field.data == "begun" and self.snapshot.data:
            raise ValidationError(
                _l("A snapshot holds finished answers only: choose those of now.")
            )

    @classmethod
    def of(cls, snapshots: Sequence[tuple[int, str]]) -> ExportForm:
        """The form with the snapshots (id, name) to choose from, beside the answers of now."""
        form = cls()
        form.snapshot.choices = _data(snapshots)
        if not form.is_submitted():
            form.snapshot.data = request.args.get("snapshot", 0, type=int)
        return form
