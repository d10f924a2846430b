"""`analyse --scheduler`: parts of a file merge to the whole, on a real cluster of two processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import reduce
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from surveyapp.findings import SurveyError
from surveyapp.shell.cluster import part
from surveyapp.stats.scale import ScaleAnalysis, analyse_scale
from surveyapp.stats_cli import analyse
from surveyapp.tabular.numbers import numeric_blocks, row_groups

NAMES = ("a", "b", "c", "d")
TOLD = ["--items", "a,b,c,d,e", "--reverse", "b", "--scale", "1:5", "--format", "json"]
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as it:
        sys.stdout.write(it.scheduler_address + "\\n")
        sys.stdout.flush()
        sys.stdin.read()
"""


def table(path: Path, rows: int = 900) -> Path:
    """Five groups; gaps, an answer off the scale in the last, an item that nobody answered."""
    random = np.random.default_rng(4)
    factor = random.normal(size=(rows, 1))
    data = np.clip(np.rint(3 + factor + random.normal(size=(rows, len(NAMES)))), 1, 5)
    data[random.random(data.shape) < 0.1] = np.nan
    data[-1, 2] = 9
    columns = {name: data[:, i] for i, name in enumerate(NAMES)}
    pq.write_table(pa.table({**columns, "e": np.full(rows, np.nan)}), path, row_group_size=200)
    return path


class Here:
    """The parts one after the other, merged as the cluster's are."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self.columns = path, columns

    def gathered(self, ends: tuple[float, float] | None) -> Any:
        sizes = row_groups(self.path, self.columns)
        starts = [0, *accumulate(sizes)]
        found = [
            part(str(self.path), self.columns, (), group, starts[group], ends)
            for group in range(len(sizes))
        ]
        assert len(found) == 5
        return reduce(lambda one, later: one.merged(later), found)

    def only(self, places: Any) -> Here:
        return Here(self.path, tuple(self.columns[place] for place in places))


def same(one: ScaleAnalysis, other: ScaleAnalysis) -> None:
    if other.reliability.alpha is None:
        assert one.reliability.alpha is None
    else:
        assert one.reliability.alpha == pytest.approx(other.reliability.alpha, rel=1e-12)
    assert one.dimensionality.kmo == pytest.approx(other.dimensionality.kmo, rel=1e-12)
    assert one.reliability.n == other.reliability.n
    assert one.findings == other.findings


@pytest.mark.parametrize("columns", [NAMES, (*NAMES, "e")])
def test_parts_merge_to_what_the_whole_gives(tmp_path: Path, columns: tuple[str, ...]) -> None:
    path = table(tmp_path / "a.parquet")
    for turned in ((), ("b",), ("c",)):
        told: dict[str, Any] = {"reversed_items": turned, "ends": (1, 5)}
        whole = analyse_scale(numeric_blocks(path, columns), columns, **told)
        same(analyse_scale(Here(path, columns), columns, **told), whole)


def test_a_part_names_the_row_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    words = ["1", "2", "3", "4", "oops", "6"]
    pq.write_table(pa.table({"a": words}), path, row_group_size=2)
    with pytest.raises(SurveyError) as error:
        part(str(path), ("a",), (), 2, 4, None)
    assert error.value.findings[0].params["row"] == 5


def test_only_parquet_is_spread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(SurveyError) as error:
        row_groups(path, ("a",))
    assert error.value.findings[0].code == "table.not_parquet"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    pytest.importorskip("distributed", reason="the extra “dask” is not installed")
    process = subprocess.Popen(
        [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "analyse", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_two_processes_give_what_one_gives(scheduler: str, tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet")
    alone, spread = run(str(path), *TOLD), run(str(path), *TOLD, "--scheduler", scheduler)
    assert spread.returncode == alone.returncode == 0, spread.stderr

    def near(one: Any, other: Any) -> None:
        if isinstance(one, dict):
            assert one.keys() == other.keys()
            for key in one:
                near(one[key], other[key])
        elif isinstance(one, list):
            for first, second in zip(one, other, strict=True):
                near(first, second)
        else:
            assert one == (pytest.approx(other, rel=1e-9) if isinstance(one, float) else other)

    near(json.loads(spread.stdout), json.loads(alone.stdout))


def test_what_the_workers_cannot_read_is_told_as_here(scheduler: str, tmp_path: Path) -> None:
    path = tmp_path / "b.parquet"
    pq.write_table(pa.table({"a": ["1", "x", "3"], "b": ["1", "2", "3"]}), path)
    found = run(str(path), "--items", "a,b", "--scheduler", scheduler)
    assert found.returncode == 2
    assert 'row 2: "x" is not a number' in found.stderr


def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet")
    found = CliRunner().invoke(
        analyse, [str(path), "--items", "a,b", "--scheduler", "tcp://127.0.0.1:9"]
    )
    assert found.exit_code == 2
    wanted = "does not answer" if find_spec("distributed") else "needs the extra"
    assert wanted in found.output
