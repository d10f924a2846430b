"""The appendix tells the recipe of the weights in words, what each step did, and what failed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from surveyapp.database import db
from surveyapp.datasets.weighting import weighting
from surveyapp.datasets.weights.keeping import keep
from surveyapp.datasets.weights.recipe import USUAL, Margin, WeightRecipe
from surveyapp.datasets.weights.telling import told
from surveyapp.distribution.models import DesignStratum
from surveyapp.distribution.specs import BETWEEN
from surveyapp.languages import LOCALES
from surveyapp.reports.papers.facts import Facts
from surveyapp.reports.papers.gathering import facts as gathered
from surveyapp.reports.papers.making import document
from surveyapp.reports.papers.model import Block, Table, Terms, Words
from surveyapp.reports.papers.sources import source
from surveyapp.reports.papers.weights import weights
from tests.datasets.studies import small_study
from tests.datasets.test_periods import two_months
from tests.datasets.weights.studies import CASES, FIELD, RAKED, codes_only, study
from tests.reports.papers.samples import SAY, facts

NAMES = {"frame:city": "City", "frame:tier": "Tier", "data:channel": "How?",
         "data:channel=phone": "Phone"}  # fmt: skip


def of(data: Any) -> Facts:
    made = {"recipe": data.weighing.recipe.as_json(), "names": NAMES}
    return facts({"weighting": told(data, weighting(data))}, weights=made)


def said(blocks: list[Block]) -> str:
    return " | ".join(" ".join(b.texts) for b in blocks if isinstance(b, Words))


def tables(blocks: list[Block]) -> dict[str, Table]:
    return {b.title: b for b in blocks if isinstance(b, Table)}


def test_the_usual_weights_are_told_step_by_step() -> None:
    blocks = list(weights(of(study(USUAL)), SAY))
    assert said(blocks) == (
        "Every answer begins with its design weight, one over its chance to be asked."
        " Weights are brought to the customers of each stratum."
    )
    (steps,) = tables(blocks).values()
    assert [row[0] for row in steps.rows] == [
        "Base weights: one over the chance to be drawn",
        "Calibrated to the customers of each stratum",
    ]
    assert [row[1] for row in steps.rows] == [90, 90]
    assert steps.rows[1][2] == pytest.approx(3500)
    assert steps.rows[0][6] == pytest.approx(1)
    assert steps.rows[1][7] == pytest.approx(90 / steps.rows[1][6])
    assert isinstance(blocks[-1], Terms)
    assert blocks[-1].pairs == (("Recipe of the weights (SHA-256)", USUAL.hash),)


def test_raking_shows_its_margins_and_whether_they_were_met() -> None:
    recipe = RAKED.model_copy(update={"bounds": (0.2, 5.0), "trim": 4.0})
    blocks = list(weights(of(study(recipe)), SAY))
    words = said(blocks)
    assert "Weights are raked to: City, How?. Categories of fewer than 4 answers" in words
    assert "A weight changes by a factor of 0.20 to 5.00." in words
    assert "No weight may exceed 4.0 medians" in words
    assert "The margins were met after " in words
    assert "0 weights were trimmed to " in words
    lines = tables(blocks)["Margins"].rows
    assert {row[0] for row in lines} == {"City", "How?"}, "one sample needs no column to name it"
    assert {row[1] for row in lines} == {"N", "–", "Phone", "chat", "store", "visit",
                                         "Without a value"}  # fmt: skip
    assert all(row[3] == pytest.approx(row[2], rel=1e-6) for row in lines)


def test_small_categories_are_named_for_what_they_are() -> None:
    blocks = list(weights(of(CASES["raked, small categories"]()), SAY))
    assert "Taken together" in {row[1] for row in tables(blocks)["Margins"].rows}


def test_every_period_is_told_apart() -> None:
    blocks = list(weights(of(CASES["raked, two periods"]()), SAY))
    assert "2026-02: The margins were met" in said(blocks)
    assert {row[0] for row in tables(blocks)["Margins"].rows} == {"2026-02", "2026-03"}


def test_the_field_and_its_classes_are_in_words() -> None:
    words = said(list(weights(of(study(FIELD)), SAY)))
    assert "Customers whose eligibility is unknown" in words
    assert "Classes: City." in words
    assert "Classes: City, Tier." in words
    assert "Weights are not calibrated." in words
    some = WeightRecipe(eligibility=(), verified=True, calibration="none")
    words = said(list(weights(of(study(some)), SAY)))
    assert "All are in one class." in words
    assert "Silence counts as non-response" in words


def test_what_could_not_be_done_is_said_and_why() -> None:
    recipe = RAKED.model_copy(update={"response": ()})
    blocks = list(weights(of(codes_only(recipe)), SAY))
    words = said(blocks)
    assert "The margins could not be met" in words
    assert "no sample was drawn" in words
    assert 'no attribute "city"' in words
    assert "Margins" not in tables(blocks)


def test_without_answers_there_are_steps_without_numbers() -> None:
    nobody = study(USUAL).only(study(USUAL).floats("response") < 0)
    (steps,) = tables(list(weights(of(nobody), SAY))).values()
    assert steps.rows[0][1:] == (0, 0.0, None, None, None, None, None, None, None)


def test_figures_from_before_there_was_a_choice_say_nothing() -> None:
    assert list(weights(facts(), SAY)) == []
    assert list(weights(facts({"weighting": told(*_usual())}), SAY)) == []


def test_a_period_is_weighed_by_its_own_sample_alone(app: Flask) -> None:
    """Or every other period would be told as a class in which nobody answered."""
    row = two_months((10, 2))
    keep(row.id, WeightRecipe(response=("city",), calibration="none"))
    db.session.commit()
    found = source(row, {"span": "period", "period": "2026-03", "language": "en"}).data
    assert [cell.period for cell in found.weighing.cells] == ["2026-03"]
    made = weighting(found)
    assert (set(made.weights.tolist()), made.findings) == ({30.0}, ())


def test_margins_and_categories_have_their_names_in_the_language_of_the_report(app: Flask) -> None:
    row, _ = small_study()
    margin = Margin(of="data:solved", totals={"yes": 7, "partly": 2, "no": 1})
    keep(row.id, WeightRecipe(calibration="margins", margins=(margin,)))
    db.session.commit()
    with force_locale("en"):
        made, _ = gathered(row, source(row, {"language": "en"}), {"language": "en"})
    assert made.weights is not None
    names = made.weights["names"]
    assert names["frame:city"] == "City"
    assert names["data:solved"] not in ("", "data:solved")
    assert {code for code in names if code.startswith("data:solved=")} == {
        "data:solved=yes", "data:solved=partly", "data:solved=no",
    }  # fmt: skip
    assert names["data:solved"] in said(list(weights(made, SAY)))


def test_strata_have_their_names_in_the_language_of_the_report(app: Flask) -> None:
    row, _ = small_study()
    first, *_ = db.session.query(DesignStratum)
    first.label = BETWEEN.join(("上海", "high"))
    db.session.commit()
    for language, name in (("en", "上海 · High"), ("zh-Hans", "上海 · 高")):
        with force_locale(LOCALES[language]):
            made, _ = gathered(row, source(row, {"language": language}), {"language": language})
        assert name in [s["name"] for s in made.figures["sample"]["strata"]]


def _usual() -> tuple[Any, Any]:
    data = study(USUAL)
    return data, weighting(data)


def test_the_appendix_holds_it() -> None:
    made = document(of(study(RAKED)), SAY)
    (section,) = (s for s in made.sections if s.anchor == "sample")
    assert "Step by step" in repr(section)
    assert RAKED.hash in repr(section)
