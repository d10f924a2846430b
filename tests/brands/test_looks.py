"""Looks: what of a brand reaches the page, and when two pages are the same."""

import re
from dataclasses import replace

from surveyapp.brands.contrast import ratio
from surveyapp.brands.looks import Look, Mark

LOOK = Look({"zh-Hans": "橙品", "en": "Orange"}, "#ff6a00", Mark("ab" * 16, "webp", 320, 96))


def test_the_style_is_tokens_of_colours_and_nothing_else() -> None:
    light, dark = re.findall(r":root\{([^}]*)\}", LOOK.style)
    for tokens in (light, dark):
        assert re.fullmatch(r"(--[a-z-]+:#[0-9a-f]{6};?)+", tokens)
    assert "--accent:#ff6a00" in dark
    assert "--accent:#ff6a00" not in light
    accent = re.search(r"--accent:(#\w+)", light)
    assert accent
    assert ratio(accent[1], "#ffffff") >= 3


def test_the_key_tells_what_shows_and_only_that() -> None:
    assert LOOK.key == replace(LOOK, host="s.example.com").key
    assert LOOK.mark is not None
    others = [
        replace(LOOK, colour="#ff6a01"),
        replace(LOOK, name={"en": "Orange"}),
        replace(LOOK, mark=None),
        replace(LOOK, mark=replace(LOOK.mark, hash="cd" * 16)),
        replace(LOOK, mark=replace(LOOK.mark, plate="light")),
    ]
    assert len({LOOK.key, *(other.key for other in others)}) == 6


def test_the_name_is_said_in_the_pages_language_or_the_nearest() -> None:
    assert LOOK.called("zh-Hans") == LOOK.called("zh-TW") == "橙品"
    assert LOOK.called("en") == LOOK.called("en-GB") == "Orange"
    assert LOOK.called("ar") == "橙品"
    assert Look({"zh-Hans": "", "en": "Orange"}, "#ff6a00").called("zh-Hans") == "Orange"
    assert Look({}, "#ff6a00").called("en") == ""


def test_the_logo_has_an_address_of_its_content_and_the_size_that_it_is_shown_at() -> None:
    assert LOOK.mark is not None
    assert LOOK.mark.address == f"/survey/logo/{'ab' * 16}.webp"
    assert LOOK.mark.size == (160, 48)
