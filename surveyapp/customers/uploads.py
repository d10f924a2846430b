"""Files that people uploaded, kept under random names until their import has ended.

They hold personal data and may hold anything: nothing of what the sender says about a file is
used as a path, and what lies forgotten is swept away.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from surveyapp.extensions import settings
from surveyapp.findings import N_, Finding, SurveyError

MOST_BYTES = 50 * 1024 * 1024
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm")
FORGOTTEN_AFTER = 24 * 3600
"""Seconds after which an upload that nobody imported is deleted."""
REJECTS_KEPT = 7 * 24 * 3600
"""Seconds for which rejected rows (encrypted) can be downloaded."""

_TOKEN = re.compile(r"[0-9a-f]{32}")
_CHUNK = 1 << 20
_PACKED = b"PK\x03\x04"


@dataclass(frozen=True)
class Upload:
    """One uploaded file: its random token, its name as the sender called it, who sent it.

    job: id of the import that works on it, 0 before it was started. of: `customers` or `events`.
    """

    token: str
    filename: str
    by: str
    job: int = 0
    of: str = "customers"

    @property
    def path(self) -> Path:
        """Where the content is."""
        return folder() / self.token

    @property
    def rejects(self) -> Path:
        """Where its rejected rows go, encrypted."""
        return _rejects_of(self.token)

    def delete(self) -> None:
        """Remove the content; the rejected rows stay for their time."""
        self.path.unlink(missing_ok=True)
        _note_of(self.token).unlink(missing_ok=True)


def folder() -> Path:
    """The folder of uploads, readable by this service only."""
    path = settings().instance / "uploads"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _note_of(token: str) -> Path:
    return folder() / f"{token}.json"


def _rejects_of(token: str) -> Path:
    return folder() / f"{token}.rejects"


def _write_note(upload: Upload) -> None:
    _note_of(upload.token).write_text(json.dumps(asdict(upload)), encoding="utf-8")


def keep(stream: BinaryIO, filename: str, by: str, of: str = "customers") -> Upload:
    """Store what was sent. Raises SurveyError `import.*` for what cannot be a table."""
    sweep()
    name = Path(filename.replace("\\", "/")).name[:120]
    if Path(name).suffix.lower() not in ENDINGS:
        raise _refused("wrong_ending", N_('"{name}" is not a CSV or .xlsx file. Save the table as one of them.'), name)  # noqa: E501  # fmt: skip
    upload = Upload(secrets.token_hex(16), name, by, of=of)
    try:
        _copy(stream, upload)
        _check_content(upload)
    except BaseException:
        upload.delete()
        raise
    _write_note(upload)
    return upload


def assign(upload: Upload, job_id: int) -> None:
    """Note which import works on an upload, so that a second click starts no second one."""
    _write_note(replace(upload, job=job_id))


def _copy(stream: BinaryIO, upload: Upload) -> None:
    upload.path.touch(mode=0o600)
    size = 0
    with upload.path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MOST_BYTES:
                raise _refused("too_large", N_('"{name}" is larger than {limit} MB. Split it.'), upload.filename)  # noqa: E501  # fmt: skip
            file.write(chunk)


def _check_content(upload: Upload) -> None:
    """What a file is, its content decides; an ending that says otherwise is a mistake or a trick."""  # noqa: E501
    with upload.path.open("rb") as file:
        packed = file.read(4) == _PACKED
    if packed != upload.filename.lower().endswith((".xlsx", ".xlsm")):
        raise _refused("wrong_content", N_('"{name}" is not what its ending says. Open it and save it again as CSV or .xlsx.'), upload.filename)  # noqa: E501  # fmt: skip


def _refused(code: str, template: str, name: str) -> SurveyError:
    params = {"name": name, "limit": MOST_BYTES // 1024 // 1024}
    return SurveyError(Finding(f"import.{code}", "file", template, params))


def find(token: str) -> Upload | None:
    """The upload with this token, None when it is gone."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        return Upload(**json.loads(_note_of(token).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def rejects(token: str) -> Path | None:
    """The rejected rows of an upload, None when there are none (any more)."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _rejects_of(token)
    return path if path.is_file() else None


def sweep() -> int:
    """Delete what lies longer than it may; how many files."""
    gone = 0
    for path in folder().iterdir():
        limit = REJECTS_KEPT if path.suffix == ".rejects" else FORGOTTEN_AFTER
        try:
            if time.time() - path.stat().st_mtime > limit:
                path.unlink()
                gone += 1
        except FileNotFoundError:  # swept by another process
            continue
    return gone
