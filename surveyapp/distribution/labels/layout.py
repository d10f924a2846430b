"""Where the symbol and the words stand on one label. Pure.

Lengths are millimetres from the label's lower left corner, as PDF counts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

PAD = 2.0
SMALL = 25.0
"""A label that is lower than this has its symbol up to the edge and one heading."""
POINT = 25.4 / 72
SMALLEST = 5.5
"""Points: what can still be read at arm's length."""
LEADING = 1.3
AIRY = 1.35
"""How far lines move apart where there is room."""
Width = Callable[[str], float]
"""How wide a text is at one point of size, in points."""


class Label(NamedTuple):
    """What one label says."""

    address: str
    store: str
    place: str
    code: str
    """As it is read aloud."""


class Line(NamedTuple):
    """A line of text: its left end on the base line, and its size in points."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True)
class Box:
    """The parts of a label: the symbol with its quiet zone, and the room of the words."""

    symbol: tuple[float, float, float]
    """Left and lower edge, side."""
    words: tuple[float, float, float, float]
    """Left and lower edge, width, height."""
    middle: bool
    """Whether lines stand in the middle of their room."""


def box_of(width: float, height: float, round_: bool = False) -> Box:
    """The symbol beside the words on a wide label, above them on a high or round one."""
    if round_:
        return _box_in_circle(width)
    pad = PAD if height >= SMALL else 0.5
    if width >= 1.25 * height:
        side = min(height - 2 * pad, 0.56 * width)
        left = pad + side
        room = (left, pad, width - left - pad, height - 2 * pad)
        return Box((pad, (height - side) / 2, side), room, middle=False)
    words = 0.36 * height
    side = min(width - 2 * pad, height - words - pad)
    room = (pad, pad, width - 2 * pad, height - side - 2 * pad)
    return Box(((width - side) / 2, height - pad - side, side), room, middle=True)


def _box_in_circle(across: float) -> Box:
    """The symbol in the upper part of a circle, the words below; all corners are inside."""
    middle, radius = across / 2, across / 2 - PAD
    side, width = 0.45 * across, 0.62 * across
    low = middle + _chord(radius, side) - side
    bottom = middle - _chord(radius, width)
    room = (middle - width / 2, bottom, width, low - bottom)
    return Box((middle - side / 2, low, side), room, middle=True)


def _chord(radius: float, width: float) -> float:
    """How far from the middle of a circle a chord of this width is."""
    return math.sqrt(radius**2 - (width / 2) ** 2)


def lines_of(label: Label, box: Box, headings: Sequence[str], width_of: Width) -> Iterator[Line]:
    """The words in their room, each line as large as its kind asks and the room allows."""
    left, low, width, height = box.words
    scale = min(max(height / 33, 0.85 if box.middle else 0.66), 1.5)
    kinds = [(text, 10.5 - 2.5 * (place > 0)) for place, text in enumerate(headings)]
    kinds += [(label.store, 8.5), (label.place, 7.5), (label.code, 11)]
    lines = [
        fitted
        for text, size in kinds
        if text
        for fitted in _fitted(text, size * scale, width / POINT, width_of)
    ]
    total = sum(size for _text, size in lines) * LEADING * POINT
    shrink, air = min(1.0, height / total), min(max(1.0, height / total), AIRY)
    y = low + (height + total * shrink * air) / 2
    for text, wanted in lines:
        size = wanted * shrink
        y -= size * LEADING * air * POINT
        spare = width - width_of(text) * size * POINT
        x = left + (spare / 2 if box.middle else 0)
        yield Line(x, y + size * 0.3 * POINT, size, text)


def _fitted(text: str, size: float, room: float, width_of: Width) -> list[tuple[str, float]]:
    """The text in one line, made smaller where it must; else in two; else with an ellipsis."""
    natural = width_of(text)
    if natural * size <= room:
        return [(text, size)]
    fitting = room / natural
    if fitting >= max(SMALLEST, 0.8 * size):
        return [(text, fitting)]
    size = max(SMALLEST, 0.8 * size)
    first = _head(text, size, room, width_of)
    rest = text[len(first) :].lstrip()
    if width_of(rest) * size > room:
        rest = _head(rest, size, room - width_of("…") * size, width_of).rstrip() + "…"
    return [(first.rstrip(), size), (rest, size)]


def _head(text: str, size: float, room: float, width_of: Width) -> str:
    """As much of the text as fits, to the end of a word where that keeps half of it."""
    n = 1
    while n < len(text) and width_of(text[: n + 1]) * size <= room:
        n += 1
    blank = text.rfind(" ", 0, n + 1)
    inside_word = n < len(text) and text[n - 1].isascii() and text[n - 1 : n + 1].isalnum()
    return text[:blank] if inside_word and blank > n // 2 else text[:n]
