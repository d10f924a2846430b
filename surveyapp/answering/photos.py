"""Where photos are kept: sealed, by a key that is the answer, and gone when they are replaced."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from surveyapp.answering.models import Photo
from surveyapp.database import connection, db, vault

_PURPOSE = "answering.photo"


def keep(response_id: int, variable: str, jpeg: bytes) -> str:
    """Store a picture in the caller's transaction; the key is the answer to its question."""
    key = secrets.token_urlsafe(18)
    sealed = vault.seal(jpeg, _PURPOSE)
    row = {"key": key, "response_id": response_id, "variable": variable, "sealed": sealed}
    connection().execute(insert(Photo).values(row))
    return key


def tidy(response_id: int, asked: Collection[str], answers: Mapping[str, object]) -> None:
    """Delete the pictures of the variables `asked` that are no answer any more."""
    if not asked:
        return
    kept = [str(answers[variable]) for variable in asked if variable in answers]
    connection().execute(
        delete(Photo).where(
            Photo.response_id == response_id,
            Photo.variable.in_(list(asked)),
            Photo.key.not_in(kept),
        )
    )


def picture(key: str) -> bytes | None:
    """The JPEG behind a key; None when there is none (any more)."""
    sealed = db.session.scalar(select(Photo.sealed).where(Photo.key == key))
    return None if sealed is None else vault.unseal(sealed, _PURPOSE)
