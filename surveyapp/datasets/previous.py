"""The days before a period: as many as the period has. Light, for pages and worker alike."""

from __future__ import annotations

from datetime import date, timedelta

DAYS = 30
"""Length of a period of a study that asks once."""


def before_of(first: date, last: date) -> tuple[date, date]:
    """The days just before `first` to `last`, as many of them, both ends included."""
    ends = first - timedelta(days=1)
    return ends - (last - first), ends
