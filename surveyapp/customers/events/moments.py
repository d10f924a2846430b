"""Reading a cell as a moment: a date in any form, with a time and a zone or without them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from surveyapp.customers.cells import CellError, narrow
from surveyapp.customers.values import calendar_day
from surveyapp.findings import N_

_CLOCK = re.compile(
    r"(.*?)[T \s]+(\d{1,2})\s*[:：时]\s*(\d{1,2})(?:\s*[:：分]\s*(\d{1,2})(?:\.\d+)?)?\s*[分秒]?\s*(Z|[+-]\d{2}:?\d{2})?",  # noqa: E501
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})\.(\d+)")


def moment(cell: str) -> datetime:
    """The moment that a cell names: aware where it has a zone, naive where not.

    A day without a time is its beginning. Raises CellError `not_a_moment`, or what a date raises.
    """
    text = narrow(cell)
    if found := _SERIAL.fullmatch(text):
        seconds = round(float(f"0.{found[2]}") * 86_400)
        return datetime.combine(calendar_day(found[1]), time()) + timedelta(seconds=seconds)
    if found := _COMPACT.fullmatch(text):
        return _joined(calendar_day(found[1]), found[2], found[3], found[4], None)
    if found := _CLOCK.fullmatch(text):
        return _joined(calendar_day(found[1]), found[2], found[3], found[4], found[5])
    return datetime.combine(calendar_day(text), time())


def _joined(day: date, hour: str, minute: str, second: str | None, zone: str | None) -> datetime:
    try:
        at = datetime.combine(day, time(int(hour), int(minute), int(second or 0)))
        return at if zone is None else at.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)
    except ValueError:
        raise CellError(
            "not_a_moment",
            N_('Row {row}, {column}: "{value}" has no possible time. Write for example 2026-11-23 18:05.'),  # noqa: E501
        ) from None  # fmt: skip


def placed(at: datetime, zone: ZoneInfo) -> datetime:
    """A moment in UTC; without a zone of its own it is one of `zone`'s clock."""
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
