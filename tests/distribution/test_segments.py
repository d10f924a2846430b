"""Parts of a text, against the published limits and against a counter written another way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.segments import BASIC, EXTENSION, count


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 10, "GSM-7", 164, 2),
        ("中" * 70, "UCS-2", 70, 1),
        ("中" * 71, "UCS-2", 71, 2),
        ("中" * 134, "UCS-2", 134, 2),
        ("中" * 135, "UCS-2", 135, 3),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        ("𠮷" * 67, "UCS-2", 134, 3),  # a pair is not split: 33 + 33 + 1
        ("It’s", "UCS-2", 4, 1),
    ],
)
def test_published_limits(text, encoding, units, segments):
    it = count(text)
    assert (it.encoding, it.units, it.segments) == (encoding, units, segments)


def test_the_character_that_doubles_the_price_is_named():
    assert count("It’s Zoë’s").culprits == ("’", "ë")
    assert count("It's").culprits == ()


def test_an_escape_pair_is_not_split():
    """153 septets: 152 letters and the first half of an escape pair would fit, but may not."""
    text = "a" * 152 + "€" * 77
    assert count(text).segments == 3
    assert count("a" * 153 + "€" * 76).segments == 2


def by_bytes(text):
    """The same, by building the parts."""
    gsm = all(c in BASIC or c in EXTENSION for c in text)
    pieces = [c.encode("utf-16-be") for c in text]
    if gsm:
        pieces = [b"\x1bx" if c in EXTENSION else b"x" for c in text]
    single, several = (160, 153) if gsm else (140, 134)
    if len(b"".join(pieces)) <= single:
        return 1 if text else 0
    parts = [b""]
    for piece in pieces:
        if len(parts[-1] + piece) > several:
            parts.append(b"")
        parts[-1] += piece
    return len(parts)


@given(st.text(st.sampled_from("a1 \n€[~中😀’"), max_size=400))
def test_equal_to_building_the_parts(text):
    it = count(text)
    assert it.segments == by_bytes(text)
    assert it.as_json()["left"] >= 0
