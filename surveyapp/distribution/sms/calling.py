"""How providers are called over HTTP: time limits, kept connections, what a lost answer means."""

from __future__ import annotations

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError, ProxyError

from surveyapp.distribution.sms.provider import READ_SECONDS, Ending, Outcome

CONNECT_SECONDS = 10.0
POOL = 32


def session(read_seconds: float = READ_SECONDS) -> tuple[requests.Session, tuple[float, float]]:
    """Connections as many as senders, and the time limits of a call."""
    made = requests.Session()
    for scheme in ("https://", "http://"):
        made.mount(scheme, HTTPAdapter(pool_maxsize=POOL))
    return made, (CONNECT_SECONDS, read_seconds)


def lost(trouble: requests.RequestException) -> Outcome:
    """A call without an answer: not sent only when no connection ever came about, with the provider
    or with a proxy before it.
    """
    inner = getattr(trouble.args[0], "reason", None) if trouble.args else None
    never_left = isinstance(trouble, requests.ConnectTimeout) or isinstance(
        inner, NewConnectionError | ProxyError
    )
    ending = Ending.TRANSIENT if never_left else Ending.UNKNOWN
    return Outcome(ending, detail=type(inner or trouble).__name__)
