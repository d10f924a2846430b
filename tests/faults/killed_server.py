"""The product in a process of its own that is killed without warning, and posts to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests import ports

SERVER = """
import json, sys
from pathlib import Path
from werkzeug.serving import make_server
from tests.conftest import make_settings
from surveyapp import create_app
folder, port, environment = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
app = create_app(make_settings(folder, **environment))
make_server("127.0.0.1", port, app, threaded=True).serve_forever()
"""
ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The product in a process of its own, on one port, killed without warning."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.port = ports.free()
        self._arguments = [str(folder), str(self.port), json.dumps(environment)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, *self._arguments],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self._process:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None


def post_to(url: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The server's acknowledgement; None when it died before it gave one."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return None
