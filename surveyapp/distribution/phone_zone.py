"""Where a phone is at home: its country and, where the country has one, its time zone. Pure."""

from __future__ import annotations

from functools import lru_cache

OFFICIAL = {"CN": "Asia/Shanghai"}
"""Countries that keep one time by law though the list of zones names several places."""


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
    """The zone of the number's country; `default` where it has several or is unknown."""
    from babel.core import get_global

    where = country(phone)
    zones = get_global("territory_zones").get(where, ())
    only = zones[0] if len(zones) == 1 else default
    return OFFICIAL.get(where, only)
