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
from surveyapp.distribution import receipt_batches
from surveyapp.distribution.receipt_batches import Slip

RECEIPT = "receipt"
CODE = receipt_batches.CODE
NUMBERED = frozenset({RECEIPT, CODE})
"""Limits of touchpoints whose receipts say who answers: by a number, or by a code made for it."""
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


def secret_of_slip(code: str, slip: Slip) -> str:
    """The secret of whoever holds a receipt with a code of its own at the touchpoint `code`."""
    name = f"{slip.batch_id}-{slip.number}"
    return f"s.{name}.{_seal(code, name)}"


def named(code: str, secret: str, once: str = RECEIPT) -> bool:
    """Whether a browser's secret comes from a receipt of this touchpoint, whose limit is `once`."""
    kind, _, rest = secret.partition(".")
    name, _, seal = rest.partition(".")
    wanted = "s" if once == CODE else "r"
    return kind == wanted and hmac.compare_digest(seal.encode(), _seal(code, name).encode())


def slip_in(code: str, secret: str) -> Slip | None:
    """The receipt of its own code that a browser's secret comes from; None for any other."""
    if not named(code, secret, CODE):
        return None
    batch, _, number = secret.split(".")[1].partition("-")
    return Slip(int(batch), int(number))


def _seal(code: str, name: str) -> str:
    return vault.fingerprint(f"{code}:{name}", "receipt.seal")[:24]
