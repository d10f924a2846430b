"""Which events are asked about: each has one verdict, and rest and moment are kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.triggers import INVITED, Happening, Rule, decide, expected, findings

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = st.builds(
    Rule,
    st.integers(0, 20).map(lambda h: h * HOUR),
    st.integers(21, 60).map(lambda h: h * HOUR),
    st.integers(0, 30).map(lambda d: timedelta(days=d)),
)
HAPPENINGS = st.lists(
    st.builds(
        Happening,
        st.integers(1, 10**6).map(lambda n: f"event:{n}"),
        st.integers(1, 6),
        st.integers(0, 80).map(lambda h: NOW - h * HOUR),
    ),
    max_size=30,
    unique_by=lambda it: it.occasion,
)


@given(RULES, HAPPENINGS, st.sets(st.integers(1, 6)))
def test_everything_whose_wait_is_over_has_one_verdict(
    rule: Rule, found: list[Happening], barred: set[int]
) -> None:
    verdicts = list(decide(rule, found, dict.fromkeys(barred, "opted_out"), {}, NOW))
    counted = Counter(it.occasion for it, _ in verdicts)
    assert counted == Counter(it.occasion for it in found if it.moment + rule.wait <= NOW)
    for it, verdict in verdicts:
        if it.moment + rule.within <= NOW:
            assert verdict == "too_late"
        elif it.customer_id in barred:
            assert verdict == "opted_out"
        else:
            assert verdict in {INVITED, "asked_lately"}


@given(RULES, HAPPENINGS)
def test_in_its_rest_a_customer_is_asked_once(rule: Rule, found: list[Happening]) -> None:
    times = defaultdict(int)
    for it, verdict in decide(rule, found, {}, {}, NOW):
        times[it.customer_id] += verdict == INVITED
    fresh = {it.customer_id for it in found if rule.wait <= NOW - it.moment < rule.within}
    assert {customer for customer, n in times.items() if n} == fresh
    if rule.rest:
        assert max(times.values(), default=0) <= 1


@given(HAPPENINGS, st.integers(1, 20))
def test_who_was_asked_lately_waits_for_the_end_of_the_rest(
    found: list[Happening], days: int
) -> None:
    rule = Rule(0 * HOUR, 200 * HOUR, timedelta(days=10))
    asked = dict.fromkeys(range(1, 7), NOW - timedelta(days=days))
    verdicts = {verdict for _, verdict in decide(rule, found, {}, asked, NOW)}
    assert verdicts <= ({"asked_lately"} if days < 10 else {INVITED, "asked_lately"})


@pytest.mark.parametrize(
    ("what", "wait", "within", "code"),
    [
        ("birthday", 0, 24, "trigger.unknown"),
        ("purchase", 0, 0, "trigger.bad_within"),
        ("purchase", 0, 2161, "trigger.bad_within"),
        ("purchase", 24, 24, "trigger.waits_too_long"),
        ("purchase", -1, 24, "trigger.waits_too_long"),
    ],
)
def test_a_wrong_trigger_is_refused(what: str, wait: int, within: int, code: str) -> None:
    assert [found.code for found in findings(what, wait, within)] == [code]
    assert list(findings("purchase", 0, 24)) == []


def test_what_is_expected_is_the_mean_of_past_days() -> None:
    assert expected([]) == 0
    assert expected([3, 4]) == 4
    assert expected([0, 0, 0]) == 0
