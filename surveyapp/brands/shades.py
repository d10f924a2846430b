"""The colours that a brand's one colour becomes on the customer's page, light and dark.

The colour itself fills buttons, the progress bar and chosen answers and draws the focus. Where it
cannot be told from what is beside it, the nearest shade of the same hue that can is taken, darker
on light pages and lighter on dark ones. Words in the colour need more contrast than areas, so they
may have a shade of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from surveyapp.brands import oklch
from surveyapp.brands.contrast import CONTROL, TEXT, better_text, channels, ratio

_STEPS = 256
"""Steps of lightness between black and white, one for each value of a channel."""


@dataclass(frozen=True)
class Theme:
    """What the page is made of around the colour (the tokens of `static/survey/survey.css`).

    tint: share of the colour in the soft area behind chosen answers. darkens: which way the shades
    go.
    """

    papers: tuple[str, ...]
    line: str
    tint: float
    darkens: bool


LIGHT = Theme(("#ffffff", "#f4f6f6"), "#dde2e5", 0.1, True)
DARK = Theme(("#171c1f", "#0f1315"), "#323b42", 0.18, False)


@dataclass(frozen=True)
class Shades:
    """A brand's colours in one theme, each `#rrggbb`.

    fill: of areas and outlines. ink: of words on the fill. soft: behind chosen answers. text: of
    words in the brand's colour. reached: the least ratio of the colour as it was chosen.
    """

    fill: str
    ink: str
    soft: str
    text: str
    reached: float

    def changed(self, colour: str) -> bool:
        """Whether the areas have another colour than the brand's."""
        return self.fill != colour


@lru_cache(maxsize=256)
def shades(colour: str, theme: Theme) -> Shades:
    """What `colour` becomes in `theme`: always the same for the same."""
    fill = _nearest(colour, theme, lambda one: contrast_of_areas(one, theme) >= CONTROL)
    soft = tint(fill, theme)
    around = (*theme.papers, soft)
    text = _nearest(fill, theme, lambda one: min(ratio(one, at) for at in around) >= TEXT)
    return Shades(fill, better_text(fill), soft, text, contrast_of_areas(colour, theme))


def contrast_of_areas(colour: str, theme: Theme) -> float:
    """The least ratio of an area in `colour` to anything that it lies on or beside."""
    return min(ratio(colour, at) for at in (*theme.papers, theme.line, tint(colour, theme)))


def tint(colour: str, theme: Theme) -> str:
    """A little of `colour` over the paper."""
    pairs = zip(channels(colour), channels(theme.papers[0]), strict=True)
    mixed = (round(theme.tint * one + (1 - theme.tint) * paper) for one, paper in pairs)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _nearest(colour: str, theme: Theme, enough: Callable[[str], bool]) -> str:
    """The first shade from `colour` on that is enough; black or white at the latest."""
    start, shade = oklch.of(colour), colour
    way = -1 if theme.darkens else 1
    step = 0
    while not enough(shade):
        step += 1
        shade = oklch.to_hex(replace(start, lightness=start.lightness + way * step / _STEPS))
    return shade
