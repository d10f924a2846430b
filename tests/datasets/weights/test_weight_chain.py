"""The chain of weights by hand, and what holds of every chain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.datasets.weights.chain import Chain, chained
from surveyapp.datasets.weights.recipe import USUAL, WeightRecipe
from surveyapp.datasets.weights.sample import Cell
from tests.datasets.weights.builders import NORTH, SOUTH, cell, rows

ANSWERED = ["north"] * 4 + ["south"] * 2


def keys(chain: Chain) -> list[str]:
    return [step.key for step in chain.steps]


def codes(chain: Chain) -> list[str]:
    return [finding.code for finding in chain.findings]


def test_the_usual_weights_are_customers_over_answers() -> None:
    chain = chained(rows(ANSWERED), USUAL)
    assert keys(chain) == ["base", "strata"]
    assert chain.weights.tolist() == [25] * 4 + [25] * 2
    assert chain.findings == ()


def test_different_base_weights_keep_their_ratio() -> None:
    some = replace(rows(ANSWERED), base=np.array([1.0, 2, 3, 4, 5, 5]))
    assert chained(some, USUAL).weights == pytest.approx([10, 20, 30, 40, 25, 25])


def test_unknown_eligibility_then_non_response() -> None:
    recipe = WeightRecipe(eligibility=(), response=("city",), calibration="none")
    chain = chained(rows(ANSWERED), recipe)
    known = 150 / 110
    north, south = 10 * known * 7 / 4, 10 * known * 3 / 2
    assert chain.weights == pytest.approx([north] * 4 + [south] * 2)
    assert keys(chain) == ["base", "eligibility", "response"]
    assert chain.steps[1].told["classes"] == [
        {"name": "", "answers": 6, "moved": 40.0, "factor": pytest.approx(known)}
    ]
    assert [line["name"] for line in chain.steps[2].told["classes"]] == ["N", "S"]


def test_customers_who_turned_out_not_eligible_leave_the_totals() -> None:
    chain = chained(rows(ANSWERED), WeightRecipe(eligibility=(), response=()))
    gone = 10 * 150 / 110
    assert chain.weights == pytest.approx([(100 - gone) / 4] * 4 + [25] * 2)


def test_without_that_step_the_totals_are_the_frame() -> None:
    chain = chained(rows(ANSWERED), WeightRecipe(response=()))
    assert chain.weights == pytest.approx([25] * 6)


def test_silence_of_a_verified_list_is_non_response() -> None:
    recipe = WeightRecipe(eligibility=(), verified=True, response=(), calibration="none")
    chain = chained(rows(ANSWERED), recipe)
    known = 150 / 140  # only the undelivered one is unknown
    assert chain.weights == pytest.approx([10 * known * 13 / 6] * 6)


def test_answers_that_screening_took_out_count_as_not_given() -> None:
    recipe = WeightRecipe(response=("city",), calibration="none")
    chain = chained(rows(ANSWERED[1:]), recipe)
    assert chain.weights[:3] == pytest.approx([10 * 9 / 3] * 3)
    assert chain.weights.sum() + 10 == pytest.approx(150)


def test_rows_whose_invitation_does_not_know_of_them_count_once() -> None:
    some = cell("south", "S", 50, 10, (0, 1, 0, 3, 1))
    recipe = WeightRecipe(eligibility=(), response=(), calibration="none")
    chain = chained(rows(["south"] * 2, (some,)), recipe)
    assert chain.weights == pytest.approx([25, 25])


def test_a_class_without_answers_is_named_and_its_weight_lost() -> None:
    recipe = WeightRecipe(response=("city",), calibration="none")
    chain = chained(rows(ANSWERED[:4]), recipe)
    assert codes(chain) == ["weights.empty_class"]
    assert chain.findings[0].place == "class:S"
    assert chain.weights.sum() == pytest.approx(90)


def test_a_stratum_without_answers_is_said() -> None:
    chain = chained(rows(ANSWERED[:4]), USUAL)
    assert codes(chain) == ["weights.empty_strata"]
    assert dict(chain.findings[0].params) == {"count": 1, "customers": 50.0}


def test_a_stratum_of_customers_who_are_not_eligible_keeps_the_weight_of_its_rows() -> None:
    closed = cell("closed", "N", 10, 10, (1, 0, 1, 0, 0))
    chain = chained(rows(["closed"], (closed,)), WeightRecipe(eligibility=()))
    assert chain.weights.tolist() == [10.0]


def test_without_a_sample_field_steps_are_left_out_and_said() -> None:
    chain = chained(rows(["x", "x"], ()), WeightRecipe(eligibility=(), response=()))
    assert codes(chain) == ["weights.no_sample"] * 2
    assert chain.weights.tolist() == [10, 10]
    assert keys(chain) == ["base", "eligibility", "response"]


def test_trimming_keeps_the_total_and_says_how_many() -> None:
    some = replace(rows(ANSWERED), base=np.array([1.0, 1, 1, 97, 25, 25]))
    chain = chained(some, WeightRecipe(trim=3))
    assert chain.weights.sum() == pytest.approx(150)
    assert chain.steps[-1].told["samples"] == [{"sample": "", "limit": 39.0, "rows": 1}]
    assert chain.weights.max() <= 39 + 1e-9


def test_trimming_without_room_is_left_out_and_said() -> None:
    some = replace(rows(ANSWERED), base=np.array([1.0, 1, 1, 1, 1, 1000]))
    chain = chained(some, WeightRecipe(calibration="none", trim=1.5))
    assert codes(chain) == ["weights.limit_too_low"]
    assert chain.weights.tolist() == some.base.tolist()


def test_every_sample_is_trimmed_on_its_own_and_one_without_rows_not_at_all() -> None:
    later = [replace(one, period=period) for one, period in ((NORTH, "p1"), (SOUTH, "p2"))]
    some = replace(rows(ANSWERED[:4], later), base=np.array([1.0, 1, 1, 4]))
    chain = chained(some, WeightRecipe(calibration="none", trim=2))
    assert [told["sample"] for told in chain.steps[-1].told["samples"]] == ["p1"]
    assert chain.weights == pytest.approx([5 / 3, 5 / 3, 5 / 3, 2])


counts = st.tuples(*[st.integers(0, 6)] * 5)


@given(st.lists(counts, min_size=1, max_size=6), st.booleans(), st.data())
def test_what_is_not_lost_is_kept(
    fates: list[tuple[int, ...]], verified: bool, data: st.DataObject
) -> None:
    """Rows and ineligible customers stand for the whole sample, but for classes without rows."""
    cells: list[Cell] = []
    names: list[str] = []
    for place, fate in enumerate(fates):
        city = data.draw(st.sampled_from("NS"))
        cells.append(cell(str(place), city, 4 * sum(fate), 4, fate))
        names += [str(place)] * data.draw(st.integers(0, fate[0]))
    by = data.draw(st.sampled_from([(), ("city",)]))
    recipe = WeightRecipe(eligibility=by, verified=verified, response=by, calibration="none")
    if not names:
        return
    chain = chained(rows(names, cells, base=4), recipe)
    total = sum(sum(one.weights.values()) for one in cells)
    if codes(chain):
        assert chain.weights.sum() <= total * (1 + 1e-9)
        return
    factors = [line["factor"] for line in chain.steps[1].told["classes"] if line["factor"]]
    gone = sum(one.weights["ineligible"] for one in cells)
    assert total - gone * max(factors) <= chain.weights.sum() * (1 + 1e-9)
    assert chain.weights.sum() <= (total - gone * min(factors)) * (1 + 1e-9)
    assert (chain.weights >= 4 * (1 - 1e-9)).all()
