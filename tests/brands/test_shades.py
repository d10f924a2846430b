"""Contrast by WCAG 2.2, and shades that reach it whatever the colour."""

import math
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from surveyapp.brands import oklch
from surveyapp.brands.contrast import (
    BLACK,
    CONTROL,
    TEXT,
    WHITE,
    better_text,
    channels,
    luminance,
    ratio,
)
from surveyapp.brands.shades import DARK, LIGHT, Theme, shades, tint

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
INK_2 = {LIGHT: "#4a545c", DARK: "#b4bec4"}
"""The quieter ink of each theme, which stands on the soft areas, too."""


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (BLACK, WHITE, 21.0),
        (WHITE, WHITE, 1.0),
        ("#767676", WHITE, 4.54),  # the lightest grey that passes on white; WCAG's own example
        ("#777777", WHITE, 4.48),
        ("#ff0000", WHITE, 4.00),
        ("#0000ff", WHITE, 8.59),
        ("#00ff00", BLACK, 15.30),
    ],
)
def test_ratios_are_those_of_the_guidelines(one: str, other: str, expected: float) -> None:
    assert ratio(one, other) == ratio(other, one) == pytest.approx(expected, abs=0.005)


def test_luminance_goes_from_black_to_white() -> None:
    assert luminance(BLACK) == 0
    assert luminance(WHITE) == pytest.approx(1)
    assert luminance("#00ff00") == pytest.approx(0.7152)


@pytest.mark.parametrize("text", ["", "#fff", "red", "#FFFFFF", "#ffffff;}", "ffffff", "#ggffff"])
def test_only_six_lower_case_hex_digits_are_a_colour(text: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        channels(text)


@pytest.mark.parametrize(
    ("colour", "lightness", "chroma", "degrees"),
    [("#ff0000", 0.628, 0.2577, 29.23), ("#00ff00", 0.8664, 0.2948, 142.5), (WHITE, 1, 0, None)],
)
def test_oklch_coordinates_are_those_of_css(
    colour: str, lightness: float, chroma: float, degrees: float | None
) -> None:
    found = oklch.of(colour)
    assert (found.lightness, found.chroma) == pytest.approx((lightness, chroma), abs=2e-4)
    if degrees is not None:
        assert math.degrees(found.hue) == pytest.approx(degrees, abs=0.05)


@given(COLOURS)
@example(BLACK)
@example(WHITE)
@example("#0000ff")
def test_a_colour_goes_to_oklch_and_back(colour: str) -> None:
    assert oklch.to_hex(oklch.of(colour)) == colour


def _holds(colour: str, theme: Theme) -> None:
    found = shades(colour, theme)
    beside = (*theme.papers, theme.line, found.soft)
    assert min(ratio(found.fill, at) for at in beside) >= CONTROL
    assert ratio(found.ink, found.fill) >= TEXT
    assert min(ratio(found.text, at) for at in (*theme.papers, found.soft)) >= TEXT
    assert ratio(INK_2[theme], found.soft) >= TEXT
    assert found.soft == tint(found.fill, theme)
    assert found.changed(colour) == (found.reached < CONTROL)


@given(COLOURS, st.sampled_from([LIGHT, DARK]))
@example(WHITE, LIGHT)
@example(BLACK, DARK)
def test_every_colour_becomes_shades_that_can_be_seen_and_read(colour: str, theme: Theme) -> None:
    _holds(colour, theme)


def test_so_does_a_grid_over_all_colours() -> None:
    steps = (0, 51, 102, 153, 204, 255)
    for red, green, blue in product(steps, repeat=3):
        for theme in (LIGHT, DARK):
            _holds(f"#{red:02x}{green:02x}{blue:02x}", theme)


@given(COLOURS, st.sampled_from([LIGHT, DARK]))
def test_a_shade_keeps_the_hue(colour: str, theme: Theme) -> None:
    before, after = oklch.of(colour), oklch.of(shades(colour, theme).fill)
    if min(before.chroma, after.chroma) > 0.03:  # a grey has no hue that anybody sees
        turned = abs(math.remainder(before.hue - after.hue, math.tau))
        assert math.degrees(turned) < 4


def test_a_colour_that_is_seen_well_enough_stays_as_it_is() -> None:
    assert shades("#0b6b63", LIGHT).fill == "#0b6b63"
    yellow = shades("#ffd400", LIGHT)
    assert yellow.changed("#ffd400")
    assert shades("#ffd400", DARK).fill == "#ffd400"
    assert shades("#ffd400", DARK).ink == BLACK
    assert better_text("#0b6b63") == WHITE
