import numpy as np
import pytest
from scipy import stats

from surveyapp.stats.comparison import compare_groups


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


def test_more_groups_get_welch_anova_and_pairs_adjusted_by_holm(cities):
    _, values, labels = cities
    result = compare_groups(values, labels)
    assert result.test == "welch_anova"
    assert result.df[0] == 2
    assert result.p < 1e-6
    assert 0 < result.effect < 1
    differ = {(pair.a, pair.b): pair.differ for pair in result.pairs}
    assert differ == {("上海", "北京"): False, ("上海", "广州"): True, ("北京", "广州"): True}
    assert all(pair.p_adjusted >= pair.p for pair in result.pairs)
    assert result.pairs[0].p_adjusted == pytest.approx(result.pairs[0].p)
    assert [group.mean.n for group in result.groups] == [60, 40, 50]
    assert result.findings == ()


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
