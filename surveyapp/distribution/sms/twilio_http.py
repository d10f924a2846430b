"""The HTTP side of the `twilio` package, made safe to run a sender on."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient

from surveyapp.distribution.sms.calling import CONNECT_SECONDS, POOL
from surveyapp.distribution.sms.provider import READ_SECONDS

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # its INFO lines hold numbers


class RebasedHttpClient(TwilioHttpClient):
    """Twilio's client with time limits, a pool as wide as the sender, and another address.

    base: scheme, host and port to call instead of Twilio's; empty leaves them alone.
    """

    def __init__(self, base: str, read_seconds: float = READ_SECONDS) -> None:
        super().__init__()
        self.timeout = (CONNECT_SECONDS, read_seconds)
        self._base = urlsplit(base) if base else None
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(pool_maxsize=POOL))
        self.session.trust_env = self._base is None  # a proxy is for the real provider only

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        """Make the request at the configured address."""
        if self._base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self._base.scheme, self._base.netloc, *parts[2:]))
        return super().request(method, url, *args, **options)
