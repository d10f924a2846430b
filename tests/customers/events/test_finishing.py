"""Rows of events are completed: moments in UTC, in a possible order."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from surveyapp.customers.events.finishing import finishing
from surveyapp.customers.rows import Row

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 24, 9, 0)  # noqa: DTZ001 - a cell without a zone
NOON = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - a cell without a zone
TOMORROW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def finished(zone: ZoneInfo | None = SHANGHAI, **values: object) -> Row:
    row = Row(7, dict(values))
    finishing(zone, NOW)(row)
    return row


def test_moments_become_utc() -> None:
    row = finished(kind="service_case", happened_at=MORNING, closed_at=NOON)
    assert row.findings == []
    assert row.values["happened_at"] == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert row.values["closed_at"] == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    assert finished(kind="purchase", happened_at=NOON).findings == []


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"kind": "purchase", "happened_at": TOMORROW}, ["in_future"]),
        ({"kind": "complaint", "happened_at": MORNING, "closed_at": TOMORROW}, ["in_future"]),
        ({"kind": "purchase", "happened_at": MORNING, "closed_at": NOON}, ["cannot_close"]),
        ({"kind": "complaint", "happened_at": NOON, "closed_at": MORNING}, ["closed_before"]),
        ({"closed_at": MORNING}, []),
    ],
)
def test_impossible_times_are_named(values: dict[str, object], codes: list[str]) -> None:
    findings = finished(**values).findings
    assert [f.code for f in findings] == [f"event.{code}" for code in codes]
    assert all(f.message.startswith("Row 7: ") for f in findings)


def test_without_a_zone_to_fall_back_on_a_moment_needs_its_own() -> None:
    row = finished(None, kind="purchase", happened_at=MORNING)
    assert [f.code for f in row.findings] == ["event.no_zone"]
    assert "2026-11-24 09:00 has" in row.findings[0].message
    assert finished(None, kind="purchase", happened_at=MORNING.replace(tzinfo=UTC)).findings == []
