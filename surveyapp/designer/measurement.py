"""The measurement model: what is scored into what, with which weight.

Points are on a scale from 0 to 10, weights and bonuses in per cent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, field_serializer

from surveyapp.designer.parts import Id, Part, Rule, Text

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]


def as_number(value: Decimal) -> int | float:
    """A decimal as the JSON number that looks like it."""
    return int(value) if value == value.to_integral_value() else float(value)


class Dimension(Part):
    """A scored construct; the weights (per cent) of a document's dimensions sum to 100.

    expected_alpha: the reliability that its authors expect; a lower one is a finding.
    """

    later: ClassVar[frozenset[str]] = frozenset({"expected_alpha"})

    id: Id
    title: Text = {}
    weight: Percent = Decimal(0)
    expected_alpha: Annotated[float, Field(gt=0, lt=1)] | None = None

    @field_serializer("weight", when_used="json")
    def _weight_as_number(self, weight: Decimal) -> int | float:
        return as_number(weight)


class Profile(Part):
    """Other weights for one role of the staff who are rated (technical, reception).

    weights: dimension → per cent, which sum to 100; one that is not named has none.
    """

    id: Id
    title: Text = {}
    weights: dict[Id, Percent] = {}

    @field_serializer("weights", when_used="json")
    def _weights_as_numbers(self, weights: dict[str, Decimal]) -> dict[str, int | float]:
        return {name: as_number(weight) for name, weight in weights.items()}


class Veto(Part):
    """Where `when` is true of one answer, the score of the period is zero."""

    id: Id
    title: Text = {}
    when: Rule


class Bonus(Part):
    """Where `when` is true, the answer's total rises by `percent` of it."""

    id: Id
    title: Text = {}
    when: Rule
    percent: Percent = Decimal(5)

    @field_serializer("percent", when_used="json")
    def _percent_as_number(self, percent: Decimal) -> int | float:
        return as_number(percent)


class Level(Part):
    """A name for totals of at least `least` points (0 to 10)."""

    id: Id
    title: Text = {}
    least: Annotated[float, Field(ge=0, le=10)] = 0


LEVELS = tuple(
    Level(id=name, title={"zh-Hans": chinese, "en": english}, least=least)
    for name, chinese, english, least in (
        ("excellent", "优秀", "Excellent", 9),
        ("good", "良好", "Good", 8),
        ("fair", "中等", "Fair", 7),
        ("poor", "较差", "Poor", 6),
        ("bad", "差", "Bad", 0),
    )
)
"""The five levels of a questionnaire that names none of its own."""


def levels_or_usual(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """A questionnaire's levels, the highest first; LEVELS where it has none."""
    return tuple(sorted(levels or LEVELS, key=lambda level: -level.least))
