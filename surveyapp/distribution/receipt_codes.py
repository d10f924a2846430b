"""Receipt codes: what a till prints so that each receipt answers once. Derived, never stored.

Ten symbols of the alphabet of printed codes: three say the receipt's number within its batch, six
follow from batch and number under this installation's key, one checks the others. Somebody who
guesses has one chance in 900 million a try for each batch; wrong codes are also counted (see
`answering.misses`). Nothing but the batch is in the database, so whoever reads that can print none.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from surveyapp.database import vault
from surveyapp.distribution.codes import ALPHABET, check_symbol, normalised

NUMBER, PROOF = 3, 6
LENGTH = NUMBER + PROOF + 1
MOST = 20_000
"""Codes of one batch: as many as three symbols can number, and some to spare."""


def code_of(batch_id: int, number: int) -> str:
    """The code of receipt `number` (from 0) of a batch."""
    body = _symbols(number, NUMBER) + _proof(batch_id, number)
    return body + check_symbol(body)


def codes_of(batch_id: int, n: int) -> Iterator[str]:
    """The codes of a batch of `n` receipts, in order."""
    return (code_of(batch_id, number) for number in range(n))


def well_formed(text: str) -> str | None:
    """The code that somebody typed or scanned; None where its check symbol is wrong."""
    return normalised(text[:100], LENGTH)


def number_in(code: str) -> int:
    """The receipt's number that a well-formed code claims."""
    number = 0
    for symbol in code[:NUMBER]:
        number = number * len(ALPHABET) + ALPHABET.index(symbol)
    return number


def proves(code: str, batch_id: int) -> bool:
    """Whether a well-formed code is of this batch; says nothing about how many it has."""
    return hmac.compare_digest(code, code_of(batch_id, number_in(code)))


def _proof(batch_id: int, number: int) -> str:
    derived = vault.derive(f"{batch_id}:{number}", "receipt.code")
    return _symbols(int.from_bytes(derived, "big"), PROOF)


def _symbols(number: int, n: int) -> str:
    found = []
    for _place in range(n):
        number, digit = divmod(number, len(ALPHABET))
        found.append(ALPHABET[digit])
    return "".join(reversed(found))
