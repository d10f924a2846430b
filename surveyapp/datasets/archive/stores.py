"""Where archive files lie: a folder, or a bucket of any S3-compatible store."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from surveyapp.findings import N_, Finding, SurveyError

T = TypeVar("T")


class Store(Protocol):
    """Files by name (`folder/file`). All methods raise SurveyError `archive.store`."""

    def put(self, name: str, path: Path) -> None:
        """Keep a copy of the file, durably, under the name."""

    def fetch(self, name: str, into: Path) -> Path:
        """The file as a local one, perhaps a copy in `into`. Raises `archive.gone`."""

    def names(self, prefix: str) -> list[str]:
        """Every name that begins so."""

    def delete(self, name: str) -> None:
        """Forget the file; nothing where there is none."""


class Folder:
    """A folder of this machine or of a mounted share."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, path: Path) -> None:
        """Copied beside, brought to disk, then renamed: never half there."""

        def copy() -> None:
            final = self.root / name
            final.parent.mkdir(parents=True, exist_ok=True)
            part = final.with_name(f".{final.name}.part")
            shutil.copyfile(path, part)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(final)
            _sync(final.parent)

        _told(copy, OSError)

    def fetch(self, name: str, into: Path) -> Path:
        """The file itself."""
        if not (self.root / name).is_file():
            raise gone(name)
        return self.root / name

    def names(self, prefix: str) -> list[str]:
        """Half-written ones too."""
        found = (p for p in self.root.glob("*/*") if p.is_file())
        names = (p.relative_to(self.root).as_posix() for p in found)
        return sorted(name for name in names if name.startswith(prefix))

    def delete(self, name: str) -> None:
        """With its folder, when that is empty then."""
        path = self.root / name
        _told(lambda: path.unlink(missing_ok=True), OSError)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


class Bucket:
    """`s3://bucket/prefix`; keys and region come from the usual AWS_… variables."""

    def __init__(self, address: str, endpoint: str = "") -> None:
        try:
            import boto3
            from boto3.exceptions import Boto3Error
            from botocore.exceptions import BotoCoreError, ClientError
        except ModuleNotFoundError as missing:
            template = N_("Archives in S3 need the extra “s3”: pip install 'surveyapp[s3]'.")
            raise SurveyError(Finding("archive.no_s3", "ARCHIVE_TO", template)) from missing
        parts = urlsplit(address)
        self.bucket, self.prefix = parts.netloc, parts.path.strip("/")
        self._client: Any = boto3.client("s3", endpoint_url=endpoint or None)
        self._errors = (BotoCoreError, Boto3Error, ClientError, OSError)
        self._refused = ClientError

    def put(self, name: str, path: Path) -> None:
        """One upload; the store shows it when it is whole."""
        _told(lambda: self._client.upload_file(str(path), self.bucket, self._key(name)),
              *self._errors)  # fmt: skip

    def fetch(self, name: str, into: Path) -> Path:
        """A copy."""
        path = into / name.replace("/", "-")
        try:
            self._client.download_file(self.bucket, self._key(name), str(path))
        except self._refused as refusal:
            if refusal.response["Error"]["Code"] in ("404", "NoSuchKey"):
                raise gone(name) from refusal
            raise _unreachable(refusal) from refusal
        except self._errors as trouble:
            raise _unreachable(trouble) from trouble
        return path

    def names(self, prefix: str) -> list[str]:
        """Page by page."""

        def listed() -> list[str]:
            pages = self._client.get_paginator("list_objects_v2")
            found = pages.paginate(Bucket=self.bucket, Prefix=self._key(prefix))
            keys = [one["Key"] for page in found for one in page.get("Contents", ())]
            return sorted(key.removeprefix(self._key("")) for key in keys)

        return _told(listed, *self._errors)

    def delete(self, name: str) -> None:
        """Forget it."""
        _told(lambda: self._client.delete_object(Bucket=self.bucket, Key=self._key(name)),
              *self._errors)  # fmt: skip

    def _key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name


def store_at(address: str, endpoint: str, folder: Path) -> Store:
    """The store of the settings; without an address the folder."""
    return Bucket(address, endpoint) if address.startswith("s3://") else Folder(folder)


def gone(name: str) -> SurveyError:
    """A file that should be there is not."""
    template = N_("The archive's file {name} is not in the store any more.")
    return SurveyError(Finding("archive.gone", f"file:{name}", template, {"name": name}))


def _told(act: Callable[[], T], *errors: type[Exception]) -> T:
    try:
        return act()
    except errors as trouble:
        raise _unreachable(trouble) from trouble


def _unreachable(trouble: Exception) -> SurveyError:
    template = N_("The archive's store could not be used: {reason}.")
    return SurveyError(
        Finding("archive.store", "ARCHIVE_TO", template, {"reason": str(trouble)[:300]})
    )


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
