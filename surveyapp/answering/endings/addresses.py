"""The way on from an ending: an address of the stored document, with parameters that are signed.

The signature is HMAC-SHA256 over the whole query before it, under a secret of the study. The
receiver checks it and the time (`docs/guide.md` shows how). Nothing of an address comes from a
request.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite

from surveyapp import clock
from surveyapp.answering.endings.models import EndingSecret
from surveyapp.database import connection, db, vault
from surveyapp.designer.document import Ending

SIGNATURE = "signature"


def signed(address: str, parameters: Mapping[str, str], secret: str) -> str:
    """The address with the parameters behind its own, and their common signature."""
    separator = "&" if "?" in address else "?"
    whole = f"{address}{separator}{urlencode(parameters)}"
    query = whole.partition("?")[2]
    return f"{whole}&{SIGNATURE}={signature(query, secret)}"


def signature(query: str, secret: str) -> str:
    """HMAC-SHA256 of a query (hex)."""
    return hmac.digest(secret.encode(), query.encode(), "sha256").hex()


def reference_of(response_id: int) -> str:
    """A name for the response outside: the same each time, and nobody can guess another's."""
    return vault.fingerprint(str(response_id), "ending.reference")[:24]


def address_of(
    ending: Ending, response_id: int, values: Mapping[str, str], completed_at: datetime, secret: str
) -> str:
    """Where the person goes on to; empty once its time is over.

    It ends so many hours after completing, so that loading the page again makes no new time.
    """
    expires = completed_at + timedelta(hours=ending.valid_hours)
    if expires <= clock.now():
        return ""
    known = {"reference": reference_of(response_id), "expires": str(int(expires.timestamp()))}
    return signed(ending.address, {**values, **known}, secret)


def prepare(study_id: int) -> None:
    """Give the study a secret if it has none, in the caller's transaction."""
    here = connection()
    made = {"study_id": study_id, "secret": _fresh(), "made_at": clock.now()}
    here.execute(_beginning(here.dialect.name), made)


def secret_of(study_id: int) -> str | None:
    """The study's secret, if it has one yet."""
    asked = select(EndingSecret.secret).where(EndingSecret.study_id == study_id)
    return db.session.scalar(asked)


def renew(study_id: int) -> None:
    """A new secret: what was signed with the old one is refused from now on."""
    prepare(study_id)
    row = db.session.get_one(EndingSecret, study_id)
    row.secret, row.made_at = _fresh(), clock.now()


def _fresh() -> str:
    return secrets.token_urlsafe(32)


@lru_cache
def _beginning(dialect: str) -> Any:
    table = cast(Table, EndingSecret.__table__)
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return insert.on_conflict_do_nothing()
