import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.stats.descriptives import describe, frequencies, multiple_frequencies

NAN = float("nan")


def test_a_question_is_described_over_its_answers():
    result = describe([1.0, 2, NAN, 4])
    assert (result.n, result.missing, result.low, result.high) == (3, 1, 1, 4)
    assert result.mean.value == pytest.approx(7 / 3)
    assert result.sd == pytest.approx(np.std([1, 2, 4], ddof=1))
    assert result.mean.interval.low < 7 / 3 < result.mean.interval.high


def test_ces_equals_r():
    # psych::Tal_Or import 1 to 7: R t.test; rebuilt from its mean and standard deviation.
    rng = np.random.default_rng(0)
    z = rng.normal(size=123)
    z = (z - z.mean()) / z.std(ddof=1)
    result = describe(4.203252032520325 + 1.7365848791568832 * z)
    interval = result.mean.interval
    assert [interval.low, interval.high] == pytest.approx(
        [3.8932811655767883, 4.5132228994638615], abs=1e-9
    )


def test_nothing_and_one_answer():
    empty = describe([NAN])
    assert (empty.n, empty.mean.value, empty.sd, empty.low) == (0, None, None, None)
    one = describe([3.0])
    assert (one.mean.value, one.sd, one.mean.interval) == (3, None, None)


def test_weights_as_repetitions_move_the_mean():
    result = describe([1.0, 5.0], [3, 1])
    assert result.mean.value == pytest.approx(2)
    assert result.sd == pytest.approx(np.sqrt((1.5 * 1 + 0.5 * 9) / 1))


ANSWER = st.one_of(st.none(), st.sampled_from("abc"))


@given(st.lists(ANSWER, max_size=40))
@settings(max_examples=60, deadline=None)
def test_single_choices_add_up_to_their_base(answers):
    result = frequencies(answers, "abcd")
    assert result.base + result.missing == len(answers)
    assert sum(category.count for category in result.categories) == result.base
    shares = [category.share for category in result.categories]
    if result.base:
        assert sum(shares) == pytest.approx(1)
        assert result.categories[3].count == 0
    else:
        assert shares == [None] * 4
        assert result.findings[0].code == "frequencies.empty_base"


def test_multiple_choices_are_shares_of_respondents():
    result = multiple_frequencies([["a", "b"], ["a"], [], None], "ab")
    assert (result.base, result.missing) == (3, 1)
    assert [category.share for category in result.categories] == pytest.approx([2 / 3, 1 / 3])
    assert result.categories[0].interval.high < 1


def test_unknown_answers_are_counted_and_said():
    result = frequencies(["a", "x"], "ab")
    assert result.base == 2
    assert '"x"' in result.findings[0].message


def test_weights_change_shares_and_base_together():
    result = frequencies(["a", "b", None], "ab", [3, 1, 100])
    assert [category.share for category in result.categories] == pytest.approx([0.75, 0.25])
    assert [category.count for category in result.categories] == [1, 1]
