from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports.charts import Bar, bar_chart, column_chart, fitted, text_width


def test_bars_share_one_scale_and_carry_their_interval() -> None:
    chart = bar_chart(
        [Bar("Speed", 50, 40, 60, "n = 10", "50.0"), Bar("Attitude", 100, shown="100.0")], 0, 100
    )
    first, second = chart.rows
    assert first.x == second.x
    assert abs(second.length - 2 * first.length) < 0.2
    assert first.low is not None
    assert first.high is not None
    assert first.low < first.x + first.length < first.high
    assert second.low is None


def test_a_missing_value_draws_no_bar() -> None:
    (row,) = bar_chart([Bar("Nobody answered", None)], 0, 100).rows
    assert row.length == 0


def test_negative_values_grow_to_the_left_of_zero() -> None:
    minus, plus = bar_chart([Bar("a", -50), Bar("b", 50)], -100, 100).rows
    assert minus.x < plus.x
    assert abs(minus.length - plus.length) < 0.2
    assert abs(minus.x + minus.length - plus.x) < 0.2


def test_an_empty_distribution_has_base_zero_and_no_shares() -> None:
    chart = column_chart([("0", 0), ("1", 0)])
    assert chart.base == 0
    assert [column.share for column in chart.columns] == [0, 0]
    assert column_chart([]).columns == ()


def test_chinese_labels_are_given_more_room() -> None:
    assert text_width("响应速度") > text_width("abcd")


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=20))
def test_shares_sum_to_one_hundred(counts: list[int]) -> None:
    chart = column_chart([(str(i), count) for i, count in enumerate(counts)])
    assert chart.base == sum(counts)
    assert abs(sum(c.share for c in chart.columns) - (100 if sum(counts) else 0)) < 1e-6
    assert all(0 <= c.height <= chart.height for c in chart.columns)


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=10),
    st.floats(-1e3, 0),
    st.floats(1, 1e3),
)
def test_bars_stay_inside_the_chart(values: list[float], low: float, high: float) -> None:
    chart = bar_chart([Bar("x", value) for value in values], low, high)
    for row in chart.rows:
        assert chart.left - 0.2 <= row.x
        assert row.x + row.length <= chart.right + 0.2


def test_a_long_label_is_cut_to_its_room_and_says_so() -> None:
    assert fitted("短", 100) == "短"
    for label in ("一个很长的选项" * 5, "a very long option " * 5):
        cut = fitted(label, 120)
        assert cut.endswith("…")
        assert text_width(cut) <= 120
        assert label.startswith(cut[:-1])
