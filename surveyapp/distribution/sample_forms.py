"""The forms of a sample: who may be asked, how it is drawn, and what is released of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from surveyapp.customers.attributes import VALUE_LABELS
from surveyapp.distribution import specs
from surveyapp.distribution.forms import WHOLE, Checks, PopulationForm, number
from surveyapp.distribution.specs import Spec

METHODS = [
    SelectChoice("proportional", _l("Proportional: as the strata are in the frame")),
    SelectChoice("equal", _l("Equal: the same from every stratum, best for comparing them")),
    SelectChoice("neyman", _l("Neyman: more where the measure varies more, best for the total")),
    SelectChoice("cost", _l("Cost-optimal: Neyman, and fewer where an interview is dear")),
    SelectChoice("power", _l("Power: between precise strata and a precise total (Bankier)")),
]
SELECTIONS = [
    SelectChoice("simple", _l("Simple random: everyone in a stratum has the same chance")),
    SelectChoice("systematic", _l("Systematic: every so many of a sorted list")),
    SelectChoice("pps", _l("In proportion to size: who spends more is likelier drawn")),
    SelectChoice("two_stage", _l("Stores, then customers: stores by size, the same in each")),
]
ORDERS = {**specs.ATTRIBUTES, **specs.MEASURES}


def _between(least: float, most: float) -> NumberRange:
    return NumberRange(least, most, message=_l("Give a number from %(min)s to %(max)s."))


class SampleForm(PopulationForm):
    """A population and how a sample is drawn from it; percentages and points are out of 100."""

    n = IntegerField(_l("Answers wanted"), [Optional(), number(1, 10_000_000)])
    response_rate = IntegerField(
        _l("Expected response rate in per cent"), [Optional(), number(1, 100)], default=100
    )
    rates = StringField(_l("Rates that differ"), [Optional(), Length(max=500)])
    margin = DecimalField(_l("± points in every stratum"), [Optional(), _between(0.1, 99)])
    minimum = IntegerField(_l("At least per stratum"), [InputRequired(), number(0, 100_000)])
    strata_by = Checks(
        _l("Strata"), choices=[SelectChoice(k, _l(v)) for k, v in specs.ATTRIBUTES.items()]
    )
    method = RadioField(_l("Allocation"), choices=METHODS, default="proportional")
    measure = SelectField(
        _l("Design measure"),
        choices=[SelectChoice(k, _l(v)) for k, v in specs.MEASURES.items()],
        default="spend",
    )
    power = DecimalField(_l("Power"), [Optional(), _between(0, 1)], default=Decimal("0.5"))
    costs = StringField(_l("Cost of an interview"), [Optional(), Length(max=500)])
    take_all = IntegerField(_l("Small strata"), [Optional(), number(0, 100_000)], default=0)
    certain = StringField(_l("Strata with these values"), [Optional(), Length(max=500)])
    selection = RadioField(_l("Selection"), choices=SELECTIONS, default="simple")
    order_by = Checks(_l("Sorted by"), choices=[SelectChoice(k, _l(v)) for k, v in ORDERS.items()])
    stores_n = IntegerField(_l("Stores to draw"), [Optional(), number(1, 100_000)])
    take = IntegerField(_l("Customers in each"), [Optional(), number(1, 100_000)])
    replicates = IntegerField(
        _l("Batches"), [Optional(), number(1, specs.MOST_REPLICATES)], default=1
    )
    released = IntegerField(
        _l("Released at once"), [Optional(), number(1, specs.MOST_REPLICATES)], default=1
    )
    seed = IntegerField(_l("Seed"), [InputRequired(), number(0, specs.LARGEST_SEED)])

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: something must say how many, and costs must be readable."""
        valid = bool(super().validate(extra_validators))
        if not self.n.errors and not (self.n.data or self._n_follows()):
            self.n.errors = [*self.n.errors, WHOLE % {"min": 1, "max": 10_000_000}]
            valid = False
        if not self.costs.errors and pairs_in(self.costs.data or "") is None:
            self.costs.errors = [_l("Write value = cost, separated by commas: 上海 = 4, 成都 = 1.")]
            valid = False
        if not self.rates.errors and not _percentages(self.rates.data or ""):
            self.rates.errors = [
                _l("Write value = per cent from above 0 to 100: 上海 = 15, 成都 = 40.")
            ]
            valid = False
        return valid

    def _n_follows(self) -> bool:
        return bool(self.margin.data) or self.selection.data == "two_stage"

    def load_spec(self, spec: Spec) -> None:
        """Show what was or could be asked for."""
        for name in ("n", "minimum", "method", "measure", "take_all", "selection", "seed"):
            self[name].data = getattr(spec, name)
        for name in ("take", "replicates", "released"):
            self[name].data = getattr(spec, name) or None
        self.stores_n.data = spec.stores or None
        self.n.data = spec.n or None
        self.strata_by.data, self.order_by.data = list(spec.strata_by), list(spec.order_by)
        self.response_rate.data = round(100 * spec.response_rate)
        self.margin.data = Decimal(str(spec.margin)) * 100 if spec.margin else None
        self.power.data = Decimal(str(spec.power))
        self.costs.data = _pairs_text(spec.costs)
        self.rates.data = _pairs_text((value, 100 * rate) for value, rate in spec.rates)
        self.certain.data = ", ".join(_name(value) for value in spec.certain)

    def spec(self) -> Spec:
        """What is asked for."""
        return Spec(
            n=self.n.data or 0,
            seed=self.seed.data,
            strata_by=tuple(self.strata_by.data or ()),
            method=self.method.data,
            measure=self.measure.data,
            minimum=self.minimum.data,
            selection=self.selection.data,
            **self._options(),
        )

    def _options(self) -> dict[str, Any]:
        """The fields that only some methods and selections read: the others keep their defaults,
        so that what the form hides cannot change a draw.
        """
        found: dict[str, Any] = {
            "margin": float((self.margin.data or Decimal(0)) / 100),
            "response_rate": (self.response_rate.data or 100) / 100,
            "rates": tuple(_rates_in(self.rates.data or "")),
            "take_all": self.take_all.data or 0,
            "certain": tuple(_value(name) for name in _parts(self.certain.data or "")),
            "replicates": self.replicates.data or 1,
            "released": self.released.data or 1,
        }
        if self.method.data == "power" and self.power.data is not None:
            found["power"] = float(self.power.data)
        if self.method.data == "cost":
            found["costs"] = tuple(pairs_in(self.costs.data or "") or ())
        if self.selection.data == "systematic":
            found["order_by"] = tuple(self.order_by.data or ())
        if self.selection.data == "two_stage":
            found |= {"stores": self.stores_n.data or 0, "take": self.take.data or 0}
            found |= {"margin": 0.0, "take_all": 0, "certain": (), "costs": (), "rates": ()}
        return found


