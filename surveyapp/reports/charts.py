"""Geometry of the charts: from figures to rectangles, which `reports/charts.html` draws.

Units are SVG user units (one is one pixel at the drawn width). A chart has a title and a
description for screen readers; its figures always stand beside it as text too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROW = 34
BAR = 16
COLUMN_HEIGHT = 140
LATIN, CJK = 7.2, 13.2


@dataclass(frozen=True)
class Bar:
    """One figure with its interval; `shown` is it in words, `note` its base ("n = 812")."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    shown: str = ""
    warn: bool = False


@dataclass(frozen=True)
class BarRow:
    """A drawn bar: middle at `y`, from `x` over `length`, whisker from `low` to `high`."""

    bar: Bar
    y: float
    x: float
    length: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars on a common scale; `ticks` are (x, label)."""

    width: float
    height: float
    left: float
    right: float
    rows: tuple[BarRow, ...]
    ticks: tuple[tuple[float, str], ...]


def text_width(text: str) -> float:
    """Estimated width of `text` at 13 px: full-width characters count nearly double."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return wide * CJK + (len(text) - wide) * LATIN


def fitted(text: str, width: float) -> str:
    """As much of `text` as fits `width`, with an ellipsis where it was cut."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - CJK:
        text = text[:-1]
    return f"{text.rstrip()}…"


def bar_chart(
    bars: Sequence[Bar], minimum: float, maximum: float, *, width: float = 640, steps: int = 5
) -> BarChart:
    """Horizontal bars from `minimum` (or from 0 when it is inside) on a scale to `maximum`."""
    left = min(width * 0.4, max((text_width(bar.label) for bar in bars), default=0) + 12)
    right = width - max((text_width(f"{bar.shown} {bar.note}") for bar in bars), default=0) - 16
    span = (maximum - minimum) or 1

    def place(value: float) -> float:
        inside = min(max(value, minimum), maximum)
        return left + (inside - minimum) / span * (right - left)

    zero = place(max(minimum, 0))
    rows = tuple(_row(bar, index, zero, place) for index, bar in enumerate(bars))
    values = [minimum + span * step / steps for step in range(steps + 1)]
    ticks = tuple((round(place(value), 1), f"{value:g}") for value in values)
    return BarChart(width, len(bars) * ROW + 24, left, right, rows, ticks)


def _row(bar: Bar, index: int, zero: float, at: Callable[[float], float]) -> BarRow:
    end = at(bar.value) if bar.value is not None else zero
    return BarRow(
        bar=bar,
        y=index * ROW + ROW / 2,
        x=round(min(zero, end), 1),
        length=round(abs(end - zero), 1),
        low=None if bar.low is None else round(at(bar.low), 1),
        high=None if bar.high is None else round(at(bar.high), 1),
    )


@dataclass(frozen=True)
class Column:
    """A drawn column: from the top `y` down over `height`; `share` in per cent of the base."""

    label: str
    count: int
    share: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ColumnChart:
    """Columns of one distribution; `base` is the number of answers the shares refer to."""

    width: float
    height: float
    base: int
    columns: tuple[Column, ...]


def column_chart(
    counts: Sequence[tuple[str, int]], *, width: float = 640, height: float = COLUMN_HEIGHT
) -> ColumnChart:
    """The distribution `counts` (label, number) as columns; an empty base draws none."""
    base = sum(count for _, count in counts)
    top = max((count for _, count in counts), default=0) or 1
    slot = width / max(len(counts), 1)
    columns = []
    for index, (label, count) in enumerate(counts):
        tall = count / top * (height - 24)
        share = 100 * count / base if base else 0.0
        x = index * slot + slot * 0.14
        columns.append(Column(label, count, share, x, height - tall, slot * 0.72, tall))
    return ColumnChart(width, height + 24, base, tuple(columns))
