from datetime import UTC, datetime, timedelta
from threading import Thread

from surveyapp import clock

THEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_now_is_aware_utc() -> None:
    assert clock.now().tzinfo is UTC


def test_frozen_holds_for_the_whole_process_and_ends() -> None:
    seen = []
    with clock.frozen(THEN):
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        assert seen == [THEN]
    assert clock.now() - THEN > timedelta(days=1)


def test_here_holds_for_one_thread_only() -> None:
    seen = []
    with clock.here(THEN):
        assert clock.now() == THEN
        thread = Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != THEN
    assert clock.now() != THEN
