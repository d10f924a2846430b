"""The token bucket of the senders."""

from __future__ import annotations

import threading
import time

from surveyapp.distribution.pacing import Pace


def test_tokens_accrue_at_the_rate_and_never_beyond_the_burst():
    pace, stop = Pace(100.0), threading.Event()
    assert pace.take(50, stop) == 20
    started = time.monotonic()
    taken = 0
    while taken < 20:
        taken += pace.take(50, stop)
    assert time.monotonic() - started > 0.15
    time.sleep(0.4)
    assert pace.take(50, stop) == 20


def test_a_slow_rate_gives_one_at_a_time():
    pace, stop = Pace(2.0), threading.Event()
    assert pace.take(16, stop) == 1
    started = time.monotonic()
    assert pace.take(16, stop) == 1
    assert time.monotonic() - started > 0.3


def test_unused_tokens_return_and_a_pause_holds_everyone():
    pace, stop = Pace(10.0), threading.Event()
    taken = pace.take(2, stop)
    pace.give_back(taken)
    assert pace.take(2, stop) == 2
    assert not pace.paused
    pace.pause(0.3)
    assert pace.paused
    started = time.monotonic()
    assert pace.take(1, stop) == 1
    assert time.monotonic() - started > 0.2


def test_a_stop_ends_the_wait_at_once():
    pace, stop = Pace(1.0), threading.Event()
    pace.pause(60)
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()
    assert pace.take(1, stop) == 0
    assert time.monotonic() - started < 50
