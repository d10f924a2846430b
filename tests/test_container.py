"""The image's files are enough, and the commands of compose.yaml work, on the real servers.

There is no container engine here: the Dockerfile's COPY lines are followed into a folder, and each
service's command runs in it as a process. Packages come from the environment of the tests.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from surveyapp.database import db
from surveyapp.jobs.models import Job
from surveyapp.jobs.running import enqueue
from tests import ports
from tests.brokers import address_of, clean, until
from tests.conftest import fresh_database, join, make_settings

ROOT = Path(__file__).resolve().parents[1]
KEYS = {"SECRET_KEY": "of the container", "KEY_RING": f"t1:{'42' * 32}"}
pytestmark = [pytest.mark.fault, pytest.mark.postgresql]


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) of the Dockerfile, comments left out and lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines) if word]


def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def laid(folder: Path) -> Path:
    """The image's folder, with what COPY lines put into it."""
    for word, rest in instructions():
        if word != "COPY":
            continue
        *sources, target = rest.split()
        for source in sources:
            there = folder / target
            if (ROOT / source).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "*.mo")
                shutil.copytree(ROOT / source, there, ignore=ignored)
            else:
                there.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, there)
    return folder


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def ended(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_every_service_of_the_compose_file_runs_from_the_image_s_files(
    stack: ExitStack, postgresql_server: str, tmp_path: Path
) -> None:
    broker = address_of("rabbitmq", tmp_path)
    database = stack.enter_context(fresh_database(postgresql_server))
    here, shared = laid(tmp_path / "image"), tmp_path / "shared"
    settings = {**KEYS, "DATABASE_URL": database, "BROKER_URL": broker}
    mine = {k: v for k, v in os.environ.items() if not k.startswith(("TWILIO_", "PYTHONPATH"))}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {**mine, **settings, "PATH": path, "INSTANCE_PATH": str(shared)}
    told, port = services(), ports.free(2)
    stack.callback(clean, make_settings(shared, **settings))

    def run(command: str | list[str]) -> subprocess.CompletedProcess[bytes]:
        words = shlex.split(command) if isinstance(command, str) else command[1:]
        return subprocess.run(words, cwd=here, env=env, capture_output=True, timeout=300)

    def begin(command: str) -> subprocess.Popen[bytes]:
        words = shlex.split(command.replace(":8000", f":{port}"))
        process = subprocess.Popen(words, cwd=here, env=env, stderr=subprocess.DEVNULL)
        stack.callback(ended, process)
        return process

    compiled = next(rest for word, rest in instructions() if word == "RUN" and "compileall" in rest)
    for command in compiled.replace(".venv/bin/python", sys.executable).split("&&"):
        assert run(command).returncode == 0, command
    done = run(told["set-up"]["command"])
    assert done.returncode == 0, done.stderr
    begin(told["web"]["command"])
    begin(told["worker"]["command"])
    with join(make_settings(shared, **settings)).app_context():
        until(lambda: answers(f"http://127.0.0.1:{port}/health"), 120)
        until(lambda: run(told["worker"]["healthcheck"]["test"]).returncode == 0, 180)
        job_is_done()
        db.session.remove()
        db.engine.dispose()


def job_is_done() -> None:
    """What a page asks for is done by the worker, told by the broker."""
    job_id = enqueue("customers.duplicates", by="test").id
    db.session.commit()

    def over() -> bool:
        db.session.rollback()
        return db.session.get_one(Job, job_id).state in ("done", "failed")

    until(over, 180)
    row = db.session.get_one(Job, job_id)
    assert (row.state, row.error) == ("done", "")


def test_the_image_s_own_command_is_the_web_server_s() -> None:
    (command,) = [rest for word, rest in instructions() if word == "CMD"]
    assert yaml.safe_load(command) == shlex.split(services()["web"]["command"])


def test_every_service_waits_for_one_that_there_is_and_volumes_are_declared() -> None:
    told = services()
    for service in told.values():
        assert set(service.get("depends_on", ())) <= set(told)
    volumes = yaml.safe_load((ROOT / "compose.yaml").read_text())["volumes"]
    used = {one.split(":")[0] for s in told.values() for one in s.get("volumes", ())}
    assert used == set(volumes)
