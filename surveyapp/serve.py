"""`serve`: web server, worker and built-in phone as three processes under one Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from types import FrameType
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

import config
from surveyapp.accounts.samples import SAMPLE_PASSWORD, SAMPLE_USERS
from surveyapp.database import db
from surveyapp.distribution import invitations, links
from surveyapp.set_up import prepare

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 8.0
"""Seconds that the parts get to stop before they are killed."""


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--sample/--no-sample", default=True, help="Load the sample study when empty.")
@with_appcontext
def serve(host: str, sample: bool) -> None:
    """Start everything; Ctrl-C stops it cleanly."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: config.Settings = app.config["SETTINGS"]
    builtin_phone = not (
        settings.twilio_account_sid or settings.twilio_api_base or _listed(settings)
    )
    for port in [settings.port, *([settings.port + 1] if builtin_phone else [])]:
        _insist_on_free(host, port)
    phone = _phone_environment(settings, host) if builtin_phone else {}
    prepare(app, phone if sample and _harmless(settings) else None)
    unanswered = _unanswered()
    parts = _start(host, settings.port, builtin_phone, {**os.environ, **phone})
    _obey_signals()
    try:
        _wait_until_up(f"http://{host}:{settings.port}/health", parts)
        _announce(host, settings.port, builtin_phone, unanswered)
        code = _watch(parts)
    except (KeyboardInterrupt, SystemExit):
        code = 0
    _stop(parts)
    sys.exit(code)


def _harmless(settings: config.Settings) -> bool:
    """Whether texts stay on this machine, so that an invented study may be left running."""
    address = urlsplit(settings.twilio_api_base).hostname
    return not _listed(settings) and (
        address in LOOPBACK if address else not settings.twilio_account_sid
    )


def _unanswered() -> str | None:
    """A link that waits for an answer, to try the customer's page with."""
    waiting = invitations.unopened()
    link = links.url_of(waiting) if waiting else None
    db.session.remove()
    return link


def _insist_on_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            click.echo(f"Port {port} is in use. Choose another: make run PORT=8080", err=True)
            sys.exit(1)


def _listed(settings: config.Settings) -> bool:
    """Whether a file names real channels: then the built-in phone must not take their texts."""
    return settings.channels_file is not None and settings.channels_file.is_file()


def _phone_environment(settings: config.Settings, host: str) -> Mapping[str, str]:
    """What points the real Twilio client at the built-in phone."""
    return {
        "TWILIO_API_BASE": f"http://{host}:{settings.port + 1}",
        "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
        "TWILIO_AUTH_TOKEN": settings.secret_key[:32],
        "TWILIO_FROM": "+15005550006",
        "SMS_DOMESTIC": "1",
    }


def web_server(host: str, port: int) -> list[str]:
    """The command of the web server alone."""
    server = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "warning"]
    return [*server, "--workers", "2", "--threads", "8", "--bind", f"{host}:{port}", "wsgi:app"]


def _start(
    host: str, port: int, builtin_phone: bool, environment: Mapping[str, str]
) -> dict[str, subprocess.Popen[bytes]]:
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    commands = {"web server": web_server(host, port), "worker": [*flask, "worker"]}
    if builtin_phone:
        commands["phone"] = [*flask, "phone", "--host", host, "--port", str(port + 1)]
    return {
        name: subprocess.Popen(command, env=environment, start_new_session=True)
        for name, command in commands.items()
    }


def _obey_signals() -> None:
    """Stop on both signals, also where a shell started us in the background, deaf to Ctrl-C."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)


def _wait_until_up(address: str, parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if any(part.poll() is not None for part in parts.values()):
                return
            time.sleep(0.25)


def _announce(host: str, port: int, builtin_phone: bool, unanswered: str | None) -> None:
    lines = ["", f"  surveyapp      http://{host}:{port}"]
    lines += [f"  sign in        {email}  /  {SAMPLE_PASSWORD}" for email, _, _ in SAMPLE_USERS]
    if builtin_phone:
        lines.append(f"  built-in phone http://{host}:{port + 1}")
    if unanswered:
        lines.append(f"  answer one     {unanswered}")
    click.echo("\n".join([*lines, "", "  Ctrl-C stops everything.", ""]))


def _watch(parts: Mapping[str, subprocess.Popen[bytes]]) -> int:
    """Wait until a part ends by itself (which is trouble); its name is said."""
    while True:
        for name, part in parts.items():
            if part.poll() is not None:
                click.echo(f"The {name} stopped with exit code {part.returncode}.", err=True)
                return 1
        time.sleep(0.5)


def _stop(parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for part in parts.values():
        if part.poll() is None:
            part.terminate()
    deadline = time.monotonic() + PATIENCE
    for part in parts.values():
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
    click.echo("Stopped.")
