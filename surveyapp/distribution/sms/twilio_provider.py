"""Twilio's Programmable Messaging, through its own package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from config import Settings
from surveyapp.distribution.sms.provider import Ending, Known, Outcome, Text, UnreachableError
from surveyapp.distribution.sms.twilio_errors import outcome
from surveyapp.distribution.sms.twilio_http import READ_SECONDS, RebasedHttpClient

LONGEST_VALIDITY = 36_000
"""Seconds that Twilio keeps a text at most."""
LOOK_BACK = 50
"""Texts to one number that a look-up reads; `list()` without a limit reads every page."""


class TwilioProvider:
    """Texts through Twilio, or through whatever speaks its API at `TWILIO_API_BASE`."""

    name = "twilio"

    def __init__(self, settings: Settings, read_seconds: float = READ_SECONDS) -> None:
        self._from = settings.twilio_from
        self._callback = f"{settings.public_base_url}/hooks/sms/status"
        self._client = Client(
            settings.twilio_account_sid or "unset",
            settings.twilio_auth_token or "unset",
            http_client=RebasedHttpClient(settings.twilio_api_base, read_seconds),
        )

    def send(self, text: Text) -> Outcome:
        """Create the message; the text's reference travels in its callback address."""
        try:
            created = self._client.messages.create(
                to=text.to,
                from_=self._from,
                body=text.body,
                status_callback=f"{self._callback}?{text.reference}",
                validity_period=max(1, min(LONGEST_VALIDITY, int(text.valid_for.total_seconds()))),
            )
        except (TwilioRestException, TwilioServiceException) as refusal:
            return outcome(int(refusal.status), str(refusal.code or ""), _title(refusal))
        except requests.RequestException as trouble:
            return _lost(trouble)
        except (TwilioException, ValueError, KeyError) as trouble:
            return Outcome(Ending.UNKNOWN, detail=f"unreadable answer: {type(trouble).__name__}")
        segments = int(created.num_segments or 0)
        return Outcome(Ending.ACCEPTED, created.sid, created.status, segments=segments)

    def find(self, to: str) -> Iterator[Known]:
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


def _lost(trouble: requests.RequestException) -> Outcome:
    """A call without an answer: not sent only when no connection ever came about."""
    inner = getattr(trouble.args[0], "reason", None) if trouble.args else None
    never_left = isinstance(trouble, requests.ConnectTimeout) or isinstance(
        inner, NewConnectionError
    )
    ending = Ending.TRANSIENT if never_left else Ending.UNKNOWN
    return Outcome(ending, detail=type(inner or trouble).__name__)
