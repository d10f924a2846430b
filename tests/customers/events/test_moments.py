# ruff: noqa: DTZ001 - cells without a zone are naive
"""Cells as moments: every form that a spreadsheet or a shop's system writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.customers.cells import CellError
from surveyapp.customers.events.moments import moment, placed

EVENING = datetime(2026, 11, 23, 18, 5)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-23 18:05",
        "2026-11-23T18:05:00",
        "2026/11/23 18:05:00.000",
        "2026年11月23日 18:05",
        "2026年11月23日 18时05分",
        "2026－11－23　18：05",
        "20261123180500",
        "20261123 18:05",
        "46349.753472222",
    ],
)
def test_forms_of_one_moment(cell: str) -> None:
    assert moment(cell) == EVENING


def test_a_day_is_its_beginning() -> None:
    assert moment("2026-11-23") == datetime(2026, 11, 23)
    assert moment("46349") == datetime(2026, 11, 23)


@pytest.mark.parametrize("cell", ["2026-11-23T10:05:00Z", "2026-11-23 18:05:00 +0800"])
def test_a_zone_of_its_own_is_kept(cell: str) -> None:
    assert moment(cell) == EVENING.replace(tzinfo=SHANGHAI)
    assert placed(moment(cell), ZoneInfo("America/New_York")) == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)  # noqa: E501  # fmt: skip


def test_without_a_zone_the_chosen_clock_tells() -> None:
    assert placed(EVENING, SHANGHAI) == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-11-23 25:05", "not_a_moment"),
        ("20261123186500", "not_a_moment"),
        ("yesterday", "not_a_date"),
        ("2026-13-23 18:05", "not_a_date"),
        ("05/06/2026 18:05", "date_ambiguous"),
    ],
)
def test_what_is_no_moment_is_said_so(cell: str, code: str) -> None:
    with pytest.raises(CellError) as trouble:
        moment(cell)
    assert trouble.value.code == code


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_what_is_written_is_read(at: datetime) -> None:
    at = at.replace(microsecond=0)
    assert moment(at.isoformat()) == moment(f"{at:%Y%m%d%H%M%S}") == at
    serial = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    if not serial.is_integer():
        assert abs(moment(f"{serial:.9f}") - at) <= timedelta(seconds=1)