def pairs_in(text: str) -> list[tuple[str, float]] | None:
    """`上海 = 4, 成都 = 1` as pairs with numbers above 0; None for anything else."""
    found = []
    for part in _parts(text):
        value, equals, cost = part.rpartition("=")
        try:
            number_ = Decimal(cost.strip())
        except ArithmeticError:
            return None
        if not (equals and value.strip() and number_.is_finite() and number_ > 0):
            return None
        found.append((_value(value.strip()), float(number_)))
    return found


def _percentages(text: str) -> bool:
    found = pairs_in(text)
    return found is not None and all(rate <= 100 for _name_, rate in found)


def _rates_in(text: str) -> list[tuple[str, float]]:
    """Pairs of per cent as fractions of their decimal digits: 15 is 0.15."""
    return [(value, float(Decimal(str(rate)) / 100)) for value, rate in pairs_in(text) or ()]


def _pairs_text(pairs: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{_name(value)} = {figure:g}" for value, figure in pairs)


def _parts(text: str) -> list[str]:
    """Parts between commas, Chinese ones included."""
    parts = text.replace("，", ",").replace("、", ",").replace("＝", "=").split(",")
    return [part.strip() for part in parts if part.strip()]


def _name(value: str) -> str:
    """A value as its reader calls it: `high` is 高 in Chinese."""
    return str(gettext(VALUE_LABELS[value])) if value in VALUE_LABELS else value


def _value(name: str) -> str:
    """The value that a reader calls so."""
    return next((value for value in VALUE_LABELS if name in (value, _name(value))), name)


class ReleaseForm(FlaskForm):
    """How many batches more, and why. seen: members when the page was made."""

    batches = IntegerField(_l("Batches to release"), [InputRequired(WHOLE), number(1, 50)])
    reason = StringField(
        _l("Reason"), [DataRequired(_l("Say why, for the record.")), Length(max=300)]
    )
    seen = IntegerField(validators=[InputRequired()])
