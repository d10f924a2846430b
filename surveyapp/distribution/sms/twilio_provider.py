"""Twilio's Programmable Messaging, through its own package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from surveyapp.distribution.sms.calling import lost
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import (
    READ_SECONDS,
    Ending,
    Known,
    Outcome,
    Text,
    UnreachableError,
)
from surveyapp.distribution.sms.providers import callback_path
from surveyapp.distribution.sms.twilio_errors import outcome
from surveyapp.distribution.sms.twilio_http import RebasedHttpClient

LONGEST_VALIDITY = 36_000
"""Seconds that Twilio keeps a text at most."""
LOOK_BACK = 50
"""Texts to one number that a look-up reads; `list()` without a limit reads every page."""


class TwilioProvider:
    """Texts through Twilio, or through whatever speaks its API at `TWILIO_API_BASE`."""

    def __init__(
        self, channel: Channel, public_base_url: str, read_seconds: float = READ_SECONDS
    ) -> None:
        self.name = channel.name
        options = {key: str(value) for key, value in channel.options.items()}
        self._sender = _sender(options)
        self._callback = f"{public_base_url}{callback_path(channel.name, 'status')}"
        self._client = Client(
            options.get("account_sid") or "unset",
            options.get("auth_token") or "unset",
            region=options.get("region"),
            edge=options.get("edge"),
            http_client=RebasedHttpClient(options.get("api_base", ""), read_seconds),
        )

    def send(self, text: Text) -> Outcome:
        """Create the message; the text's reference travels in its callback address."""
        try:
            created = self._client.messages.create(
                to=text.to,
                **self._sender,
                body=text.body,
                status_callback=f"{self._callback}?{text.reference}",
                validity_period=max(1, min(LONGEST_VALIDITY, int(text.valid_for.total_seconds()))),
            )
        except (TwilioRestException, TwilioServiceException) as refusal:
            return outcome(int(refusal.status), str(refusal.code or ""), _title(refusal))
        except requests.RequestException as trouble:
            return lost(trouble)
        except (TwilioException, ValueError, KeyError) as trouble:
            return Outcome(Ending.UNKNOWN, detail=f"unreadable answer: {type(trouble).__name__}")
        segments = int(created.num_segments or 0)
        return Outcome(Ending.ACCEPTED, created.sid, created.status, segments=segments)

    def find(self, to: str, reference: str = "") -> Iterator[Known]:
        """The newest texts to `to` on Twilio's record."""
        try:
            found = self._client.messages.list(to=to, limit=LOOK_BACK, page_size=LOOK_BACK)
        except (TwilioException, requests.RequestException, ValueError) as trouble:
            raise UnreachableError(type(trouble).__name__) from trouble
        for message in found:
            yield Known(message.sid, message.body, message.status, str(message.error_code or ""))


def _title(refusal: Any) -> str:
    """Twilio's code with its HTTP status; never its sentence, which quotes the number."""
    return f"HTTP {refusal.status}, code {refusal.code}"


def _sender(options: Mapping[str, str]) -> dict[str, str]:
    """A messaging service picks the number itself; it is also the scope of opt-outs."""
    if service := options.get("messaging_service_sid"):
        return {"messaging_service_sid": service}
    return {"from_": options.get("from", "")}
