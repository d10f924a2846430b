"""Recipes of the first format: still read, with the same hash and the same flags."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._mixtures import mixture
from surveyapp.database import db
from surveyapp.datasets.models import ScreeningRun
from surveyapp.datasets.screening.engine import screen
from surveyapp.datasets.screening.hits import Hit
from surveyapp.datasets.screening.patterns import pattern_hits
from surveyapp.datasets.screening.recipe import FIRST, FirstPatterns, Patterns, Recipe, recipe_of
from surveyapp.datasets.screening.running import run_screening
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.findings import SurveyError
from tests.auditing import AuditingClient
from tests.datasets.pages import do_the_work, words
from tests.datasets.scored import respondent
from tests.datasets.studies import small_study

FORM = {"speed_share": "0.3", "pattern_kinds": "2", "review_share": "0.1", "seed": "7"}


@pytest.fixture(scope="module")
def data() -> Dataset:
    counts = {"genuine": 120, "straight_lining": 10, "random": 10, "speeding": 10}
    rows, _ = mixture(counts, seed=31)
    return build(rows, {1: template("aftersales")}, timezone="Asia/Shanghai")


GOLDEN = [
    ({}, "522169758d925ed223b5010190a8dd64ea4d3287528740bdcc05e0636e077e4e", 10, 811),
    (
        {"longstring_share": 0.4},
        "e732872ed3db695968335f24c2ee26ec431dadf38e4a3fbde93690b961497da0",
        26,
        1997,
    ),
]
"""Settings of patterns, hash of the recipe, longest runs flagged, sum of their responses' numbers:
what the code gave before there was a second format."""


@pytest.mark.parametrize(("patterns", "recipe_hash", "flags", "total"), GOLDEN)
def test_a_recipe_of_the_first_format_flags_whom_it_flagged(
    data: Dataset, patterns: dict[str, float], recipe_hash: str, flags: int, total: int
) -> None:
    recipe = recipe_of({"format": FIRST, "patterns": patterns})
    found = [hit for hit in screen(data, recipe).hits if hit.rule == "longstring"]
    assert recipe.hash == recipe_hash
    assert recipe_of(recipe.as_json()) == recipe
    assert (len(found), sum(hit.response for hit in found)) == (flags, total)
    assert {tuple(hit.detail) for hit in found} == {("value", "limit")}


def test_each_format_knows_its_own_settings_only() -> None:
    for stored in (
        {"format": FIRST, "bursts": {}},
        {"format": FIRST, "patterns": {"longstring_chance": 0.01}},
        {"patterns": {"longstring_share": 0.6}},
        {"patterns": {"longstring_chance": 0}},
        {"patterns": None},
        {"format": "surveyapp/screening/3"},
    ):
        with pytest.raises(SurveyError) as refused:
            recipe_of(stored)
        assert {f.code for f in refused.value.findings} == {"screening.recipe"}
    places = [f.place for f in refused.value.findings]
    assert places == ["recipe:format"]
    with pytest.raises(SurveyError) as refused:
        recipe_of({"patterns": {"irv_low": -1}})
    assert [f.place for f in refused.value.findings] == ["recipe:patterns.irv_low"]


def test_what_is_new_is_of_the_second_format() -> None:
    assert recipe_of(None) == Recipe()
    assert recipe_of({}).is_current
    assert recipe_of(Recipe().as_json()) == Recipe()
    assert "longstring_share" not in Recipe().as_json()["patterns"]
    first = recipe_of({"format": FIRST})
    assert first.bursts is None
    assert "bursts" not in first.as_json()
    assert Recipe(format=FIRST, patterns=FirstPatterns()) == first


def test_a_renewed_recipe_keeps_everything_else() -> None:
    old = recipe_of({"format": FIRST, "seed": 5, "patterns": {"irv_low": 0.1}})
    assert old.renewed() == Recipe(seed=5, patterns=Patterns(irv_low=0.1))
    off = recipe_of({"format": FIRST, "patterns": {"longstring_share": None}})
    assert off.renewed() == Recipe(patterns=Patterns(longstring_chance=None))
    assert Recipe(seed=5).renewed() == Recipe(seed=5)


def scale_of(items: int, seed: int) -> Dataset:
    """300 attentive people on one scale, and one who answers 3 throughout."""
    names = [f"i{n}" for n in range(items)]
    document = Document.model_validate(
        {
            "pages": [
                {
                    "id": "p",
                    "questions": [
                        {"id": "g", "type": "likert_grid", "items": [{"id": n} for n in names]}
                    ],
                }
            ]
        }
    )
    rng = np.random.default_rng(seed)
    latent = 0.7 * rng.standard_normal((300, 1)) + 0.7 * rng.standard_normal((300, items))
    answers = np.vstack([np.clip(np.rint(3.5 + latent), 1, 5), np.full((1, items), 3)])
    rows = [
        respondent(number, {f"g.{n}": int(v) for n, v in zip(names, row, strict=True)})
        for number, row in enumerate(answers, 1)
    ]
    return build(rows, {1: document})


def runs(data: Dataset, settings: Patterns | FirstPatterns) -> list[Hit]:
    return [hit for hit in pattern_hits(data, settings, 1)[0] if hit.rule == "longstring"]


@pytest.mark.parametrize("items", [5, 6, 8])
def test_attentive_people_of_short_scales_are_no_longer_flagged(items: int) -> None:
    data = scale_of(items, items)
    assert len(runs(data, FirstPatterns())) > 0.05 * len(data)
    assert len(runs(data, Patterns())) <= 0.02 * len(data)


def test_a_long_scale_in_the_middle_is_flagged_with_its_numbers() -> None:
    data = scale_of(24, 3)
    [hit] = [hit for hit in runs(data, Patterns()) if hit.response == 301]
    assert hit.detail["run"] == 24
    assert hit.detail["limit"] == 0.01
    assert hit.detail["chance"] == 0.0001, "as little as is told; no chance is 0"
    assert runs(data, Patterns(longstring_chance=None)) == []


@pytest.mark.usefixtures("app")
def test_the_page_offers_to_renew_an_old_recipe(sign_in) -> None:  # type: ignore[no-untyped-def]
    analyst: AuditingClient = sign_in("analyst")
    study, _ = small_study()
    run_screening(study.id, recipe_of({"format": FIRST}))
    here, offer = f"/studies/{study.id}/screening", "Hold the longest run of equal answers"
    assert offer in words(analyst.get(here).text)
    analyst.post(here, data=FORM)
    do_the_work()
    newest = db.select(ScreeningRun).order_by(ScreeningRun.id.desc())
    assert db.session.scalars(newest).first().recipe["format"] == FIRST  # type: ignore[union-attr]
    analyst.post(here, data=FORM | {"renew": "y"})
    do_the_work()
    assert recipe_of(db.session.scalars(newest).first().recipe).is_current  # type: ignore[union-attr]
    assert offer not in words(analyst.get(here).text)
