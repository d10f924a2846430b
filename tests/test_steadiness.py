"""A clock that jumps is noticed, whichever way, and trusted again after a while."""

from __future__ import annotations

import pytest

from surveyapp.steadiness import Steadiness


class Times:
    """A wall clock that may be set, and a steady one."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def clock(times: Times) -> Steadiness:
    return Steadiness(lambda: times.wall, lambda: times.steady)


def test_a_steady_clock_is_trusted_from_the_start(times: Times, clock: Steadiness) -> None:
    assert clock.for_seconds(1e9)
    times.pass_by(3600)
    assert clock.look() == 0
    assert clock.for_seconds(1e9)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 2.5])
def test_a_jump_is_told_once_and_forgotten_in_time(
    times: Times, clock: Steadiness, jump: float
) -> None:
    times.wall += jump
    assert clock.look() == pytest.approx(jump)
    assert clock.look() == 0
    assert not clock.for_seconds(100)
    times.pass_by(100)
    assert not clock.for_seconds(100)
    times.pass_by(0.1)
    assert clock.for_seconds(100)


def test_a_clock_that_is_nudged_all_day_is_trusted(times: Times, clock: Steadiness) -> None:
    for _ in range(100):
        times.pass_by(1)
        times.wall += 0.5
        assert clock.look() == 0
    assert clock.for_seconds(1e9)


def test_a_judge_that_comes_before_the_next_look_sees_the_jump(
    times: Times, clock: Steadiness
) -> None:
    times.wall += 600
    assert not clock.for_seconds(5)
    assert clock.look() == pytest.approx(600), "the judge does not keep it to himself"


def test_the_machines_own_clocks_are_the_default() -> None:
    assert Steadiness().look() == 0
