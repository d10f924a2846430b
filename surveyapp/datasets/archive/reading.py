"""Answers of archived studies read where they are."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from surveyapp.datasets.archive import parts
from surveyapp.datasets.archive.models import Archive
from surveyapp.datasets.archive.parts import MANIFEST, Block, Manifest
from surveyapp.datasets.archive.stores import Store
from surveyapp.datasets.digests import digest_of
from surveyapp.findings import Finding, SurveyError

Body = Mapping[str, Any]
NAMES = ("id", "answers", "facts", "paradata")


def manifest_of(kept: Store, row: Archive, folder: Path) -> Manifest:
    """What the archive holds. Raises SurveyError `archive.changed` or `archive.gone`."""
    path = kept.fetch(f"{row.name}/{MANIFEST}", folder)
    return parts.manifest_of(path.read_bytes(), row.sha256)


def stored_blocks(
    kept: Store, row: Archive, folder: Path, names: tuple[str, ...] | None = None
) -> Iterator[Block]:
    """All rows by ascending id, part after part; copies in `folder` are deleted behind it."""
    for part in manifest_of(kept, row, folder).parts:
        path = kept.fetch(f"{row.name}/{part.name}", folder)
        yield from parts.read(path, part, names)
        if path.parent == folder:
            path.unlink()


def bodies(kept: Store, row: Archive) -> Iterator[tuple[int, Body]]:
    """Response → its answers, facts and paradata, by ascending id."""
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        for block in stored_blocks(kept, row, Path(folder), NAMES):
            for response, *texts in block:
                names = zip(NAMES[1:], texts, strict=True)
                yield response, {name: json.loads(text) for name, text in names}


def body_of(kept: Store, row: Archive, response: int) -> Body | None:
    """The body of one response."""
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        manifest = manifest_of(kept, row, Path(folder))
        part = next((p for p in manifest.parts if p.first <= response <= p.last), None)
        if part is None:
            return None
        path = kept.fetch(f"{row.name}/{part.name}", Path(folder))
        for block in parts.read(path, part, NAMES):
            for found, *texts in block if block[-1][0] >= response else ():
                if found == response:
                    pairs = zip(NAMES[1:], texts, strict=True)
                    return {name: json.loads(text) for name, text in pairs}
    return None


def troubles(kept: Store, row: Archive) -> Iterator[Finding]:
    """What is wrong with the files of an archive: changed, gone, or not to be reached."""
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        try:
            manifest = manifest_of(kept, row, Path(folder))
        except SurveyError as refusal:
            yield from refusal.findings
            return
        for part in manifest.parts:
            try:
                path = kept.fetch(f"{row.name}/{part.name}", Path(folder))
                if digest_of(path) != part.sha256:
                    yield from parts.changed(part.name).findings
            except SurveyError as refusal:
                yield from refusal.findings
