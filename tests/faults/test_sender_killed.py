"""Kill -9 workers at random while they send through two providers. None lost, none sent twice."""

from __future__ import annotations

import pytest

from surveyapp.database import db
from tests.faults.soaking import everyone_is_accounted_for, soak, two_providers

WEATHER = {
    "latency": 0.005,
    "throttle": 0.01,
    "error_after_accept": 0.02,
    "hang_after_accept": 0.002,
    "hang_seconds": 1.2,
    "receipt_delay": 1.0,
    "duplicate": 0.2,
    "shuffle": 0.2,
}


def right(summary):
    zeros = (summary.lost, summary.twice, summary.outside_window, summary.to_opted_out)
    return zeros == (0, 0, 0, 0) and everyone_is_accounted_for()


def engine():
    return db.engine.dialect.name


def workers():
    """SQLite has one that sends; PostgreSQL any number."""
    return 4 if engine() == "postgresql" else 1


@pytest.mark.fault
def test_killing_the_sender_loses_nothing_and_doubles_nothing(any_app):
    with two_providers(any_app, **WEATHER) as both:
        summary = soak(any_app, both, messages=300, kills=5, workers=workers(), seed=11)
    assert right(summary), summary
    assert min(summary.by_channel.values()) > 0, "both providers were needed"


@pytest.mark.fault
@pytest.mark.soak
def test_fifty_kills_in_twenty_thousand_messages(any_app):
    with two_providers(any_app, **WEATHER) as both:
        summary = soak(
            any_app, both, messages=20_000, kills=50, workers=workers(), seed=20, patience=1800
        )
    summary.write(engine())
    assert right(summary), summary
