"""The stage of a simulated run: product, web server and phone gateway on loopback ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

import config
from surveyapp import create_app
from surveyapp.database import vault
from surveyapp.demo.moments import Calendar
from surveyapp.distribution.gateway.server import Gateway, make_server
from surveyapp.migrating import upgrade_to_head

ACCOUNT, TOKEN, SENDER = "AC" + "d" * 32, "the demo's own token", "+15005550006"
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Stage:
    """A running installation under simulated time."""

    app: Flask
    calendar: Calendar
    gateway: Gateway
    base: str
    """Address of the web server."""


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def stage(
    instance: Path, *, environment: Mapping[str, str], port: int = 0, phone_port: int = 0
) -> Iterator[Stage]:
    """Run an installation in `instance` until the block ends.

    environment: settings that are given; what texts need to reach the gateway is added.
    """
    settings = _settings(instance, port or free_port(), phone_port or free_port(), environment)
    calendar = Calendar(instance / "calendar")
    app = create_app(config.load(settings))
    upgrade_to_head(app)
    with ExitStack() as stack:
        gateway = stack.enter_context(_gateway(instance, settings))
        base = stack.enter_context(_web_server(settings, calendar))
        stack.enter_context(calendar.ruling())
        stack.enter_context(app.app_context())
        yield Stage(app, calendar, gateway, base)


def _settings(
    instance: Path, port: int, phone_port: int, environment: Mapping[str, str]
) -> dict[str, str]:
    return {
        "INSTANCE_PATH": str(instance),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": SENDER,
        "TWILIO_API_BASE": f"http://127.0.0.1:{phone_port}",
        "SMS_DOMESTIC": "1",
        "SMS_RATE": "10000",
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        **environment,
    }


def _gateway(instance: Path, settings: Mapping[str, str]) -> Gateway:
    return make_server(
        settings["TWILIO_ACCOUNT_SID"],
        settings["TWILIO_AUTH_TOKEN"],
        port=int(settings["TWILIO_API_BASE"].rpartition(":")[2]),
        inbound_url=f"{settings['PUBLIC_BASE_URL']}/hooks/sms/inbound",
        journal=instance / "phone.journal",
        vault=vault,
    )


@contextmanager
def _web_server(settings: Mapping[str, str], calendar: Calendar) -> Iterator[str]:
    address = f"127.0.0.1:{settings['PORT']}"
    base = f"http://{address}"
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "error"]
    command += ["--workers", "2", "--threads", "8", "--keep-alive", "30"]
    command += ["--bind", address, "surveyapp.demo.server:app"]
    environment = {**os.environ, **settings, "DEMO_CALENDAR": str(calendar.path)}
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait_for(base + "/health", server)
        yield base
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError("the demo's web server did not start")
