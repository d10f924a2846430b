"""Radar, pie and stacked bars: where the points lie, and what is refused."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports.charts import Bar, bar_chart, column_chart
from surveyapp.reports.papers import drawing
from surveyapp.reports.papers.drawing import Palette
from surveyapp.reports.papers.shapes import pie, radar, stacked

PALETTE = Palette()
THREE = [("a", 100.0), ("b", 50.0), ("c", 0.0)]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def test_a_radar_needs_three_axes_and_a_shape_of_before_needs_all_of_them():
    assert radar(THREE[:2]) is None
    now = radar(THREE, [90.0, None, 10.0])
    assert now is not None
    assert now.before == ()
    assert now.shape[0] == now.axes[0].end, "100 lies at the end of its spoke"
    assert now.shape[2] == now.centre, "0 lies in the middle"
    assert [axis.anchor for axis in now.axes] == ["middle", "start", "end"]
    both = radar(THREE, [90.0, 50.0, 10.0])
    assert both is not None
    assert len(both.before) == 3
    svg = drawing.radar(both, "Balance", PALETTE)
    assert "stroke-dasharray" in svg
    assert "stroke-dasharray" not in drawing.radar(now, "Balance", PALETTE)
    assert parsed(svg).get("aria-label") == "Balance. a: 100.0; b: 50.0; c: 0.0"


@given(st.lists(st.integers(0, 50), min_size=1, max_size=5))
def test_a_pie_closes(counts):
    found = pie([(str(i), n) for i, n in enumerate(counts)])
    assert (found is None) == (sum(counts) == 0)
    if found is not None:
        assert math.isclose(sum(s.share for s in found.slices), 1)
        assert found.base == sum(counts)
        parsed(drawing.pie(found, "x", PALETTE))


def test_a_pie_has_five_slices_at_most():
    assert pie([(str(i), 1) for i in range(6)]) is None
    assert pie([("all", 4), ("none", 0)]) is not None


def test_stacked_bars_fill_their_row_and_name_their_base():
    chart = stacked(["no", "yes"], [("one", [1, 3]), ("nobody", [0, 0]), ("all", [0, 2])])
    first, nobody, whole = chart.rows
    assert [p.share for p in first.pieces] == [0.25, 0.75]
    assert first.pieces[1].x == pytest.approx(first.pieces[0].x + first.pieces[0].width, abs=0.2)
    assert nobody.pieces == ()
    assert [p.category for p in whole.pieces] == [1]
    svg = drawing.stacked(chart, "x", PALETTE)
    assert "n = 4" in svg
    assert parsed(svg).get("aria-label", "").startswith("x. one: no 25.0 %, yes 75.0 %")
    narrow = stacked(["rare", "often"], [("one", [1, 99])])
    assert ">1.0<" not in drawing.stacked(narrow, "x", PALETTE), "no room for its number"


def test_bars_are_red_only_for_warnings():
    bars = [Bar("fine", 50.0, 40.0, 60.0, "n = 9", "50.0"), Bar("none", None), Bar("zero", 0.0)]
    svg = drawing.bars(bar_chart(bars, 0, 100), "A <title>", PALETTE)
    assert PALETTE.warn not in svg
    assert parsed(svg).get("aria-label", "").startswith("A <title>. fine 50.0")
    warned = drawing.bars(bar_chart([Bar("bad", 9.0, warn=True)], 0, 100), "x", PALETTE)
    assert PALETTE.warn in warned


def test_columns_say_their_shares_with_one_decimal():
    svg = drawing.columns(column_chart([("0", 1), ("10", 2)]), "x", PALETTE)
    assert ">33.3<" in svg
    assert ">66.7<" in svg


def test_shades_run_from_light_to_the_accent():
    assert PALETTE.shade(2, 3) == PALETTE.accent == PALETTE.shade(0, 1)
    assert PALETTE.shade(0, 3) != PALETTE.shade(1, 3)
