"""The vendored files are the ones that static/README.md names."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
ROWS = re.findall(
    r"^\| (vendor/\S+) \|.*\((\S+LICENSE)\) \| ([0-9a-f]{64}) \|$",
    (STATIC / "README.md").read_text(),
    re.M,
)


@pytest.mark.parametrize(("path", "licence", "digest"), ROWS)
def test_file_is_as_recorded_and_carries_its_licence(path, licence, digest):
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == digest
    assert (STATIC / licence).stat().st_size > 500


def test_every_vendored_file_is_recorded():
    known = {path for path, _, _ in ROWS} | {licence for _, licence, _ in ROWS}
    assert {f"vendor/{p.name}" for p in (STATIC / "vendor").iterdir()} == known
