"""Scores in texts that people send back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.answering.reply_scores import Scored, read


@pytest.mark.parametrize(
    ("body", "score", "remark"),
    [
        ("9", 9, ""),
        (" 10 ", 10, ""),
        ("０", 0, ""),
        ("9 很好", 9, "很好"),
        ("9很好", 9, "很好"),
        ("10非常满意", 10, "非常满意"),
        ("3分太慢了", 3, "太慢了"),
        ("10分", 10, ""),
        ("8分，服务周到。", 8, "服务周到。"),
        ("7/10 ok", 7, "ok"),
        ("10/10", 10, ""),
        ("9. Great", 9, "Great"),
        ("6 points, slow", 6, "slow"),
        ("3\n师傅迟到", 3, "师傅迟到"),
    ],
)
def test_a_score_and_its_remark(body, score, remark):
    assert read(body) == Scored(score, remark)


@pytest.mark.parametrize(
    "body",
    [
        "", "很好", "11", "100", "9.5", "9-10", "8 or 9", "3 weeks ago I called", "9个月没人来",
        "2 次都没修好", "-1", "1,5", "the 9", "7:30 to 8", "5 stars", "9好几次没人接", "8~9", "5/5",
    ],
)  # fmt: skip
def test_what_does_not_clearly_say_one_is_no_answer(body):
    assert read(body) is None


@given(st.integers(0, 10), st.sampled_from(["", "分", " 分", "/10"]))
def test_every_score_alone_is_read(score, unit):
    assert read(f"{score}{unit}") == Scored(score)


@given(st.text())
def test_any_text_is_read_or_left(body):
    found = read(body)
    assert found is None or 0 <= found.score <= 10
