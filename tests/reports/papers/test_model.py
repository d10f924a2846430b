"""Cells, sheets and words of verification."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.reports.numerals import p_value, percent
from surveyapp.reports.papers import seal
from surveyapp.reports.papers.model import (
    COUNT,
    ONE,
    PAGE,
    SHARE,
    SHARES,
    SPAN,
    SPAN2,
    THREE,
    Column,
    Figure,
    Table,
    on_sheets,
)

NOTHING = Table("", (), ())


@pytest.mark.parametrize(
    ("kind", "cell", "shown"),
    [
        (ONE, 71.25, "71.2"),
        (ONE, -1.25, "−1.2"),
        (COUNT, 12345, "12,345"),
        (THREE, 0.85, "0.850"),
        (SHARE, 0.207, "20.7 %"),
        (SPAN, (1.0, 2.25), "[1.0, 2.2]"),
        (SPAN2, (0.5, 0.75), "[0.50, 0.75]"),
        (SHARES, (0.5, 0.755), "[50.0 %, 75.5 %]"),
        (SPAN, (None, 1.0), "–"),
        (ONE, None, "–"),
        (ONE, float("nan"), "–"),
        (SHARES, (None, 0.5), "–"),
        ("text", "", "–"),
        ("text", "words", "words"),
    ],
)
def test_a_cell_is_rounded_once_where_it_is_shown(kind, cell, shown):
    assert Column("x", kind).show(cell) == shown
    assert Column("x", kind).is_number == (kind != "text")


def test_a_table_is_shown_as_people_read_it():
    table = Table("x", (Column("a"), Column("b", ONE)), (("one", 1.0), ("none", None)))
    assert table.shown() == [["one", "1.0"], ["none", "–"]]


def test_other_numbers():
    assert (percent(None), p_value(None), p_value(0.0001), p_value(0.5)) == (
        "–", "–", "p < 0.001", "p = 0.500",
    )  # fmt: skip


@given(st.lists(st.integers(50, 900), max_size=20))
def test_a_page_has_one_or_two_charts_and_keeps_their_order(heights):
    figures = [Figure(str(i), "", h, "", NOTHING) for i, h in enumerate(heights)]
    sheets = on_sheets(figures)
    assert [f for sheet in sheets for f in sheet.figures] == figures
    for sheet in sheets:
        assert len(sheet.figures) == 1 or (
            len(sheet.figures) == 2 and sum(f.height for f in sheet.figures) <= PAGE
        )


def test_words_name_a_digest_as_published():
    # 127.0.0.1 and 63.84.220.193 of the proposal: lusab-babad and gutih-tugad
    assert seal.words_of("7f0000013f54dcc1" + "0" * 48) == "lusab babad gutih tugad"
    with pytest.raises(ValueError, match="no SHA-256"):
        seal.words_of("7f")


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_other_figures_have_other_words(one, other):
    digests = seal.digest(one), seal.digest(other)
    assert (seal.words_of(digests[0]) == seal.words_of(digests[1])) == (one == other)


def test_figures_are_written_in_one_way():
    assert seal.canonical({"b": 1, "a": "维"}) == seal.canonical({"a": "维", "b": 1})
    assert "维".encode() in seal.canonical({"a": "维"})
