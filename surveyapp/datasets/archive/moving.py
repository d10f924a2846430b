"""Answers to the archive and back: nothing leaves the database before the files were read back from
the store and found equal, in the transaction that notes the archive.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

from flask import current_app
from sqlalchemy import select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.archive import parts, rows
from surveyapp.datasets.archive.due import refuse_early, standing_archive
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.models import Archive
from surveyapp.datasets.archive.parts import MANIFEST, Block, Manifest, Part
from surveyapp.datasets.archive.reading import manifest_of, stored_blocks
from surveyapp.datasets.archive.stores import Store
from surveyapp.datasets.exports.writing import Report, sweep
from surveyapp.distribution.models import Study
from surveyapp.findings import N_, Finding, SurveyError


def archive(study_id: int, report: Report = lambda *_: None, *, by: str = "") -> Archive:
    """Move the bodies of the study's responses into files. by: who asked for it (whoever is signed
    in). For the worker; commits.

    Raises SurveyError: see `refuse_early` and `stores`; `archive.differs` when what lies in the
    store is not what stands in the database. Whatever fails leaves the database as it was.
    """
    refuse_early(db.session.get_one(Study, study_id))
    count, before = rows.size(study_id)
    kept, moment = store(), clock.now().strftime("%Y%m%d-%H%M%S-%f")
    _sweep(kept, study_id)
    name = f"study-{study_id}-{moment}"
    with _workshop() as folder:
        manifest, size = _written(kept, name, study_id, folder, count, report)
        text = manifest.as_bytes()
        row = Archive(
            study_id=study_id,
            name=name,
            rows=manifest.rows,
            size_before=before,
            size=size + len(text),
            sha256=hashlib.sha256(text).hexdigest(),
            actor=by or audit.actor(),
        )
        db.session.rollback()
        _let_go(kept, row, folder, report)
    return row


def _written(
    kept: Store, name: str, study_id: int, folder: Path, count: int, report: Report
) -> tuple[Manifest, int]:
    """Every part and the manifest in the store; and the bytes of the parts."""
    made: list[Part] = []
    size = done = 0
    for part in parts.write(folder, rows.columns(), rows.blocks(study_id)):
        report(N_("Writing the archive"), done, count)
        path = folder / part.name
        kept.put(f"{name}/{part.name}", path)
        size += path.stat().st_size
        path.unlink()
        made.append(part)
        done += part.rows
    manifest = Manifest(rows.TABLE.name, rows.columns(), tuple(made))
    (folder / MANIFEST).write_bytes(manifest.as_bytes())
    kept.put(f"{name}/{MANIFEST}", folder / MANIFEST)
    return manifest, size


def _let_go(kept: Store, row: Archive, folder: Path, report: Report) -> None:
    """Note the archive, compare every row with what the store gives back, empty the rows."""
    report(N_("Comparing the archive with the database"), 0, row.rows)
    with _all_or_nothing():
        db.session.add(row)
        db.session.flush()  # on SQLite from here on nobody else writes
        standing = rows.blocks(row.study_id, lock=True)
        _compare(stored_blocks(kept, row, folder), standing)
        rows.empty(row.study_id)
        audit.record(
            "archive.make",
            f"study:{row.study_id}",
            by=row.actor,
            archive=row.id,
            rows=row.rows,
            sha256=row.sha256,
        )


def restore(study_id: int, report: Report = lambda *_: None, *, by: str = "") -> Archive:
    """Put the bodies back, compare them with the files, then forget the files. Commits.

    Raises SurveyError `archive.none`, `archive.changed`, `archive.gone`, `archive.store`,
    `archive.differs`; the archive then stands as before.
    """
    row = standing_archive(study_id)
    if row is None:
        raise _none()
    kept = store()
    report(N_("Restoring the answers"), 0, row.rows)
    with _workshop() as folder:
        _put_back(kept, row, folder, by or audit.actor())
    report(N_("Deleting the files of the archive"), 0, 0)
    for name in kept.names(f"{row.name}/"):
        kept.delete(name)
    return row


def _put_back(kept: Store, row: Archive, folder: Path, by: str) -> None:
    manifest_of(kept, row, folder)  # before anything is locked
    taken = (
        update(Archive)
        .where(Archive.id == row.id, Archive.restored_at.is_(None))
        .values(restored_at=clock.now(), restored_by=by)
        .returning(Archive.id)
    )
    names = ("id", *rows.BODY)
    with _all_or_nothing():
        if db.session.scalar(taken) is None:
            raise _none()
        for block in stored_blocks(kept, row, folder, names):
            rows.fill(block)
        back = rows.blocks(row.study_id, rows.BODY)
        _compare(stored_blocks(kept, row, folder, names), back)
        subject = f"study:{row.study_id}"
        audit.record("archive.restore", subject, by=by, archive=row.id, rows=row.rows)


def _compare(stored: Iterator[Block], standing: Iterator[Block]) -> None:
    for place, (there, here) in enumerate(zip_longest(stored, standing)):
        if there != here:
            raise _differs(place * parts.BLOCK + 1)


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


def _sweep(kept: Store, study_id: int) -> None:
    """Delete what a killed archiving, or a restoring that was killed at its end, left behind."""
    standing = select(Archive.name).where(
        Archive.study_id == study_id, Archive.restored_at.is_(None)
    )
    known = set(db.session.scalars(standing))
    for name in kept.names(f"study-{study_id}-"):
        if name.partition("/")[0] not in known:
            kept.delete(name)


@contextmanager
def _workshop() -> Iterator[Path]:
    root = Path(current_app.instance_path)
    sweep(root)
    with tempfile.TemporaryDirectory(dir=root, prefix=".writing-") as folder:
        yield Path(folder)


def _differs(row: int) -> SurveyError:
    template = N_(
        "The archive does not hold what stands in the database (from row {row} on); nothing was"
        " moved. Try again."
    )
    return SurveyError(Finding("archive.differs", f"row:{row}", template, {"row": row}))


def _none() -> SurveyError:
    template = N_("The answers of this study are not in the archive.")
    return SurveyError(Finding("archive.none", "study", template))
