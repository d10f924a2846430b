"""The recipe of a study's weights: everything that is decided about them, as data. Pure.

Published format `surveyapp/weights/1`. The same recipe on the same dataset and sample gives the
same weights.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from surveyapp.datasets.recipes import Part, Stored, read
from surveyapp.findings import N_

FRAME, DATA = "frame:", "data:"
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Classes = tuple[str, ...]


STEPS = {
    "base": N_("Base weights: one over the chance to be drawn"),
    "eligibility": N_("Unknown eligibility spread over the known"),
    "response": N_("Non-response spread over the answers"),
    "strata": N_("Calibrated to the customers of each stratum"),
    "margins": N_("Raked to margins"),
    "trim": N_("Large weights trimmed"),
}
"""Key and msgid of each step, in their order."""


class Margin(Part):
    """of: `frame:` and a stratifying attribute, or `data:` and a column of the dataset. totals:
    category → its number or share in the population (only their proportions count); empty for an
    attribute of the frame, whose customers are counted.
    """

    of: Annotated[str, Field(pattern=r"^(frame|data):.")]
    totals: dict[str, Positive] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _totals_where_needed(self) -> Margin:
        if self.of.startswith(DATA) and len(self.totals) < 2:
            raise ValueError("a column needs the totals of two or more categories")
        return self

    @property
    def name(self) -> str:
        """The attribute or column."""
        return self.of.partition(":")[2]


class WeightRecipe(Stored):
    """How weights are made, in this order, each step optional but the first (base weights).

    eligibility: the weight of customers of unknown eligibility goes to the known ones of their
    class; response: that of eligible ones who did not answer, to those who did. Classes are
    crossings of these stratifying attributes (none: all in one class; None: no such step).
    verified: the frame holds eligible customers only, so that silence is non-response.
    calibration: to the customers of each stratum (strata), to margins (margins), or not (none).
    bounds: smallest and largest ratio of a weight after raking to the one before. merge_below:
    categories with fewer answers are taken together. trim: largest weight, in medians.
    """

    format: Literal["surveyapp/weights/1"] = "surveyapp/weights/1"
    eligibility: Classes | None = None
    verified: bool = False
    response: Classes | None = None
    calibration: Literal["strata", "margins", "none"] = "strata"
    margins: tuple[Margin, ...] = ()
    bounds: tuple[Positive, Positive] | None = None
    merge_below: Annotated[int, Field(ge=1, le=1000)] = 5
    trim: Annotated[float, Field(gt=1, le=1000)] | None = None

    @model_validator(mode="after")
    def _coherent(self) -> WeightRecipe:
        names = [margin.of for margin in self.margins]
        if self.calibration == "margins" and not names:
            raise ValueError("raking needs a margin")
        if len(set(names)) < len(names):
            raise ValueError("a margin is named twice")
        if self.bounds is not None and not self.bounds[0] < 1 < self.bounds[1]:
            raise ValueError("the bounds lie on both sides of 1")
        return self


USUAL = WeightRecipe()
"""Base weights, then the customers of each stratum."""


def recipe_of(stored: dict[str, Any] | None) -> WeightRecipe:
    """The recipe of its JSON form, the usual one for nothing.

    Raises SurveyError `weights.recipe`.
    """
    template = N_("The recipe of the weights is wrong at {place}: {reason}.")
    return read(WeightRecipe, stored, "weights.recipe", template)
