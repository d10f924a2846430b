"""The rule of tiers: every customer has exactly one life cycle and one value."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.customers.tiers import rule
from surveyapp.customers.tiers.rule import History, Limits, Thresholds
from surveyapp.findings import SurveyError

LIMITS = Limits()
DAYS = st.integers(0, 400)


@st.composite
def histories(draw: st.DrawFn) -> History:
    last = draw(st.none() | DAYS)
    first = None if last is None else draw(st.none() | st.integers(last, 800))
    return History(
        draw(st.decimals(-100, 10**7, places=2)),
        draw(st.integers(0, 50)),
        first,
        last,
        draw(st.integers(0, 9)),
        draw(st.integers(0, 9)),
    )


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(), ""),
        (History(last=90, first=90), "silent"),
        (History(last=89, first=89), "leaving"),
        (History(last=60), "leaving"),
        (History(last=59, first=59), "mature"),
        (History(last=29, first=29, recent=1), "new"),
        (History(last=5, first=30, recent=1), "growing"),
        (History(last=5, first=200, recent=2, before=2), "mature"),
        (History(last=5), "mature"),
    ],
)
def test_life_cycles_at_their_limits(history: History, expected: str) -> None:
    assert rule.life_cycle(history, LIMITS) == expected


def test_worth_is_spend_times_purchases_in_fen() -> None:
    assert rule.worth(History(Decimal("1299.50"), 3)) == 389_850
    assert rule.worth(History(Decimal("-5"), 3)) == 0, "more was returned than bought"
    assert rule.worth(History(Decimal(10**12), 10**9)) == rule.MOST_WORTH


@pytest.mark.parametrize(
    ("worth", "bought", "expected"),
    [
        (200, True, "high"),
        (199, True, "middle"),
        (99, True, "low"),
        (0, True, "low"),
        (0, False, ""),
    ],
)
def test_tiers_begin_at_their_thresholds(worth: int, bought: bool, expected: str) -> None:
    assert rule.tier(worth, bought, Thresholds(200, 100)) == expected


def test_without_thresholds_everybody_is_low() -> None:
    assert rule.tier(10, True, Thresholds(None, None)) == "low"


@given(st.integers(1, 10**6), st.integers(1, 99))
def test_a_share_is_at_least_one_and_never_more_than_all(count: int, share: int) -> None:
    n = rule.place(count, share)
    assert 1 <= n <= count
    assert n * 100 >= count * share or n == 1
    assert (n - 1) * 100 < count * share


@given(histories())
def test_everyone_has_exactly_one_life_cycle(history: History) -> None:
    cycle = rule.life_cycle(history, LIMITS)
    assert cycle in ("", *rule.LIFE_CYCLES)
    assert (cycle == "") == (history.last is None)


@given(histories(), st.integers(1, 300))
def test_who_buys_again_is_never_silent_or_leaving(history: History, days: int) -> None:
    again = replace(history, last=0, first=history.first or days)
    assert rule.life_cycle(again, LIMITS) in {"new", "growing", "mature"}


@given(histories(), st.decimals(0, 1000, places=2), st.integers(0, 5))
def test_more_is_never_worth_less(history: History, more: Decimal, times: int) -> None:
    richer = replace(history, spend=history.spend + more, purchases=history.purchases + times)
    assert rule.worth(richer) >= rule.worth(history)
    order = ("low", "middle", "high")
    thresholds = Thresholds(10**6, 10**4)
    before, after = (rule.tier(rule.worth(h), True, thresholds) for h in (history, richer))
    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"window_days": 0}, "tiers.days"),
        ({"growth_days": rule.LONGEST + 1}, "tiers.days"),
        ({"high_share": 0}, "tiers.shares"),
        ({"high_share": 60, "middle_share": 40}, "tiers.shares"),
        ({"high_from": 10}, "tiers.one_limit"),
        ({"high_from": 10, "middle_from": 10}, "tiers.limits_order"),
        ({"new_days": 61}, "tiers.days_order"),
        ({"leaving_days": 90}, "tiers.days_order"),
    ],
)
def test_limits_that_contradict_are_refused(change: dict[str, int], code: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        rule.read({**LIMITS.as_json(), **change})
    assert [f.code for f in refusal.value.findings] == [code]


def test_limits_are_read_as_they_were_stored() -> None:
    fixed = Limits(high_from=100, middle_from=50)
    assert rule.read(fixed.as_json()) == fixed
    assert rule.read({"window_days": 30, "gone": 1}) == Limits(window_days=30)
