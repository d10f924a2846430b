"""Now against before: periods by label, or days; which side is which; what is adjusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.changing import adjusted, change, sides_of
from surveyapp.datasets.table import Dataset, build
from tests.datasets.scored import DOCUMENT
from tests.reports.scored_study import people


def periods(*labels: str) -> Dataset:
    """An answer to each period named."""
    rows = [
        replace(row, period=label)
        for row, label in zip(people(len(labels), seed=5), labels, strict=True)
    ]
    about = about_of([DOCUMENT], Uses(recurs=True))
    return build(
        rows, {1: DOCUMENT}, title="x", timezone="Asia/Shanghai", language="en", about=about
    )


def days(*late: int) -> Dataset:
    """Answers so many days after the first of March."""
    rows = [
        replace(row, completed_at=row.completed_at + timedelta(days=by))
        for row, by in zip(people(len(late), seed=5), late, strict=True)
    ]
    return build(rows, {1: DOCUMENT}, title="x", timezone="Asia/Shanghai", language="en")


def test_the_two_newest_periods_by_their_labels() -> None:
    sides = sides_of(periods("2026-04", "2026-02", "2026-03", "", "2026-04"))
    assert sides is not None
    assert (sides.now, sides.before) == ("2026-04", "2026-03")
    assert sides.groups == ("now", None, "before", None, "now")


@pytest.mark.parametrize("data", [periods("2026-04", "2026-04", ""), days(), days(0, 1, 29)])
def test_without_a_period_before_there_is_no_change(data: Dataset) -> None:
    assert sides_of(data) is None
    assert change(data, 10) is None


def test_the_last_thirty_days_and_as_many_before() -> None:
    sides = sides_of(days(0, 35, 36, 64, 65, 65))
    assert sides is not None
    assert (sides.now, sides.before) == ("2026-04-07 – 2026-05-06", "2026-03-08 – 2026-04-06")
    assert sides.groups == (None, "before", "now", "now", "now", "now")


def test_the_difference_is_now_less_before_whichever_comes_first() -> None:
    labels = ["2026-03"] * 30 + ["2026-04"] * 30
    one, other = change(periods(*labels), 10), change(periods(*reversed(labels)), 10)
    for found in (one, other):
        assert found is not None
        assert (found["now"]["answers"], found["before"]["answers"]) == (30, 30)
        for row in found["outcomes"]:
            assert row["difference"] == pytest.approx(row["now"]["mean"] - row["before"]["mean"])
            assert row["low"] < row["difference"] < row["high"]


def test_a_side_below_the_minimum_takes_the_other_along_unless_others_hide_it() -> None:
    few = change(periods(*["2026-03"] * 5, *["2026-04"] * 30), 10)
    assert few is not None
    for row in few["outcomes"]:
        assert (row["now"]["mean"], row["before"]["mean"], row["difference"]) == (None,) * 3
    hidden = change(periods(*["2026-02"] * 30, *["2026-03"] * 5, *["2026-04"] * 30), 10)
    assert hidden is not None
    total = hidden["outcomes"][0]
    assert total["now"]["mean"] is not None
    assert total["before"] == {"name": "before", "n": 5, "mean": None}


def test_p_is_adjusted_over_the_rows_that_have_one() -> None:
    rows = adjusted([{"p": 0.02}, {"p": None}, {"p": 0.03}])
    assert [row["p"] for row in rows] == [0.04, None, 0.04]
    assert [row["differ"] for row in rows] == [True, False, True]
