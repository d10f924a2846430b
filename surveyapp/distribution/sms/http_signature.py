"""The signature of the generic HTTP channel, both ways. Pure.

    X-Timestamp: seconds since 1970        X-Nonce: random, new for each call
    X-Signature: v1=hex(HMAC-SHA256(secret, method ⏎ target ⏎ timestamp ⏎ nonce ⏎ SHA-256(body)))

`target` is the path with its query as sent; ⏎ is a line feed. A call older than MOST_SECONDS is
refused; within that time a repeated call is harmless, because receipts and texts count once.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

MOST_SECONDS = 300


def signature(secret: str, method: str, url: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The value of X-Signature."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = (method, target, timestamp, nonce, hashlib.sha256(body).hexdigest())
    digest = hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def headers(
    secret: str, method: str, url: str, body: bytes, *, now: float, nonce: str
) -> dict[str, str]:
    """The three headers of a call made at `now` (seconds since 1970)."""
    timestamp = str(int(now))
    signed = signature(secret, method, url, timestamp, nonce, body)
    return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": signed}


def valid(
    secret: str, method: str, url: str, body: bytes, given: Mapping[str, str], now: float
) -> bool:
    """Whether `given` headers sign this call, and recently."""
    timestamp = given.get("X-Timestamp", "")
    if not secret or not timestamp.isascii() or not timestamp.isdecimal():
        return False
    if abs(now - int(timestamp[:15])) > MOST_SECONDS:
        return False
    expected = signature(secret, method, url, timestamp, given.get("X-Nonce", ""), body)
    return hmac.compare_digest(expected.encode(), given.get("X-Signature", "").encode())
