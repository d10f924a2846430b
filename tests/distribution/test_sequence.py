"""Order and places of steps: exchanges lose nothing, what was queued keeps its number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.sequence import (
    LONGEST,
    MOST,
    Place,
    Texting,
    capped,
    fixed,
    hours,
    in_order,
    moved,
    placed,
    proposed,
    removed,
    wait,
    way,
)
from surveyapp.findings import SurveyError

PLACES = st.dictionaries(st.integers(1, LONGEST), st.booleans(), min_size=1, max_size=MOST).map(
    lambda known: [Place(key, after, sent) for key, (after, sent) in enumerate(known.items(), 1)]
)


def refused(act: object, *arguments: object) -> str:
    """The code with which an act is refused, or nothing."""
    try:
        act(*arguments)  # type: ignore[operator]
    except SurveyError as refusal:
        return refusal.findings[0].code
    return ""


@given(st.integers(0, 90), st.integers(0, 23))
def test_a_wait_is_days_and_hours(days: int, more: int) -> None:
    assert divmod(hours(days, more), 24) == (days, more)
    assert wait(days, more) == timedelta(hours=hours(days, more))


@given(PLACES)
def test_what_stands_before_something_sent_is_fixed_and_nothing_else(places: list[Place]) -> None:
    last = max((place.after for place in places if place.sent), default=0)
    assert fixed(places) == {place.key for place in places if place.after <= last}


@given(PLACES, st.booleans(), st.data())
def test_a_move_exchanges_two_free_neighbours_and_back(
    places: list[Place], up: bool, data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from([place.key for place in places]))
    order = [place.key for place in in_order(places)]
    here = order.index(key)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        assert refused(moved, places, key, up) == "step.no_neighbour"
        return
    if {key, order[there]} & fixed(places):
        assert refused(moved, places, key, up) == "step.fixed"
        return
    after = moved(places, key, up)
    order[here], order[there] = order[there], order[here]
    assert [place.key for place in after] == order
    assert [place.after for place in after] == [place.after for place in in_order(places)]
    assert {p.key: p.sent for p in after} == {p.key: p.sent for p in places}
    assert moved(after, key, not up) == in_order(places)


@given(PLACES, st.integers(-5, LONGEST + 5), st.data())
def test_a_place_is_taken_or_refused_and_times_stay_distinct(
    places: list[Place], after: int, data: st.DataObject
) -> None:
    key = data.draw(st.integers(0, len(places)))
    known = {place.key: place.after for place in places}
    held = [known[k] for k in fixed(places)]
    others = {t for k, t in known.items() if k != key}
    code = refused(placed, places, key, after)
    if known.get(key) == after:
        assert placed(places, key, after) == in_order(places)
    elif key in fixed(places):
        assert code == "step.fixed"
    elif not 1 <= after <= LONGEST:
        assert code == "step.wait"
    elif after in others:
        assert code == "step.same_time"
    elif after < max(held, default=0):
        assert code == "step.too_early"
    elif key == 0 and len(places) == MOST:
        assert code == "step.too_many"
    else:
        found = placed(places, key, after)
        assert {place.key: place.after for place in found} == {**known, key: after}
        assert fixed(found) == fixed(places)
        assert [p.after for p in found] == sorted({p.after for p in found})


def test_a_place_may_stay_and_two_steps_never_leave_at_once() -> None:
    two = [Place(1, 72), Place(2, 144)]
    assert placed(two, 2, 144) == two
    assert refused(placed, two, 2, 72) == "step.same_time"


@given(PLACES, st.data())
def test_only_free_places_are_removed(places: list[Place], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from([place.key for place in places]))
    if key in fixed(places):
        assert refused(removed, places, key) == "step.fixed"
    else:
        assert removed(places, key) == [p for p in in_order(places) if p.key != key]


@given(PLACES)
def test_a_proposal_stands_behind_the_last_step(places: list[Place]) -> None:
    last = in_order(places)[-1].after
    assert last <= proposed(places) <= min(LONGEST, last + 72)
    assert proposed([]) == 72


@pytest.mark.parametrize(
    ("medium", "only", "phone", "email", "expected"),
    [
        ("", False, True, True, ("", "")),
        ("", False, False, True, ("", "no_phone")),
        ("", True, False, True, ("", "no_phone")),
        ("sms", False, True, True, ("sms", "")),
        ("sms", False, False, True, ("email", "")),
        ("sms", True, False, True, ("", "no_phone")),
        ("sms", False, False, False, ("", "no_phone")),
        ("email", False, True, True, ("email", "")),
        ("email", False, True, False, ("sms", "")),
        ("email", True, True, False, ("", "no_email")),
        ("email", False, False, False, ("", "no_email")),
    ],
)
def test_a_text_leaves_as_asked_the_other_way_or_not(
    medium: str, only: bool, phone: bool, email: bool, expected: tuple[str, str]
) -> None:
    assert way(medium, only, phone, email) == expected


CONDITIONS = ("", "unopened", "opened", "begun")
TEXTED = st.lists(
    st.tuples(st.integers(1, 60 * 24), st.sampled_from(CONDITIONS), st.booleans()), max_size=6
).map(lambda steps: [Texting(0, 0), *(Texting(k, *one) for k, one in enumerate(steps, 1))])


def lives(steps: list[Texting], reached: int, has: bool, cap: int, days: int) -> list[int]:
    """Keys of the steps that one customer gets who stays where they are and has an address or not.

    reached: 0 has not opened, 1 opened, 2 began.
    """
    met = {"": True, "unopened": reached == 0, "opened": reached == 1, "begun": reached == 2}
    sent: list[Texting] = []
    for step in sorted(steps, key=lambda one: (one.after, one.key)):
        recent = [one for one in sent if one.after > step.after - 24 * days]
        if met[step.condition] and (has or step.sure) and len(recent) < cap:
            sent.append(step)
    return [one.key for one in sent]


@given(TEXTED, st.integers(0, 2), st.booleans(), st.integers(1, 5), st.integers(1, 60))
def test_nobody_gets_what_is_left_out_for_the_cap(
    steps: list[Texting], reached: int, has: bool, cap: int, days: int
) -> None:
    assert not capped(steps, cap, days) & set(lives(steps, reached, has, cap, days))


def test_the_cap_counts_what_all_readers_got() -> None:
    steps = [Texting(0, 0), Texting(1, 72), Texting(2, 144), Texting(3, 216)]
    assert capped(steps, 3, 30) == {3}
    assert capped(steps, 4, 30) == set()
    assert capped(steps, 1, 5) == {1, 3}, "by the second the invitation is forgotten"
    assert capped([Texting(0, 0), Texting(1, 72, "unopened"), Texting(2, 80)], 2, 30) == set()
    both = [Texting(0, 0), Texting(1, 72, "unopened"), Texting(2, 80, "unopened")]
    assert capped(both, 2, 30) == {2}
    assert capped([Texting(0, 0), Texting(1, 72, sure=False), Texting(2, 80)], 2, 30) == set()
