import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from surveyapp.stats.comparison import compare_groups
from surveyapp.stats.proportions import holm


def codes(result):
    return [finding.code for finding in result.findings]


@pytest.fixture(scope="module")
def cities():
    rng = np.random.default_rng(1)
    groups = {
        "上海": rng.normal(80, 5, 60),
        "北京": rng.normal(79, 9, 40),
        "广州": rng.normal(70, 7, 50),
    }
    values = np.concatenate(list(groups.values()))
    return groups, values, np.repeat(list(groups), [len(own) for own in groups.values()]).tolist()


def test_two_groups_equal_scipy_welch(cities):
    groups, values, labels = cities
    chosen = [label in ("上海", "广州") for label in labels]
    result = compare_groups(values[chosen], [g for g, c in zip(labels, chosen, strict=True) if c])
    expected = stats.ttest_ind(groups["上海"], groups["广州"], equal_var=False)
    assert result.test == "welch_t"
    assert result.statistic == pytest.approx(expected.statistic)
    assert result.p == pytest.approx(expected.pvalue)
    assert result.df[0] == pytest.approx(expected.df)
    ends = expected.confidence_interval(0.95)
    assert result.pairs[0].interval.low == pytest.approx(ends.low)
    assert result.pairs[0].interval.high == pytest.approx(ends.high)
    assert result.effect_name == "hedges_g"
    assert result.effect > 1


def test_more_groups_get_welch_anova_and_pairs_after_games_and_howell(cities):
    _, values, labels = cities
    result = compare_groups(values, labels)
    assert (result.test, result.adjusted_by) == ("welch_anova", "games_howell")
    assert result.df[0] == 2
    assert result.p < 1e-6
    assert 0 < result.effect < 1
    differ = {(pair.a, pair.b): pair.differ for pair in result.pairs}
    assert differ == {("上海", "北京"): False, ("上海", "广州"): True, ("北京", "广州"): True}
    assert all(pair.p_adjusted >= pair.p for pair in result.pairs)
    assert [group.mean.n for group in result.groups] == [60, 40, 50]
    assert result.findings == ()


PLANTS = {
    "ctrl": (4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14),
    "trt1": (4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69),
    "trt2": (6.31, 5.12, 5.54, 5.50, 5.37, 5.29, 4.92, 6.15, 5.80, 5.26),
}
"""R's PlantGrowth."""


def test_games_and_howell_and_hedges_are_those_of_r():
    """R 4: ptukey on Welch's t and df; oneway.test; g with the interval of effsize::cohen.d."""
    labels = [name for name, own in PLANTS.items() for _ in own]
    result = compare_groups(np.concatenate(list(PLANTS.values())), labels)
    assert result.p == pytest.approx(0.01739282149, rel=1e-8)
    expected = {
        ("ctrl", "trt1"): (0.4745549222, 0.5102373665, -0.4444890961, 1.4649638291),
        ("ctrl", "trt2"): (0.11288917685, -0.91403776423, -1.90144123118, 0.07336570272),
        ("trt1", "trt2"): (0.02370345474, -1.28927711894, -2.32184532972, -0.25670890816),
    }
    for pair in result.pairs:
        found = (pair.p_adjusted, pair.effect, pair.reach.low, pair.reach.high)
        assert found == pytest.approx(expected[pair.a, pair.b], rel=1e-7)


def test_groups_of_few_answers_are_adjusted_by_holm():
    labels = ["a"] * 5 + ["b"] * 9 + ["c"] * 9
    values = np.random.default_rng(2).normal(0, 1, 23)
    result = compare_groups(values, labels)
    assert result.adjusted_by == "holm"
    assert [pair.p_adjusted for pair in result.pairs] == pytest.approx(
        holm([pair.p for pair in result.pairs])
    )


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.permutations("abcd"))
def test_pairs_do_not_depend_on_the_order_of_the_groups(seed, order):
    rng = np.random.default_rng(seed)
    answers = {name: rng.normal(i, 1 + i, 6 + i) for i, name in enumerate("abcd")}

    def pairs(names):
        labels = [name for name in names for _ in answers[name]]
        found = compare_groups(np.concatenate([answers[name] for name in names]), labels)
        return {frozenset((p.a, p.b)): (p.p_adjusted, abs(p.effect)) for p in found.pairs}

    one, other = pairs("abcd"), pairs(order)
    assert all(one[key] == pytest.approx(other[key], abs=1e-9) for key in one)


def test_groups_that_cannot_take_part_are_named(cities):
    _, values, labels = cities
    more = np.r_[values, 5.0, np.nan, 3.0, 3.0, 9.0]
    result = compare_groups(more, [*labels, "one", "one", "flat", "flat", None])
    assert codes(result) == ["comparison.small_group", "comparison.constant_group"]
    assert '"one"' in result.findings[0].message
    assert len(result.pairs) == 3
    assert [group.name for group in result.groups][-2:] == ["one", "flat"]
    assert result.p == pytest.approx(compare_groups(values, labels).p)


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [1.0, np.nan, 3.0]])
def test_fewer_than_two_groups_are_no_comparison(values):
    result = compare_groups(values, ["a"] * len(values))
    assert result.test is result.p is result.effect is None
    assert result.pairs == ()
    assert codes(result)[-1] == "comparison.too_few_groups"


def test_values_without_groups_are_a_mistake():
    with pytest.raises(ValueError, match="one group per value"):
        compare_groups([1.0, 2.0], ["a"])
