from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.labels.formats import FORMATS, Format, places

formats = st.sampled_from(list(FORMATS.values()))


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_every_label_lies_on_its_sheet_and_on_no_other_label(form: Format) -> None:
    for place in range(form.places):
        left, top = form.corner(place)
        assert 0 <= left <= left + form.size[0] <= form.sheet[0] + 0.001
        assert 0 <= top <= top + form.size[1] <= form.sheet[1] + 0.001
    assert all(pitch >= size for pitch, size in zip(form.pitch, form.size, strict=True))
    assert FORMATS[form.name] is form


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_a_sheet_has_equal_margins_left_and_right_and_above_and_below(form: Format) -> None:
    left, top = form.corner(form.places - 1)
    assert form.sheet[0] - left - form.size[0] == pytest.approx(form.margin[0], abs=0.05)
    assert form.sheet[1] - top - form.size[1] == pytest.approx(form.margin[1], abs=0.1)


PUBLISHED = {
    "24": (3, 8, 0, 0, 70, 37.12), "21": (3, 7, 7.25, 15.15, 66, 38.1),
    "14": (2, 7, 4.65, 15.15, 101.6, 38.1), "65": (5, 13, 4.75, 10.7, 40.6, 21.2),
    "12": (3, 4, 7.25, 4.5, 66, 72), "8": (2, 4, 0, 0, 105, 74.25),
    "round12": (3, 4, 5.25, 14.75, 68, 68),
}  # fmt: skip
"""Columns, rows, left, top and pitches of these sheets in J. Beard's label guides for Inkscape."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_sheet_has_the_measures_that_others_publish(name: str) -> None:
    form, (columns, rows, *lengths) = FORMATS[name], PUBLISHED[name]
    assert (form.columns, form.rows) == (columns, rows)
    for place in range(form.places):
        row, column = divmod(place, form.columns)
        there = (lengths[0] + column * lengths[2], lengths[1] + row * lengths[3])
        assert form.corner(place) == pytest.approx(there, abs=0.51)


def test_every_sheet_was_compared_and_says_who_sells_it() -> None:
    sheets = {name for name, form in FORMATS.items() if form.places > 1}
    assert sheets == set(PUBLISHED) == {n for n, form in FORMATS.items() if form.products}


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_no_two_labels_of_a_sheet_overlap(form: Format) -> None:
    corners = [form.corner(place) for place in range(form.places)]
    for (left, top), (other, lower) in combinations(corners, 2):
        beside = abs(left - other) >= form.size[0] - 0.001
        assert beside or abs(top - lower) >= form.size[1] - 0.001


def test_places_go_row_by_row_and_on_to_the_next_sheet() -> None:
    form = FORMATS["8"]
    found = list(places(form, 9, skip=1))
    assert found[0] == (0, 105, 0.5)
    assert found[1] == (0, 0, 74.5)
    assert [sheet for sheet, _, _ in found] == [0] * 7 + [1] * 2
    assert found[7] == (1, 0, 0.5)


@given(formats, st.integers(0, 300), st.data())
def test_no_place_is_used_twice(form: Format, n: int, data: st.DataObject) -> None:
    skip = data.draw(st.integers(0, form.places - 1))
    found = list(places(form, n, skip))
    assert len(found) == len(set(found)) == n


@pytest.mark.parametrize("skip", [-1, 24])
def test_a_used_sheet_is_no_start(skip: int) -> None:
    with pytest.raises(ValueError, match="24 places"):
        list(places(FORMATS["24"], 1, skip))
