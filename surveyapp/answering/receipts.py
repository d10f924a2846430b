"""One answer per receipt: the number on it, not the browser, says who answers.

The number itself is kept nowhere. A browser that named one gets a secret that follows from it, so
that the same receipt is the same person on any phone, and that is signed, so that nobody comes
without having named one.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from surveyapp.database import vault

RECEIPT = "receipt"
_NUMBER = re.compile(r"[A-Z0-9]{4,40}")


def normalised(text: str) -> str | None:
    """The number as it is compared: no blanks or dashes, capitals, plain digits; None if none."""
    plain = unicodedata.normalize("NFKC", text[:200])
    number = re.sub(r"[\s\-–—_/.]", "", plain).upper()
    return number if _NUMBER.fullmatch(number) else None


def secret_of(code: str, number: str) -> str:
    """The secret of whoever holds the receipt `number` at the touchpoint `code`."""
    name = vault.fingerprint(f"{code}:{number}", "receipt.number")[:32]
    return f"r.{name}.{_seal(code, name)}"


def named(code: str, secret: str) -> bool:
    """Whether a browser's secret comes from a receipt of this touchpoint."""
    kind, _, rest = secret.partition(".")
    name, _, seal = rest.partition(".")
    return kind == "r" and hmac.compare_digest(seal.encode(), _seal(code, name).encode())


def _seal(code: str, name: str) -> str:
    return vault.fingerprint(f"{code}:{name}", "receipt.seal")[:24]
