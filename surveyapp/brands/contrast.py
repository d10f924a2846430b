"""Relative luminance and contrast ratio of colours.

Source: Web Content Accessibility Guidelines (WCAG) 2.2, W3C Recommendation, definitions "relative
luminance" and "contrast ratio"; success criteria 1.4.3 (text, 4.5:1) and 1.4.11 (controls, 3:1).
"""

from __future__ import annotations

import re

TEXT = 4.5
"""Least ratio of text of ordinary size to what it stands on (1.4.3, level AA)."""
CONTROL = 3.0
"""Least ratio of what makes a control or its state visible to what is beside it (1.4.11)."""
WHITE, BLACK = "#ffffff", "#000000"
_HEX = re.compile(r"#[0-9a-f]{6}")


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of `#rrggbb` in lower case. ValueError for anything else."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is no colour of the form #rrggbb")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def linear(channel: float) -> float:
    """The light of an sRGB channel, both 0 to 1."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance: 0 for black, 1 for white."""
    red, green, blue = (linear(channel / 255) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21, the same in either order."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def better_text(colour: str) -> str:
    """White or black, whichever is read better on `colour`.

    One of them always reaches 4.58:1, the root of 21, and so what text needs.
    """
    return max((WHITE, BLACK), key=lambda text: ratio(text, colour))
