import numpy as np
import pytest

from surveyapp.stats.scale import analyse_scale

from .test_reliability import names, scale


def codes(result):
    return [finding.code for finding in result.findings]


def test_one_analysis_gives_both_halves():
    data = scale()
    result = analyse_scale(data, names(data))
    assert 0 < result.reliability.alpha < 1
    assert 0 < result.dimensionality.kmo < 1
    assert result.findings == ()


@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_an_item_without_answers_does_not_cost_the_others_their_rows(missing):
    data = scale()
    spoiled = np.insert(data, 1, np.nan, axis=1)
    calls = []

    def blocks():
        calls.append(1)
        return iter([spoiled[:90], spoiled[90:]])

    result = analyse_scale(blocks, ["a", "gone", "b", "c", "d"], missing=missing)
    plain = analyse_scale(data, ["a", "b", "c", "d"], missing=missing)
    assert len(calls) == 2
    assert result.reliability.alpha == pytest.approx(plain.reliability.alpha)
    assert result.dimensionality.kmo == pytest.approx(plain.dimensionality.kmo)
    assert [item.id for item in result.reliability.items] == ["a", "gone", "b", "c", "d"]
    assert codes(result) == ["items.no_answers"]
    assert result.findings[0].params == {"item": "gone"}


def test_a_finding_of_both_halves_is_said_once():
    data = np.column_stack([scale(), np.full(200, 3.0)])
    assert codes(analyse_scale(data, names(data))) == ["items.constant_item"]


def test_answers_off_the_scale_are_reported_and_never_reversed():
    data = scale()
    data[data > 5], data[data < 1] = 5, 1
    data[7, 1] = 99
    used = analyse_scale(data, names(data), ends=(1, 5))
    assert codes(used) == ["items.off_scale"]
    assert used.reliability.alpha is not None
    assert "99" in used.findings[0].message
    refused = analyse_scale(data, names(data), reversed_items=["q2"], ends=(1, 5))
    assert "items.off_scale_reversed" in codes(refused)
    assert refused.reliability.alpha is refused.reliability.interval is None
    assert refused.reliability.items[0].mean is not None
    assert refused.dimensionality.kmo is not None


def test_answers_off_the_scale_are_counted_over_all_blocks():
    blocks = [np.array([[9.0, 1], [8, 2]]), np.array([[1.0, 2], [7, 4]])]
    found = analyse_scale(lambda: iter(blocks), ["a", "b"], ends=(1, 5)).findings[0]
    assert (found.params["count"], found.params["value"]) == (3, 9)


def test_reversing_needs_the_ends():
    with pytest.raises(ValueError, match="ends"):
        analyse_scale(scale(), ["a", "b", "c", "d"], reversed_items=["a"])


def test_nothing_at_all_is_explained():
    result = analyse_scale(np.empty((0, 2)), ["a", "b"])
    assert codes(result) == ["reliability.too_few_answers", "dimensionality.too_few_answers"]
    blank = analyse_scale(np.full((4, 2), np.nan), ["a", "b"])
    assert blank.reliability.alpha is None
    assert codes(blank)[:2] == ["items.no_answers", "items.no_answers"]
