"""What becomes of a brand's colour on the page, and why: for whoever chooses it."""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.brands.contrast import CONTROL
from surveyapp.brands.shades import DARK, LIGHT, Shades, Theme, shades
from surveyapp.findings import N_

NAMES = {LIGHT: N_("Light pages"), DARK: N_("Dark pages")}
FITS = N_("It stands out enough and is used as it is.")
DARKER = N_("It is hard to see on white, so a darker shade of it is used.")
LIGHTER = N_("It is hard to see on black, so a lighter shade of it is used.")


@dataclass(frozen=True)
class Advice:
    """One theme. reached: the ratio of the chosen colour, rounded down, as text. paper: behind."""

    name: str
    paper: str
    shades: Shades
    reached: str
    sentence: str
    fits: bool


def advice(colour: str) -> list[Advice]:
    """What `colour` becomes on light and on dark pages."""
    return [_advice(colour, theme) for theme in (LIGHT, DARK)]


def _advice(colour: str, theme: Theme) -> Advice:
    found = shades(colour, theme)
    fits = not found.changed(colour)
    changed = DARKER if theme.darkens else LIGHTER
    # Rounded down: 2.98 is not to read as the 3.0 that it fails.
    reached = f"{int(found.reached * 10) / 10:.1f}"
    sentence = FITS if fits else changed
    return Advice(NAMES[theme], theme.papers[0], found, reached, sentence, fits)


NEEDED = f"{CONTROL:.1f}"
