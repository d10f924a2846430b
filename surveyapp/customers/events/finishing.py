"""What a row of an event needs beyond its cells: moments in UTC, in a possible order. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from surveyapp.customers.events.attributes import LASTING
from surveyapp.customers.events.moments import placed
from surveyapp.customers.rows import Finish, Row
from surveyapp.findings import N_, Finding

AHEAD = timedelta(minutes=10)
"""How far the clock of the shop's system may run before ours."""


def finishing(zone: ZoneInfo | None, now: datetime) -> Finish:
    """What completes rows whose moments without a zone are told by `zone`'s clock.

    None: such moments are refused.
    """

    def finish(row: Row) -> None:
        for name in ("happened_at", "closed_at"):
            at = row.values.get(name)
            if not isinstance(at, datetime):
                continue
            if at.tzinfo is None and zone is None:
                row.findings.append(_finding(row, "no_zone", N_("Row {row}: {value} has no time zone. Write for example 2026-11-23T18:05:00+08:00."), at))  # noqa: E501  # fmt: skip
                return
            row.values[name] = placed(at, zone or ZoneInfo("UTC"))
        row.findings.extend(_wrong(row, now))

    return finish


def _wrong(row: Row, now: datetime) -> list[Finding]:
    opened, closed = row.values.get("happened_at"), row.values.get("closed_at")
    found = []
    for at in (opened, closed):
        if isinstance(at, datetime) and at > now + AHEAD:
            found.append(_finding(row, "in_future", N_("Row {row}: {value} lies in the future. Check the year and the time zone."), at))  # noqa: E501  # fmt: skip
    if not isinstance(closed, datetime):
        return found
    kind = row.values.get("kind", "service_case")
    if kind not in LASTING:
        found.append(_finding(row, "cannot_close", N_("Row {row}: only service cases and complaints are closed. Leave the closing time {value} blank."), closed))  # noqa: E501  # fmt: skip
    elif isinstance(opened, datetime) and closed < opened:
        found.append(_finding(row, "closed_before", N_("Row {row}: it was closed at {value}, before it was opened. Check both times."), closed))  # noqa: E501  # fmt: skip
    return found


def _finding(row: Row, code: str, template: str, at: datetime) -> Finding:
    params = {"row": row.number, "column": "", "value": f"{at:%Y-%m-%d %H:%M %Z}".rstrip()}
    return Finding(f"event.{code}", f"row:{row.number}", template, params)
