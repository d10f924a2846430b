"""R where it is installed: `scripts/r.sh` installs it for `make test`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

MISSING = "no Rscript with the package survey (bash scripts/r.sh installs both)"


@cache
def _there() -> bool:
    if shutil.which("Rscript") is None:
        return False
    probe = ["Rscript", "-e", "library(survey)"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def run_r(*words: str, cwd: Path, environment: Mapping[str, str] | None = None) -> tuple[str, str]:
    """What `Rscript WORDS` prints, and what it warns of. Skips without R (a failure in CI)."""
    if not _there():
        if os.environ.get("SURVEYAPP_STRICT"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    done = subprocess.run(
        ["Rscript", *words],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr
