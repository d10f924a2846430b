"""Parts of the editor that are sent on their own: fingerprints, and which ones a browser has."""

from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HEADER = "Editor-Has"
"""The request header in which a browser names the parts that it shows: `name=key name=key …`."""

_PASSING = re.compile(r'name="(revision|csrf_token)" value="[^"]*"')
"""What differs in every answer and is read from elsewhere by the script."""


@dataclass(frozen=True)
class Fragment:
    """One part: the id of its element, the fingerprint of its content, its HTML."""

    name: str
    key: str
    html: str


def digest(*content: object) -> str:
    """A short fingerprint (48 bits: two of a thousand parts are alike once in 10⁹ pages)."""
    made = hashlib.blake2b(repr(content).encode(), digest_size=6).digest()
    return urlsafe_b64encode(made).decode()


def fragment(name: str, html: str) -> Fragment:
    """A part with the fingerprint of what it shows."""
    return Fragment(name, digest(_PASSING.sub("", html)), html)


def held(header: str | None) -> dict[str, str]:
    """The parts that a browser has, by the header that it sent."""
    pairs = (word.partition("=") for word in (header or "").split())
    return {name: key for name, _, key in pairs if key}


def lacking(every: Iterable[Fragment], known: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Name → fingerprint and HTML of the parts that a browser does not have as they are."""
    return {one.name: (one.key, one.html) for one in every if known.get(one.name) != one.key}
