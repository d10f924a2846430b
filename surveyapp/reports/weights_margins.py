"""The margins that a study can be raked to: what is offered, and what a form says of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from surveyapp.datasets.variable import Variable
from surveyapp.datasets.weights.recipe import DATA, FRAME, Margin
from surveyapp.distribution.headcounts import headcount
from surveyapp.distribution.models import Study
from surveyapp.distribution.specs import ATTRIBUTES
from surveyapp.distribution.views.blueprint import in_words
from surveyapp.reports import telling
from surveyapp.reports.tables import is_asked, single_columns
from surveyapp.reports.weights_forms import Category, MarginFields

KNOWN = ("city", "store", "product_line", "tier")
"""What a response keeps of its customer."""
Choices = list[tuple[str, str]]


class Offer:
    """What can be a margin of one study, with the names of its categories."""

    def __init__(self, study: Study, attributes: Sequence[str]) -> None:
        from surveyapp.datasets.gather import versions_of

        self.study, self.attributes = study, attributes
        columns = single_columns(study, versions_of(study))
        self._variables = {v.name: v for v in columns if is_asked(v)}

    @cached_property
    def choices(self) -> Choices:
        """Key and label: attributes of the sample, attributes of customers, closed questions."""
        found = [(FRAME + name, _frame_label(name)) for name in self.attributes]
        rest = [name for name in KNOWN if name not in self.attributes]
        found += [(DATA + name, _customer_label(name)) for name in rest]
        return found + [(DATA + v.name, in_words(v.label)) for v in self._variables.values()]

    def label(self, of: str) -> str:
        """What a margin is called."""
        return dict(self.choices).get(of, of.partition(":")[2])

    def fields(self, of: str) -> MarginFields:
        """A margin to fill in; customers' attributes with the counts of today."""
        name = of.partition(":")[2]
        if of.startswith(FRAME):
            return MarginFields(of, self.label(of))
        if variable := self._variables.get(name):
            asked = (Category(code, _code_label(variable, code)) for code in _codes(variable))
            return MarginFields(of, self.label(of), tuple(asked))
        counts = headcount(self.study, name) if name in KNOWN else {}
        found = (Category(v, telling.group_name(name, v), str(n)) for v, n in counts.items())
        return MarginFields(of, self.label(of), tuple(found))

    def stored(self, margin: Margin) -> MarginFields:
        """A margin of a recipe, with the totals that it has."""
        if margin.of.startswith(FRAME):
            return self.fields(margin.of)
        found = (
            Category(code, self.category(margin.of, code), _plain(total))
            for code, total in margin.totals.items()
        )
        return MarginFields(margin.of, self.label(margin.of), tuple(found))

    def category(self, of: str, code: str) -> str:
        """What a category is called."""
        name = of.partition(":")[2]
        variable = self._variables.get(name) if of.startswith(DATA) else None
        return _code_label(variable, code) if variable else telling.group_name(name, code)


def _codes(variable: Variable) -> list[str]:
    if variable.values:
        return [str(code) for code, _label in variable.values]
    if variable.low is None or variable.high is None:
        return []
    return [str(point) for point in range(int(variable.low), int(variable.high) + 1)]


def _code_label(variable: Variable, code: str) -> str:
    labels = {str(value): text for value, text in variable.values}
    return in_words(labels[code]) if labels.get(code) else code


def _frame_label(name: str) -> str:
    return str(_("%(attribute)s (counted in the sample's frame)", attribute=_(ATTRIBUTES[name])))


def _customer_label(name: str) -> str:
    return str(_("%(attribute)s of the customer", attribute=_(ATTRIBUTES[name])))


def _plain(total: float) -> str:
    return format(total, ".15g")


def posted(offer: Offer, form: Mapping[str, Any], listed: Sequence[str]) -> list[MarginFields]:
    """The margins of a sent form, with what was typed."""
    known, found = dict(offer.choices), []
    for of in dict.fromkeys(listed):
        if of not in known:
            continue
        codes = [key.split(":", 3)[3] for key in form if key.startswith(f"total:{of}:")]
        texts = [(code, str(form[f"total:{of}:{code}"]).strip()) for code in codes]
        rows = (Category(code, offer.category(of, code), text) for code, text in texts)
        found.append(MarginFields(of, known[of], tuple(rows)))
    return found


def margins_of(fields: Sequence[MarginFields]) -> tuple[list[Margin], list[str]]:
    """The margins, and a sentence for each that says too little."""
    found, troubles = [], []
    for one in fields:
        if one.counted:
            found.append(Margin(of=one.of))
            continue
        totals = {c.code: _number(c.total) for c in one.categories if c.total}
        good = {code: value for code, value in totals.items() if value is not None and value > 0}
        if len(good) < len(totals):
            troubles.append(str(_("%(margin)s: totals are numbers above 0.", margin=one.label)))
        elif len(good) < 2:
            said = _("%(margin)s: give the totals of two or more categories.", margin=one.label)
            troubles.append(str(said))
        else:
            found.append(Margin(of=one.of, totals=good))
    return found, troubles


def _number(text: str) -> float | None:
    """A total as people write it: with grouping, or a per cent sign."""
    plain = text.replace(",", "").replace("，", "").replace(" ", "").rstrip("%％")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
