"""Tests in forked processes: each runs once, what fails or dies is told, shared things are kept."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests import forking

ROOT = Path(__file__).resolve().parent.parent
SOME = """
import os, signal, pytest

@pytest.mark.parametrize("n", range(30))
def test_passes(n, tmp_path, capfd):
    os.write(1, b"words")
    assert capfd.readouterr().out == "words"
    (tmp_path / "own").mkdir()

def test_fails():
    print("what it said")
    assert 1 == 2

def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)

def test_follows():
    pass
"""
SHARED = """
import os, pytest

@pytest.fixture(scope="module")
def dear():
    return os.getpid()

@pytest.mark.parametrize("n", range(30))
def test_shares(dear, n):
    assert dear == os.getpid()
    with open("made", "a") as made:
        made.write(f"{dear}\\n")
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.forking", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-c", "/dev/null", "--rootdir", str(folder), *arguments, str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_test_runs_and_one_that_dies_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(SOME)
    done = run(tmp_path, "--forks", "2", "-rf")
    assert done.returncode == 1, done.stderr
    assert "2 failed, 31 passed" in done.stdout
    assert "what it said" in done.stdout
    assert "the process died of it" in done.stdout


def test_what_a_file_shares_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "test_shared.py").write_text(SHARED)
    (tmp_path / "test_some.py").write_text("def test_passes(): pass")
    done = run(tmp_path, "--forks", "3")
    assert "31 passed" in done.stdout, done.stdout + done.stderr
    made = (tmp_path / "made").read_text().split()
    assert (len(made), len(set(made))) == (30, 1)


def test_it_gives_up_where_told(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(SOME.replace("os.kill(", "print("))
    done = run(tmp_path, "--forks", "1", "-x")
    assert "1 failed" in done.stdout
    assert "stopping after 1 failures" in done.stdout


def test_those_that_wait_come_first_and_pure_ones_last(request: pytest.FixtureRequest) -> None:
    items = request.session.items
    found = forking.batches(items)
    assert sorted(n for batch in found for n in batch) == list(range(len(items)))
    marks = [{mark.name for n in batch for mark in items[n].iter_markers()} for batch in found]
    pure = [int("core" in names and not names & set(forking.WAITING)) for names in marks]
    out_of_order = sum(a > b for a, b in pairwise(pure))  # a number: a list takes minutes to tell
    assert out_of_order == 0
