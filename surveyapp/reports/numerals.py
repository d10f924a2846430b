"""Numbers as every page and report writes them. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def number(value: float | None, digits: int = 1) -> str:
    """A number with a fixed count of decimals, an en dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    return f"{value:z,.{digits}f}".replace("-", "−")


def percent(share: float | None, digits: int = 1) -> str:
    """A share (0 to 1) in per cent; an en dash of an empty base."""
    return "–" if share is None else f"{number(100 * share, digits)} %"


def interval(estimate: Mapping[str, Any], digits: int = 1) -> str:
    """`[low, high]`, empty where there is none."""
    if estimate.get("low") is None or estimate.get("high") is None:
        return ""
    return f"[{number(estimate['low'], digits)}, {number(estimate['high'], digits)}]"


def p_value(p: float | None) -> str:
    """A p-value as journals print it; below 0.001 only that it is."""
    if p is None:
        return "–"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
