"""A file is written under a temporary name, brought to disk, read back, compared, then offered.

Whatever fails on the way, a full disk, a kill, a difference, leaves no file under the final name.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from surveyapp.datasets.digests import digest_of
from surveyapp.datasets.exports import (
    csv_file,
    ddi_file,
    dta_file,
    long_file,
    package_file,
    parquet_file,
    sav_file,
    weights_file,
    xlsx_file,
)
from surveyapp.datasets.exports.checking import Progress
from surveyapp.datasets.exports.content import CODEBOOK_HEADER, LOG_HEADER, Content
from surveyapp.datasets.exports.names import spss_names
from surveyapp.datasets.exports.reproducing import files as reproducing
from surveyapp.findings import N_, Finding, SurveyError

FORMATS: dict[str, ModuleType] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "sav": sav_file,
    "dta": dta_file,
    "parquet": parquet_file,
    "long": long_file,
}
"""Format → module with write and check."""
ENDINGS = {"long": "-long.csv"}
"""What a file's name ends with where that is not its format."""
SOME_ROOM = 1 << 20
FORGOTTEN_AFTER = 24 * 3600
"""Seconds after which what a killed export left behind is swept away."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Written:
    """A file that is offered. kind: its format, or one of `desk.BESIDE`."""

    kind: str
    path: Path
    rows: int
    sha256: str


def write_files(
    folder: Path, stem: str, content: Content, kind: str, report: Report = lambda *_: None
) -> list[Written]:
    """The data in one format, the codebook, the cleaning log and what describes them; all of them
    or none.

    Raises SurveyError: `export.disk_full`, `export.not_written`, `export.differs`,
    `export.too_large`, `export.format`.
    """
    if kind not in FORMATS:
        template = N_("There is no export format {kind}. Choose one of: {kinds}.")
        params = {"kind": kind, "kinds": ", ".join(FORMATS)}
        raise SurveyError(Finding("export.format", "format", template, params))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as workshop:
            made = _made(Path(workshop), stem, content, kind, report)
            return [_offered(folder, *file) for file in made]
    except SurveyError:
        raise
    except Exception as error:
        raise failure(error, folder, f"{stem}.{kind}") from error


def _made(
    workshop: Path, stem: str, content: Content, kind: str, report: Report
) -> list[tuple[str, Path, int]]:
    data = workshop / f"{stem}{ENDINGS.get(kind, f'.{kind}')}"
    FORMATS[kind].write(data, content, Progress(report, N_("Writing the file"), len(content)))
    _to_disk(data)
    FORMATS[kind].check(data, content, Progress(report, N_("Reading it back"), len(content)))
    made = [(kind, data, len(content))]
    names = spss_names([v.name for v in content.columns])
    book = list(content.codebook_rows(names))
    for name, header, rows in (
        ("codebook", CODEBOOK_HEADER, book),
        ("log", LOG_HEADER, [list(line) for line in content.log]),
    ):
        path = workshop / f"{stem}-{name}.csv"
        csv_file.write_table(path, header, rows)
        _to_disk(path)
        csv_file.check_table(path, header, rows)
        made.append((name, path, len(rows)))
    weights = workshop / f"{stem}-weights.json"
    made.append(("weights", weights, weights_file.write(weights, content)))
    _to_disk(weights)
    if kind != "long":  # both describe a row per response
        made += _described(workshop, stem, content, made)
    if kind == "csv":
        scripts = reproducing.write(workshop, stem, content, data)
        for _, path, _ in scripts:
            _to_disk(path)
        made += scripts
    return made


def _described(
    workshop: Path, stem: str, content: Content, made: list[tuple[str, Path, int]]
) -> list[tuple[str, Path, int]]:
    """What describes the files to other programs: a DDI codebook and a data package."""
    kind, data, _ = made[0]
    ddi, package = workshop / f"{stem}-ddi.xml", workshop / f"{stem}-datapackage.json"
    ddi_file.write(ddi, content, data, kind)
    _to_disk(ddi)
    ddi_file.check(ddi, content, kind)
    files = [(name, path) for name, path, _ in made]
    package_file.write(package, content, files)
    _to_disk(package)
    package_file.check(package, files)
    columns = len(content.columns)
    return [("ddi", ddi, columns), ("package", package, len(files))]


def sweep(folder: Path) -> None:
    """Forget what a killed process was writing there a day ago."""
    for left in folder.glob(".writing-*"):
        if time.time() - left.stat().st_mtime > FORGOTTEN_AFTER:
            shutil.rmtree(left, ignore_errors=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _offered(folder: Path, kind: str, path: Path, rows: int) -> Written:
    digest = digest_of(path)
    final = folder / path.name
    path.replace(final)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return Written(kind, final, rows, digest)


def _disk_full(name: str) -> SurveyError:
    template = N_("The disk is full: {name} was not written. Make room and export again.")
    return SurveyError(Finding("export.disk_full", f"file:{name}", template, {"name": name}))


def failure(error: Exception, folder: Path, name: str) -> SurveyError:
    """The libraries wrap a full disk in errors of their own; the cause, or the disk, tells."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in FULL:
            template = N_("The disk is full: {name} was not written. Make room and export again.")
            return SurveyError(
                Finding("export.disk_full", f"file:{name}", template, {"name": name})
            )
        cause = cause.__cause__ or cause.__context__
    if folder.is_dir() and shutil.disk_usage(folder).free < SOME_ROOM:
        return _disk_full(name)
    template = N_("{name} could not be written: {reason}.")
    params = {"name": name, "reason": str(error) or type(error).__name__}
    return SurveyError(Finding("export.not_written", f"file:{name}", template, params))
