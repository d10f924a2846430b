"""Channels: the ways out of the house, as the installation's file describes them. Pure.

A channel is one account at one provider (a second Twilio account or region is a second channel),
with its pace, its price and what it may spend a day. The file is TOML, one table for each channel:

    [backup]
    kind = "http"
    url = "https://sms.example.com/v1/messages"
    secret = "…"
    rate = 20
    price = "0.045"
    currency = "CNY"
    daily_budget = "500"
    links_to_cn = true
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MICRO = 1_000_000
"""Millionths of the currency: money is counted in whole ones, so that sums are exact."""
NEEDS = {
    "twilio": ("account_sid", "auth_token"),
    "http": ("url", "secret"),
    "aliyun": ("access_key_id", "access_key_secret", "sign_name", "callback_key"),
    "smtp": ("host", "sender"),
}
"""Kind → the options that it cannot do without."""
OWN = {"kind", "rate", "price", "currency", "daily_budget", "timezone", "links_to_cn", "reaches"}
REACHES = ("all", "cn", "abroad")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,19}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class ChannelError(ValueError):
    """The file of channels cannot be used; the message names the place and says how to mend it."""


@dataclass(frozen=True)
class Channel:
    """rate: messages a second. price: estimate for one segment (or one e-mail), in `currency`.
    daily_budget: most that may be spent from midnight to midnight in `timezone`; None: no limit.
    links_to_cn: whether links may go to +86 numbers. reaches: all numbers, only +86 (`cn`), or all
    but +86 (`abroad`). options: what its kind needs; secrets among them.
    """

    name: str
    kind: str
    rate: float = 10.0
    price: Decimal = Decimal(0)
    currency: str = "CNY"
    daily_budget: Decimal | None = None
    timezone: str = "Asia/Shanghai"
    links_to_cn: bool = False
    reaches: str = "all"
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def medium(self) -> str:
        """What reaches people by it: sms or email."""
        return "email" if self.kind == "smtp" else "sms"

    @property
    def budget_micros(self) -> int | None:
        """The daily budget in millionths."""
        return None if self.daily_budget is None else int(self.daily_budget * MICRO)

    def cost_micros(self, segments: int) -> int:
        """The estimated cost of a message in millionths."""
        return int(self.price * MICRO) * (1 if self.kind == "smtp" else max(1, segments))


def parse(text: str) -> tuple[Channel, ...]:
    """The channels of a file, in its order; raises ChannelError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise ChannelError(f"This is no TOML: {trouble}.") from trouble
    return tuple(_channel(name, table) for name, table in tables.items())


def _channel(name: str, table: Any) -> Channel:
    if not isinstance(table, dict) or not _NAME.fullmatch(name):
        raise ChannelError(
            f"{name!r} is no channel: give a table whose name has up to 20 small letters, "
            "digits, - or _."
        )
    kind = table.get("kind")
    if kind not in NEEDS:
        raise ChannelError(f"[{name}] kind is {kind!r}: give one of {', '.join(NEEDS)}.")
    missing = [option for option in NEEDS[kind] if not str(table.get(option) or "")]
    if missing:
        raise ChannelError(f"[{name}] lacks {', '.join(missing)}, which {kind} needs.")
    return Channel(
        name=name,
        kind=kind,
        rate=_rate(name, table.get("rate", 10)),
        price=_money(name, "price", table.get("price", 0)),
        currency=_currency(name, table.get("currency", "CNY")),
        daily_budget=_budget(name, table.get("daily_budget")),
        timezone=_zone(name, table.get("timezone", "Asia/Shanghai")),
        links_to_cn=table.get("links_to_cn", kind != "twilio") is True,
        reaches=_reach(name, table.get("reaches", "all")),
        options={key: value for key, value in table.items() if key not in OWN},
    )


def _rate(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 10_000:
        raise ChannelError(f"[{name}] rate is {value!r}: give messages a second, over 0.")
    return float(value)


def _money(name: str, key: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 <= amount < 10_000_000 or amount * MICRO % 1:
        raise ChannelError(
            f'[{name}] {key} is {value!r}: give an amount such as "0.045", at most six decimals.'
        )
    return amount


def _budget(name: str, value: Any) -> Decimal | None:
    return None if value is None else _money(name, "daily_budget", value)


def _currency(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ChannelError(f"[{name}] currency is {value!r}: give three capitals such as CNY.")
    return value


def _zone(name: str, value: Any) -> str:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError) as trouble:
        raise ChannelError(f"[{name}] timezone is {value!r}: no such zone.") from trouble
    return str(value)


def _reach(name: str, value: Any) -> str:
    if value not in REACHES:
        raise ChannelError(f"[{name}] reaches is {value!r}: give one of {', '.join(REACHES)}.")
    return str(value)
