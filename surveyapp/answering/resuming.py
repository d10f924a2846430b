"""Going on elsewhere: a short code that opens an anonymous response on another device.

Nobody who scanned a printed code has a link of their own. They can be given a code to type: their
browser's secret is made to follow from it, so that whoever types it holds the same secret. The code
itself is kept nowhere; a new one takes the place of the one before. There are 30^8 codes, 39 bits,
of which those alone open anything that somebody asked for; an address has few wrong tries.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from surveyapp.answering.models import Response
from surveyapp.database import connection, vault
from surveyapp.distribution.models import Touchpoint

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without 0 O 1 I L U, which people confuse or read as words."""
LENGTH = 8


def fresh() -> str:
    """A new code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spoken(code: str) -> str:
    """The code in two groups, as people read it out."""
    return f"{code[:4]}-{code[4:]}"


def normalised(text: str) -> str | None:
    """The code in what somebody typed: any case and width, with or without its dash; else None."""
    plain = unicodedata.normalize("NFKC", text[:100]).upper()
    code = "".join(symbol for symbol in plain if not symbol.isspace() and symbol not in "-–—_.")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def secret_of(code: str) -> str:
    """The browser's secret that follows from a code."""
    return f"c.{vault.fingerprint(code, 'response.resume')[:40]}"


def hand_over(response_id: int, secret: str) -> bool:
    """Let the response be opened by `secret` and no longer by the one before; False: it has ended.

    In the caller's transaction.
    """
    given = {"response": response_id, "hash": token_hash(secret)}
    return connection().execute(_HAND_OVER, given).rowcount == 1


def touchpoint_of(secret: str) -> str | None:
    """The printed code of the touchpoint at which a response with this secret was begun."""
    found = connection().execute(_TOUCHPOINT, {"hash": token_hash(secret)}).scalar()
    return cast("str | None", found)


def token_hash(secret: str) -> str:
    """The fingerprint under which a response of a printed code is found."""
    return vault.fingerprint(secret, "response.token")


_HAND_OVER: Any = (
    update(cast(Table, Response.__table__))
    .where(Response.id == bindparam("response"), Response.state == "started")
    .values(token_hash=bindparam("hash"))
)
_TOUCHPOINT: Any = (
    select(Touchpoint.code)
    .join(Response, Response.touchpoint_id == Touchpoint.id)
    .where(Response.token_hash == bindparam("hash"))
)
