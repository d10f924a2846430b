"""Where a phone is at home: its country and, where the country has one, its time zone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

OFFICIAL = {"CN": "Asia/Shanghai"}
"""Countries that keep one time by law though the list of zones names several places."""


YEAR = tuple(datetime(2026, month, day, tzinfo=UTC) for month in range(1, 13) for day in (1, 15))
"""Moments at which times are compared: changes to summer time fall between them."""


@lru_cache(maxsize=8192)
def country(phone: str) -> str:
    """ISO 3166 code of an E.164 number; empty when it belongs to none."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.region_code_for_number(parsed) or "")


def zone(phone: str, default: str) -> str:
    """The zone of the number's country; `default` where it keeps several times or is unknown."""
    return zone_of(country(phone)) or default


@lru_cache(maxsize=512)
def zone_of(where: str) -> str:
    """The zone of a country; empty where it keeps several times. Names that keep the same time all
    year, as Berlin and Büsingen do, are one.
    """
    from babel.core import get_global

    zones = get_global("territory_zones").get(where, ())
    times = {tuple(moment.astimezone(ZoneInfo(z)).utcoffset() for moment in YEAR) for z in zones}
    return OFFICIAL.get(where, zones[0] if len(times) == 1 else "")
