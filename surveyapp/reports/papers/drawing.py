"""Charts as SVG text: colours and letters stand in attributes, so that no style sheet is needed.

Red is kept for warnings. Every drawing names itself and its figures for who cannot see it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from surveyapp.brands.contrast import better_text, channels
from surveyapp.reports.charts import BarChart, ColumnChart, fitted, text_width
from surveyapp.reports.numerals import number
from surveyapp.reports.papers.shapes import Pie, Point, Radar, Stacked

FAMILY = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, system-ui, sans-serif"
ROOM = 0.07
"""A piece with a smaller share has no room for its number."""


@dataclass(frozen=True)
class Palette:
    """accent: of bars and outlines, from the brand. The others are the same for everybody."""

    accent: str = "#0b6b63"
    ink: str = "#1d2528"
    muted: str = "#586469"
    line: str = "#d5dcdf"
    warn: str = "#b3261e"

    def shade(self, place: int, of: int) -> str:
        """One of some shades of the accent, from light to full."""
        share = 0.2 + 0.8 * (place / (of - 1) if of > 1 else 1)
        pairs = (round(255 + share * (one - 255)) for one in channels(self.accent))
        return "#" + "".join(f"{channel:02x}" for channel in pairs)


def bars(chart: BarChart, title: str, of: Palette) -> str:
    """Horizontal bars with whiskers and their values."""
    foot = chart.height - 22
    parts = [
        f'<path d="M{x} 0V{foot:g}" stroke="{of.line}"/>'
        + _text(x, chart.height - 6, label, of.muted, "middle", 11)
        for x, label in chart.ticks
    ]
    for row in chart.rows:
        parts.append(_text(0, row.y + 4, fitted(row.bar.label, chart.left - 12), of.ink))
        if row.bar.value is not None:
            parts.append(
                _rect(row.x, row.y - 8, row.length, 16, of.warn if row.bar.warn else of.accent)
            )
        if row.bar.value is not None and row.low is not None and row.high is not None:
            at, up = f"{row.y:g}", f"{row.y - 5:g}"
            path = f"M{row.low} {at}H{row.high}M{row.low} {up}v10M{row.high} {up}v10"
            parts.append(f'<path d="{path}" fill="none" stroke="{of.ink}" stroke-width="1.4"/>')
        x = chart.right + 12
        parts.append(_text(x, row.y + 4, row.bar.shown, of.ink))
        note = x + text_width(f"{row.bar.shown} ")
        parts.append(_text(note, row.y + 4, row.bar.note, of.muted, size=11))
    said = (f"{row.bar.label} {row.bar.shown}" for row in chart.rows)
    return _svg(chart.width, chart.height, title, said, parts)


def columns(chart: ColumnChart, title: str, of: Palette) -> str:
    """Columns of one distribution, each with its share in per cent."""
    base = chart.height - 24
    parts = [f'<path d="M0 {base:g}H{chart.width:g}" stroke="{of.muted}"/>']
    for one in chart.columns:
        middle = one.x + one.width / 2
        parts += [
            _rect(one.x, one.y, one.width, one.height, of.accent),
            _text(middle, one.y - 4, number(one.share), of.muted, "middle", 11),
            _text(middle, chart.height - 7, one.label, of.ink, "middle"),
        ]
    said = (f"{one.label}: {number(one.share)} %" for one in chart.columns)
    return _svg(chart.width, chart.height, title, said, parts)


def radar(chart: Radar, title: str, of: Palette) -> str:
    """The outline of the scores over rings at 25, 50, 75 and 100; the period before is dashed."""
    parts = [_outline(ring, f'fill="none" stroke="{of.line}"') for ring in chart.rings]
    x, y = chart.centre
    parts += [
        f'<path d="M{x:g} {y:g}L{a.end[0]} {a.end[1]}" stroke="{of.line}"/>' for a in chart.axes
    ]
    if chart.before:
        parts.append(
            _outline(chart.before, f'fill="none" stroke="{of.muted}" stroke-dasharray="5 4"')
        )
    shown = f'fill="{of.accent}" fill-opacity="0.18" stroke="{of.accent}" stroke-width="2"'
    parts.append(_outline(chart.shape, shown))
    parts += [f'<circle cx="{px}" cy="{py}" r="3.4" fill="{of.accent}"/>' for px, py in chart.shape]
    for axis in chart.axes:
        room = x - 110 if axis.anchor == "middle" else x - abs(axis.text[0] - x) - 4
        label = fitted(f"{axis.label} {number(axis.value)}", room)
        parts.append(_text(axis.text[0], axis.text[1] + 4, label, of.ink, axis.anchor))
    for share, ring in zip((25, 50, 75), chart.rings, strict=False):
        parts.append(_text(ring[0][0] + 4, ring[0][1] - 3, str(share), of.muted, size=10))
    said = (f"{axis.label}: {number(axis.value)}" for axis in chart.axes)
    return _svg(chart.width, chart.height, title, said, parts)


def pie(chart: Pie, title: str, of: Palette) -> str:
    """Slices in shades of the accent, with a legend that says share and number."""
    parts, most = [], len(chart.slices)
    first = chart.height / 2 - (most - 1) * 15
    for place, one in enumerate(chart.slices):
        shade, y = of.shade(most - 1 - place, most), first + place * 30
        if one.path:
            parts.append(
                f'<path d="{one.path}" fill="{shade}" stroke="#ffffff" stroke-width="1.5"/>'
            )
        if one.share >= ROOM:
            share = number(100 * one.share)
            x, at = one.middle
            parts.append(_text(x, at + 4, share, better_text(shade), "middle", 12))
        parts.append(_rect(310, y - 8, 16, 16, shade))
        said = f"{number(100 * one.share)} %  (n = {one.n:,})"
        room = chart.width - 336 - text_width(said) - 8
        label = fitted(one.label, room)
        parts.append(_text(336, y + 5, label, of.ink))
        parts.append(_text(chart.width, y + 5, said, of.muted, "end"))
    spoken = (f"{one.label}: {number(100 * one.share)} %" for one in chart.slices)
    return _svg(chart.width, chart.height, title, spoken, parts)


def stacked(chart: Stacked, title: str, of: Palette) -> str:
    """Bars of 100 per cent; categories in shades of the accent, named above."""
    most, parts = len(chart.categories), []
    for place, (x, label) in enumerate(_legend(chart.categories, chart.width)):
        parts.append(_rect(x, 4, 14, 14, of.shade(place, most)))
        parts.append(_text(x + 19, 16, label, of.ink, size=12))
    for row in chart.rows:
        parts.append(_text(0, row.y + 4, fitted(row.label, chart.left - 12), of.ink))
        for piece in row.pieces:
            shade = of.shade(piece.category, most)
            parts.append(_rect(piece.x, row.y - 11, piece.width, 22, shade, radius=0))
            if piece.share >= ROOM:
                middle, share = piece.x + piece.width / 2, number(100 * piece.share)
                parts.append(_text(middle, row.y + 4, share, better_text(shade), "middle", 11))
        parts.append(_text(chart.width, row.y + 4, f"n = {row.n:,}", of.muted, "end", 11))
    said = (
        f"{row.label}: "
        + ", ".join(f"{chart.categories[p.category]} {number(100 * p.share)} %" for p in row.pieces)
        for row in chart.rows
    )
    return _svg(chart.width, chart.height, title, said, parts)


def _legend(labels: Sequence[str], width: float) -> list[tuple[float, str]]:
    """Where each label of a legend begins; cut where all of them do not fit beside each other."""
    room = [text_width(label) + 40 for label in labels]
    cut = min(1.0, width / max(sum(room), 1))
    shown = [fitted(one, wide * cut - 30) for one, wide in zip(labels, room, strict=True)]
    starts = [cut * sum(room[:place]) for place in range(len(labels))]
    return list(zip(starts, shown, strict=True))


def _text(
    x: float, y: float, words: str, fill: str, anchor: str = "start", size: float = 13
) -> str:
    place = f'x="{x:g}" y="{y:g}" fill="{fill}" font-size="{size:g}" text-anchor="{anchor}"'
    return f"<text {place}>{escape(words)}</text>" if words else ""


def _rect(x: float, y: float, width: float, height: float, fill: str, radius: float = 2) -> str:
    if width <= 0 or height <= 0:
        return ""
    corners = f' rx="{radius:g}"' if radius else ""
    size = f'width="{width:g}" height="{height:g}"'
    return f'<rect x="{x:g}" y="{y:g}" {size}{corners} fill="{fill}"/>'


def _outline(points: Iterable[Point], look: str) -> str:
    return f'<polygon points="{" ".join(f"{x:g},{y:g}" for x, y in points)}" {look}/>'


def _svg(width: float, height: float, title: str, said: Iterable[str], parts: list[str]) -> str:
    label = quoteattr(f"{title}. {'; '.join(said)}")
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={label}'
    return f'{head} font-family="{FAMILY}">{"".join(parts)}</svg>'
