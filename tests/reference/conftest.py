"""Published reference values live outside the repository; without them these tests say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    folder = os.environ.get("SURVEYAPP_REFERENCE_DATA")
    if not folder:
        pytest.skip("SURVEYAPP_REFERENCE_DATA is unset: no reference values to compare with")
    return Path(folder) / "reference"
