"""Committing a batch although others write at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError

from surveyapp.database import db

ATTEMPTS = 6
"""Tries of a batch against another writer or a locked database, with growing pauses."""

Outcome = TypeVar("Outcome")


def committed(work: Callable[[], Outcome]) -> Outcome:
    """Do `work` and commit; a conflict or a locked database rolls back and tries it again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            outcome = work()
            db.session.commit()
        except (IntegrityError, OperationalError):
            db.session.rollback()
            if attempt == ATTEMPTS:
                raise
            time.sleep(0.05 * 2**attempt)
        else:
            return outcome
    raise AssertionError("unreachable")
