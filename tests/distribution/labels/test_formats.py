from __future__ import annotations

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
