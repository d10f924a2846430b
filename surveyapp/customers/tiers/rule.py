"""The rule: value = spend × purchases in a window, life cycle = when and how often. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from surveyapp.findings import N_, Finding, SurveyError

VALUE_TIERS = ("high", "middle", "low")
LIFE_CYCLES = ("new", "growing", "mature", "leaving", "silent")
MOST_WORTH = 2**62
"""Larger ones are equal: the database's whole numbers end soon after."""
LONGEST = 3650
"""Days; ten years."""


@dataclass(frozen=True)
class Limits:
    """What a researcher may set.

    window_days: purchases of so many days count for the value. high_share, middle_share: per cent
    of the customers who bought in the window. high_from, middle_from: spend × purchases from which
    a tier begins, instead of a share. new_days: since the first purchase. growth_days: two periods
    of so many days are compared. leaving_days, silent_days: since the last purchase.
    """

    window_days: int = 365
    high_share: int = 20
    middle_share: int = 30
    high_from: int | None = None
    middle_from: int | None = None
    new_days: int = 30
    growth_days: int = 90
    leaving_days: int = 60
    silent_days: int = 90

    def as_json(self) -> dict[str, Any]:
        """The stored form; `read` gives the same limits back."""
        return asdict(self)


def read(stored: dict[str, Any]) -> Limits:
    """The limits of a stored form; SurveyError names everything that is wrong with them."""
    known = {field.name for field in fields(Limits)}
    limits = Limits(**{name: value for name, value in stored.items() if name in known})
    if found := list(findings(limits)):
        raise SurveyError(*found)
    return limits


def findings(limits: Limits) -> Iterator[Finding]:
    """What is wrong with limits."""
    days = ("window_days", "new_days", "growth_days", "leaving_days", "silent_days")
    for name in days:
        if not 1 <= getattr(limits, name) <= LONGEST:
            yield _wrong(name, "days", N_("Give a whole number of days from 1 to {most}."))
    shares = (limits.high_share, limits.middle_share)
    if min(shares) < 1 or sum(shares) > 99:
        yield _wrong("high_share", "shares", N_("High and middle are at least 1 % each and at most 99 % together: the rest is low."))  # noqa: E501  # fmt: skip
    if (limits.high_from is None) != (limits.middle_from is None):
        yield _wrong("high_from", "one_limit", N_("Give both values from which tiers begin, or neither."))  # noqa: E501  # fmt: skip
    elif limits.high_from is not None and not 0 < (limits.middle_from or 0) < limits.high_from:
        yield _wrong("high_from", "limits_order", N_("High must begin above middle, and middle above 0."))  # noqa: E501  # fmt: skip
    if not limits.new_days <= limits.leaving_days < limits.silent_days:
        yield _wrong("leaving_days", "days_order", N_("The days must grow: new, then leaving, then silent. Otherwise a customer would be two of them."))  # noqa: E501  # fmt: skip


def _wrong(name: str, code: str, template: str) -> Finding:
    return Finding(f"tiers.{code}", f"limit:{name}", template, {"most": LONGEST})


@dataclass(frozen=True, slots=True)
class History:
    """What a customer bought.

    spend (yuan, less returns) and purchases: in the window. first, last: whole days since the
    first and last purchase, None without one. recent, before: purchases in the last growth period
    and in the one before it.
    """

    spend: Decimal = Decimal(0)
    purchases: int = 0
    first: int | None = None
    last: int | None = None
    recent: int = 0
    before: int = 0


def worth(history: History) -> int:
    """Spend × purchases, in fen; 0 for who returned more than they bought."""
    fen = max(int(history.spend * 100), 0)
    return min(fen * history.purchases, MOST_WORTH)


def life_cycle(history: History, limits: Limits) -> str:
    """One of LIFE_CYCLES, the first that applies; "" for who never bought.

    silent: no purchase for `silent_days`; leaving: none for `leaving_days`; new: first bought
    within `new_days`; growing: bought more often in the last `growth_days` than in the same time
    before; mature: everyone else.
    """
    if history.last is None:
        return ""
    if history.last >= limits.silent_days:
        return "silent"
    if history.last >= limits.leaving_days:
        return "leaving"
    if history.first is not None and history.first < limits.new_days:
        return "new"
    return "growing" if history.recent > history.before else "mature"


@dataclass(frozen=True)
class Thresholds:
    """Spend × purchases in fen from which the high and the middle tier begin; None: nobody."""

    high: int | None
    middle: int | None


def place(count: int, share: int) -> int:
    """How many of `count` customers are `share` per cent of them, at least one."""
    return max(-(-count * share // 100), 1)


def tier(amount: int, bought: bool, thresholds: Thresholds) -> str:
    """One of VALUE_TIERS by worth; "" for who never bought. Equal worth is equal tier."""
    if not bought:
        return ""
    if thresholds.high is not None and amount >= thresholds.high:
        return "high"
    if thresholds.middle is not None and amount >= thresholds.middle:
        return "middle"
    return "low"
