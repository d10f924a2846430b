"""Screening against respondents whose behaviour is known: who is caught, who is hit by mistake."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from benchmarks._mixtures import mixture
from surveyapp.datasets.screening.engine import Screening, screen
from surveyapp.datasets.screening.recipe import Policy, Recipe
from surveyapp.datasets.table import Dataset, build
from surveyapp.designer.library import template

COUNTS = {
    "genuine": 1000,
    "speeding": 60,
    "straight_lining": 60,
    "contradictory": 60,
    "random": 40,
    "alpha_tuned": 40,
}


@dataclass
class Outcome:
    data: Dataset
    kinds: dict[int, str]
    result: Screening

    def share(self, kind: str, layer: int | None = None) -> float:
        """Of the respondents of a kind, the share excluded (by a layer)."""
        members = {r for r, k in self.kinds.items() if k == kind}
        caught = [r for r, (by, _) in self.result.excluded.items() if layer in (None, by)]
        return len(members & set(caught)) / len(members)


@pytest.fixture(scope="module", params=[11, 12])
def outcome(request: pytest.FixtureRequest) -> Outcome:
    rows, kinds = mixture(COUNTS, seed=request.param)
    data = build(rows, {1: template("aftersales")}, timezone="Asia/Shanghai")
    return Outcome(data, dict(enumerate(kinds, 1)), screen(data, Recipe()))


def test_genuine_answers_are_kept(outcome: Outcome) -> None:
    assert outcome.share("genuine") <= 0.01


def test_each_kind_of_carelessness_is_caught_by_its_layer(outcome: Outcome) -> None:
    assert outcome.share("speeding", 1) >= 0.98
    assert outcome.share("contradictory", 1) >= 0.98
    assert outcome.share("straight_lining") >= 0.85
    assert outcome.share("random") >= 0.75


def test_exclusions_are_nearly_all_right(outcome: Outcome) -> None:
    excluded = [outcome.kinds[response] for response in outcome.result.excluded]
    assert sum(kind != "genuine" for kind in excluded) / len(excluded) >= 0.95


def test_a_program_that_tunes_alpha_is_not_claimed_to_be_caught(outcome: Outcome) -> None:
    """The limit of the method, stated: consistent invented answers mostly pass (see benchmarks)."""
    assert outcome.share("alpha_tuned") <= 0.5


def test_the_same_recipe_gives_the_same_bytes(outcome: Outcome) -> None:
    again = screen(outcome.data, Recipe())
    assert again.bytes == outcome.result.bytes
    assert again.hash == outcome.result.hash
    assert screen(outcome.data, Recipe(seed=1)).hash != again.hash


def test_a_tenth_of_kept_and_excluded_is_drawn_for_reading(outcome: Outcome) -> None:
    result = outcome.result
    excluded = set(result.review) & set(result.excluded)
    assert len(excluded) == -(-len(result.excluded) // 10)
    assert len(result.review) - len(excluded) == -(-(result.n - len(result.excluded)) // 10)


def test_flags_alone_exclude_nobody(outcome: Outcome) -> None:
    nobody = screen(outcome.data, Recipe(policy=Policy(on_logic=False, pattern_kinds=0)))
    assert nobody.excluded == {}
    assert nobody.hits == outcome.result.hits


def test_the_summary_adds_up(outcome: Outcome) -> None:
    summary = outcome.result.summary()
    assert summary["kept"] == len(outcome.data) - len(outcome.result.excluded)
    layers = summary["layers"]
    assert isinstance(layers, dict)
    assert sum(layer["excluded"] for layer in layers.values()) == summary["excluded"]
