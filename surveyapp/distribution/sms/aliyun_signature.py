"""Aliyun's request signature V3 (ACS3-HMAC-SHA256). Pure.

Source: Alibaba Cloud, "V3 request body and signature"; the test holds its published example.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


def query_of(parameters: Mapping[str, str]) -> str:
    """The query in Aliyun's own order and encoding (RFC 3986)."""
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
        for name, value in sorted(parameters.items())
    )


def headers(
    *, host: str, action: str, version: str, date: str, nonce: str, body: bytes = b""
) -> dict[str, str]:
    """The headers that are signed. date: ISO 8601 in UTC, whole seconds."""
    return {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }


def authorization(
    key_id: str, secret: str, method: str, query: str, signed: Mapping[str, str]
) -> str:
    """The Authorization header of a request to `/`; `signed` as `headers` makes them."""
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name].strip()}\n" for name in sorted(signed))
    canonical = "\n".join((method, "/", query, lines, names, signed["x-acs-content-sha256"]))
    text = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={digest}"
