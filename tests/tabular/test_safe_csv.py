from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.tabular.safe_csv import guarded, unguarded, written_whole


@pytest.mark.parametrize(
    "cell", ["=1+1", "+SUM(A1)", "-cmd|'/c calc'!A0", "@x", "\t=1", "\r=1", " =1", "'=1", "＝1"]
)
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["-5", "+8613800138000", "+86 138 0013 8000", "-0.5", "007", "'s"])
def test_numbers_and_ordinary_text_stay(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@given(st.text(alphabet="'=+-@\t\r\n 1a好", max_size=8))
def test_the_guard_is_reversible(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")

    def fail_halfway() -> None:
        with written_whole(path) as file:
            file.write("half")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail_halfway()
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]
    assert path.read_text() == "before"
    with written_whole(path) as file:
        file.write("after")
    assert path.read_text() == "after"
