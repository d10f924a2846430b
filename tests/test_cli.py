"""The commands: all listed, each explained, none imported before it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent


def flask(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=os.environ | {"INSTANCE_PATH": str(folder), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_is_listed_with_what_it_does(tmp_path: Path) -> None:
    done = flask(tmp_path, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.startswith("  ")}
    for name, (_target, short_help) in COMMANDS.items():
        assert short_help.rstrip(".") in lines[name]


def test_listing_imports_no_command(tmp_path: Path) -> None:
    program = (
        "import sys, config; from surveyapp import create_app;"
        "app = create_app(config.load({'INSTANCE_PATH': sys.argv[1]}));"
        "assert app.cli.list_commands(None);"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    modules = {target.partition(":")[0] for target, _ in COMMANDS.values()}
    assert loaded.isdisjoint(modules)
    assert "surveyapp.migrating" not in loaded


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(app: Flask, name: str) -> None:
    done = app.test_cli_runner().invoke(args=[name, "--help"])
    assert done.exit_code == 0, done.output
    assert f"{name} [OPTIONS]" in done.output
    short_help = COMMANDS[name][1]
    assert done.output.count("\n") > 3
    assert short_help


def test_an_unknown_command_and_an_unknown_option_say_so(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "No such command" in runner.invoke(args=["fly"]).output
    wrong = runner.invoke(args=["serve", "--fast"])
    assert wrong.exit_code == 2
    assert "No such option" in wrong.output


def test_set_up_twice_is_harmless(tmp_path: Path) -> None:
    for _ in range(2):
        done = flask(tmp_path, "set-up")
        assert (done.returncode, done.stdout) == (0, "The database is ready.\n"), done.stderr
