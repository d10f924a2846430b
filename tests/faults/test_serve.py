"""`serve`: one command starts three processes, Ctrl-C stops every one of them."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import ports

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120
"""Seconds for a start on a busy machine; an idle one needs five."""

pytestmark = pytest.mark.fault


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    """`serve` as a script would start it in the background: in a group of its own, SIGINT off."""
    mine = {k: v for k, v in os.environ.items() if not k.startswith("TWILIO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--no-sample"],
        cwd=ROOT,
        env=mine | {"INSTANCE_PATH": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )


def processes_of(folder: Path) -> list[int]:
    """Processes whose environment names this installation."""
    wanted, found = f"INSTANCE_PATH={folder}".encode(), []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                environment = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if wanted in environment:
                found.append(int(entry.name))
    return found


def read_until(process: subprocess.Popen[str], last: str) -> str:
    """What it prints up to the line that has `last`."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if last in line:
            return "".join(lines)
    raise AssertionError("".join(lines) + (process.stderr.read() if process.stderr else ""))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int, str]]:
    port = ports.free(2)
    process = start(tmp_path, port)
    alarm = threading.Timer(PATIENCE, process.kill)
    alarm.start()
    try:
        yield process, port, read_until(process, "Ctrl-C")
    finally:
        alarm.cancel()
        for pid in processes_of(tmp_path):
            os.kill(pid, signal.SIGKILL)
        process.communicate()


def sign_in(base: str, email: str, password: str) -> str:
    """Sign in as a browser would, with the form's own token; the page that follows."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    page = browser.open(f"{base}/sign-in", timeout=20).read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    form = {"email": email, "password": password, "csrf_token": token[1]}
    answer = browser.open(f"{base}/sign-in", urllib.parse.urlencode(form).encode(), timeout=20)
    assert urllib.parse.urlsplit(answer.url).path == "/studies"
    return str(answer.read().decode())


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_one_command_serves_and_ctrl_c_leaves_nothing(
    served: tuple[subprocess.Popen[str], int, str], tmp_path: Path
) -> None:
    process, port, said = served
    base = f"http://127.0.0.1:{port}"
    assert base in said
    assert f"http://127.0.0.1:{port + 1}" in said
    users = re.findall(r"(\S+@\S+)\s+/\s+(\S+)", said)
    assert len(users) == 4
    with urllib.request.urlopen(f"{base}/health", timeout=20) as answer:
        assert answer.read() == b'{"status":"ok"}\n'
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/", timeout=20) as phone:
        assert phone.status == 200
    assert "<h1" in sign_in(base, *users[0])
    assert len(processes_of(tmp_path)) >= 4

    refused = start(tmp_path / "second", port)
    out, err = refused.communicate(timeout=PATIENCE)
    assert refused.returncode == 1
    assert err == f"Port {port} is in use. Choose another: make run PORT=8080\n"
    assert out == ""

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert out.strip() == "Stopped."
    assert "Traceback" not in err
    assert processes_of(tmp_path) == []
