"""Time zones that a study can run in, China's first."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

FIRST = ("Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Urumqi", "Asia/Singapore")
REGIONS = ("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/")
HOME = FIRST[0]
"""Where the shops are: days and times without a zone are meant there."""


@cache
def choices() -> tuple[str, ...]:
    """Every zone of a region, the common ones first."""
    zones = sorted(z for z in available_timezones() if z.startswith(REGIONS) or z == "UTC")
    return (*FIRST, *(zone for zone in zones if zone not in FIRST))
