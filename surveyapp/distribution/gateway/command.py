"""`flask --app wsgi phone`: run the built-in phone."""

from __future__ import annotations

import signal
import threading

import click
from flask.cli import with_appcontext

from surveyapp.database import vault
from surveyapp.distribution.gateway.server import Gateway, make_server
from surveyapp.extensions import settings

ACCOUNT = "AC" + "0" * 32
"""Account of the built-in phone when none is configured."""


def configured_gateway(host: str, port: int) -> Gateway:
    """A gateway for this installation's account, replying to its web server."""
    known = settings()
    return make_server(
        known.twilio_account_sid or ACCOUNT,
        known.twilio_auth_token,
        host=host,
        port=port,
        inbound_url=f"{known.public_base_url}/hooks/sms/inbound",
        journal=known.instance / "phone.journal",
        vault=vault,
    )


@click.command("phone")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=None, help="Default: one above PORT.")
@with_appcontext
def phone(host: str, port: int | None) -> None:
    """Run the built-in phone gateway until it is told to stop."""
    gateway = configured_gateway(host, settings().port + 1 if port is None else port)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with gateway:
        click.echo(f"The phone is at {gateway.url}/")
        stop.wait()
