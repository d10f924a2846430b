"""The archive in a bucket, against a real server of the S3 protocol (moto, in its own process).

Skipped, with a line that says so, where boto3 and moto are not installed.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.database import db
from surveyapp.datasets.archive.installed import store
from surveyapp.datasets.archive.moving import archive, restore
from surveyapp.datasets.archive.stores import Bucket, Store
from surveyapp.datasets.gather import dataset
from surveyapp.evidence.verifying import verify
from surveyapp.findings import SurveyError
from tests import ports
from tests.conftest import join, lay_tables, make_settings
from tests.datasets.test_archive import closed_study, everything

boto3 = pytest.importorskip("boto3", reason="the extra “s3” is not installed")
pytest.importorskip("moto", reason="the S3 server moto is not installed")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = ports.free()
    begin = "from moto.server import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", begin, "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def address(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of the server, with an empty bucket `kept`."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3", endpoint_url=server)
    client.create_bucket(Bucket="kept")
    for one in client.list_objects_v2(Bucket="kept").get("Contents", ()):
        client.delete_object(Bucket="kept", Key=one["Key"])
    return server


@pytest.fixture
def bucket(address: str) -> Store:
    return Bucket("s3://kept/survey/answers", address)


@pytest.fixture
def app_on_s3(address: str, tmp_path: Path) -> Iterator[Flask]:
    told = {"ARCHIVE_TO": "s3://kept/survey", "ARCHIVE_ENDPOINT": address}
    app = join(make_settings(tmp_path, **told))
    lay_tables(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_files_come_back_as_they_were(bucket: Store, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(bytes(range(256)) * 1000)
    bucket.put("study-1-x/part", given)
    assert bucket.fetch("study-1-x/part", tmp_path).read_bytes() == given.read_bytes()
    assert bucket.names("study-1-") == ["study-1-x/part"]
    assert bucket.names("study-2-") == []
    bucket.delete("study-1-x/part")
    bucket.delete("study-1-x/part")
    with pytest.raises(SurveyError) as error:
        bucket.fetch("study-1-x/part", tmp_path)
    assert error.value.findings[0].code == "archive.gone"


def test_a_store_that_does_not_answer_or_refuses_is_said(address: str, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_bytes(b"x")
    for bucket in (Bucket("s3://nobodys", address), Bucket("s3://kept", "http://127.0.0.1:9")):
        acts = (
            lambda: bucket.put("a/b", given),  # noqa: B023
            lambda: bucket.names("a"),  # noqa: B023
        )
        for act in acts:
            with pytest.raises(SurveyError) as error:
                act()
            assert error.value.findings[0].code == "archive.store"


def test_a_study_is_archived_read_verified_and_restored(app_on_s3: Flask) -> None:
    study = closed_study()
    before, data = everything(study.id), dataset(study.id)
    archive(study.id)
    assert len(store().names("study-")) == 2
    assert not (Path(app_on_s3.instance_path) / "archives").exists()
    assert dataset(study.id).hash == data.hash
    assert verify(lambda *_: None).whole
    restore(study.id)
    assert everything(study.id) == before
    assert store().names("study-") == []
