"""When a page was opened, as the server measured it, carried by the page under a signature.

Opening a link writes nothing, so the moment travels with the page and comes back with the first
answer; the signature makes it the server's own measurement and ties it to this response.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from surveyapp import clock
from surveyapp.database import vault


def sealed(key: str) -> str:
    """The present moment, signed for the response that `key` names."""
    moment = str(int(clock.now().timestamp() * 1000))
    return f"{moment}.{_signature(key, moment)}"


def read(key: str, text: str) -> datetime | None:
    """The moment that `text` carries; None when it is not ours."""
    moment, _, signature = text.partition(".")
    expected = _signature(key, moment)
    if not moment.isdecimal() or not hmac.compare_digest(expected.encode(), signature.encode()):
        return None
    return datetime.fromtimestamp(int(moment) / 1000, UTC)


def _signature(key: str, moment: str) -> str:
    return vault.fingerprint(f"{key}:{moment}", "answering.opened")[:24]
