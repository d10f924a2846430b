from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.distribution.labels.formats import FORMATS, Format
from surveyapp.distribution.labels.layout import PAD, POINT, SMALLEST, Label, box_of, lines_of

CODE = "ABCD-2345"


def width_of(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.56 for c in text)


def written(form: Format, store: str, place: str = "收据") -> list[tuple[str, float]]:
    box = box_of(*form.size, form.round)
    label = Label("https://s.example/q/ABCD2345", store, place, CODE)
    left, low, width, height = box.words
    found = list(lines_of(label, box, ["扫码评价服务", "Rate our service"], width_of))
    for line in found:
        wide = width_of(line.text) * line.size * POINT
        assert left - 0.01 <= line.x <= line.x + wide <= left + width + 0.01
        assert low - 0.01 <= line.y <= line.y + 0.7 * line.size * POINT <= low + height + 0.01
    assert sorted(found, key=lambda line: -line.y) == found
    return [(line.text, line.size) for line in found]


@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_the_symbol_lies_inside_and_the_words_beside_it(form: Format) -> None:
    box = box_of(*form.size, form.round)
    x, y, side = box.symbol
    assert min(x, y) >= 0
    assert x + side <= form.size[0]
    assert y + side <= form.size[1]
    left, low, width, height = box.words
    assert left >= x + side - 0.01 or low + height <= y + 0.01
    assert left + width <= form.size[0]


@pytest.mark.parametrize("form", [form for form in FORMATS.values() if form.round])
def test_on_a_round_label_nothing_reaches_the_edge(form: Format) -> None:
    box, middle = box_of(*form.size, form.round), form.size[0] / 2
    x, y, side = box.symbol
    left, low, width, height = box.words
    for edge, bottom, wide, high in ((x, y, side, side), (left, low, width, height)):
        for corner in ((edge, bottom), (edge + wide, bottom), (edge, bottom + high)):
            assert math.dist(corner, (middle, middle)) <= middle - PAD + 0.001
    sizes = dict(written(form, "上海南京西路店"))
    assert min(sizes.values()) >= SMALLEST
    assert sizes[CODE] > 9


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "65"])
def test_the_dark_square_is_at_least_18_millimetres_wide(name: str) -> None:
    _, _, side = box_of(*FORMATS[name].size, FORMATS[name].round).symbol
    assert side * 33 / (33 + 8) >= 18


@given(st.sampled_from(list(FORMATS.values())), st.text("上海Store Wing ", min_size=1, max_size=80))
def test_words_stay_in_their_room_however_long_they_are(form: Format, store: str) -> None:
    assert written(form, store.strip() or "S")[-1][0] == CODE


def test_a_name_is_made_smaller_then_broken_then_cut() -> None:
    form = FORMATS["24"]
    plain = written(form, "徐汇店")
    assert ("徐汇店", plain[2][1]) in plain
    smaller = written(form, "上海南京西路旗舰店一二三")
    assert smaller[2][1] < plain[2][1]
    assert "上海南京西路旗舰店一二三" in dict(smaller)
    broken = [text for text, _ in written(form, "Chengdu Taikoo Li Flagship Store")]
    assert broken[2:4] == ["Chengdu Taikoo Li", "Flagship Store"]
    cut = [text for text, _ in written(form, "上海南京西路" * 8)]
    assert cut[3].endswith("…")


def test_a_place_without_a_name_takes_no_line() -> None:
    assert len(written(FORMATS["12"], "徐汇店", "")) == 4
