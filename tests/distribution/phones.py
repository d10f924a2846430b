"""A running gateway and the real Twilio client pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask

from config import Settings
from surveyapp.distribution.gateway.server import Gateway, make_server
from surveyapp.distribution.sms.providers import twilio_channel
from surveyapp.distribution.sms.twilio_provider import TwilioProvider

ACCOUNT = "AC" + "0" * 32
TOKEN = "test token"


@contextmanager
def gateway(**options: Any) -> Iterator[Gateway]:
    """A gateway of the test settings' account, receipts without delay."""
    phone = make_server(ACCOUNT, TOKEN, **options)
    phone.set(receipt_delay=0)
    with phone:
        yield phone


def pointed_at(settings: Settings, phone: Gateway, **changes: Any) -> Settings:
    """The settings with the provider at `phone`, which may carry links to +86."""
    return replace(settings, **{"twilio_api_base": phone.url, "sms_domestic": True, **changes})


def point(app: Flask, phone: Gateway, **changes: Any) -> TwilioProvider:
    """Point the application at `phone`; its provider, with a short read limit."""
    app.config["SETTINGS"] = pointed_at(app.config["SETTINGS"], phone, **changes)
    return client(app.config["SETTINGS"])


def client(settings: Settings) -> TwilioProvider:
    """The real client of the channel that the TWILIO_… settings describe."""
    return TwilioProvider(twilio_channel(settings), settings.public_base_url, read_seconds=0.5)
