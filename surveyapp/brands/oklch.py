"""Lighter and darker shades of a colour with the same hue, in OKLCH.

Source: B. Ottosson (2020), "A perceptual color space for image processing" (OKLab); its polar form
is the `oklch()` of CSS Color Module Level 4. In it a change of lightness alone leaves the hue that
people see, which HSL does not: a darkened yellow of HSL turns green.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from surveyapp.brands.contrast import channels, linear

Three = tuple[float, float, float]
_STEPS = 24
"""Halvings of chroma; the last one is far finer than a channel's step."""


@dataclass(frozen=True)
class Oklch:
    """Lightness 0 to 1, chroma from 0, hue in radians."""

    lightness: float
    chroma: float
    hue: float


def of(colour: str) -> Oklch:
    """The OKLCH coordinates of `#rrggbb`."""
    red, green, blue = (linear(channel / 255) for channel in channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(colour: Oklch) -> str:
    """`#rrggbb`: the same lightness and hue, with as much of the chroma as a screen can show."""
    if not 0 < colour.lightness < 1:
        return "#ffffff" if colour.lightness >= 1 else "#000000"
    light = _light(colour)
    if not _shown(light):
        low, high = 0.0, colour.chroma
        for _ in range(_STEPS):
            middle = (low + high) / 2
            fits = _shown(_light(Oklch(colour.lightness, middle, colour.hue)))
            low, high = (middle, high) if fits else (low, middle)
        light = _light(Oklch(colour.lightness, low, colour.hue))
    return "#" + "".join(f"{_channel(part):02x}" for part in light)


def _light(colour: Oklch) -> Three:
    """Linear red, green and blue, which may lie outside of 0 to 1."""
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _shown(light: Three) -> bool:
    return all(-1e-4 <= part <= 1 + 1e-4 for part in light)


def _channel(part: float) -> int:
    bounded = min(max(part, 0.0), 1.0)
    encoded = 12.92 * bounded if bounded <= 0.0031308 else 1.055 * bounded ** (1 / 2.4) - 0.055
    return round(255 * encoded)
