"""The curves that the screening benchmark publishes."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from benchmarks._curves import area, curve, drawing, thinned
from benchmarks._mixtures import BEHAVIOURS, mixture

CARELESS = np.array([True, True, False, False])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([4, 3, 2, 1], 1.0),
        ([1, 2, 3, 4], 0.0),
        ([1, 1, 1, 1], 0.5),
        ([4, 2, 3, 1], 0.75),
        ([4, np.nan, 3, 1], 0.5),  # not defined: suspected last
    ],
)
def test_the_area_is_the_chance_that_the_careless_score_higher(scores, expected):
    assert area(curve(np.array(scores, float), CARELESS)) == pytest.approx(expected)


def test_a_drawing_is_an_image_that_says_what_it_shows():
    points = curve(np.arange(1000.0), np.arange(1000) % 3 == 0)
    assert len(thinned(points)) <= 120
    root = ET.fromstring(drawing("A & B", {"a < b": points}, {"here": (0.1, 0.9)}))
    assert root.get("viewBox") == "0 0 560 318"
    said = "".join(root.itertext())
    assert "A & B" in said
    assert "a < b (0.50)" in said


def test_a_drawing_speaks_the_language_of_its_page():
    said = ET.fromstring(drawing("标题", {"用时": [(0, 0), (1, 1)]}, {}, ("横 <", "纵")))
    words = "".join(said.itertext())
    assert all(word in words for word in ("标题", "用时 (0.50)", "横 <", "纵"))
    assert "genuine" not in words


@pytest.mark.parametrize("name", ["all", "alpha_tuned"])
def test_the_chinese_page_shows_the_chinese_figure(name):
    docs = Path(__file__).resolve().parent.parent / "docs"
    assert f"](figures/screening-{name}.svg)" in (docs / "screening.md").read_text("utf-8")
    chinese = f"figures/screening-{name}.zh.svg"
    assert f"]({chinese})" in (docs / "screening.zh.md").read_text("utf-8")
    words = "".join(ET.fromstring((docs / chinese).read_text("utf-8")).itertext())
    assert not set(re.findall("[a-z]+", words)) & {"genuine", "careless", "hurry", "longest"}


def test_every_behaviour_can_be_simulated():
    rows, kinds = mixture(dict.fromkeys(BEHAVIOURS, 2), seed=1)
    assert sorted(set(kinds)) == sorted(BEHAVIOURS)
    assert len(rows) == 2 * len(BEHAVIOURS)
