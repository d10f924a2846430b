"""Which file of ours some bytes are: the audit trail knows the digest of every file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import select

from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db

KNOWN = ("report.make", "dataset.export")
"""Actions that note files with their digests."""
PIECE = 1 << 20


@dataclass(frozen=True)
class Known:
    """What the trail says of a file: its name, who made it when, of what, by which entry."""

    name: str
    action: str
    subject: str
    at: datetime
    actor: str
    entry: int
    words: str = ""


def digest_of_stream(stream: IO[bytes]) -> str:
    """SHA-256 of what can be read, a piece at a time."""
    found = hashlib.sha256()
    while piece := stream.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def recognised(digest: str) -> Iterator[Known]:
    """The files with this digest, as they were noted; none for bytes that we never wrote."""
    rows = select(AuditEntry).where(AuditEntry.action.in_(KNOWN)).order_by(AuditEntry.id)
    for entry in db.session.scalars(rows.execution_options(yield_per=audit.AT_ONCE)):
        for name, noted in entry.detail.get("files", {}).items():
            if noted == digest:
                words = str(entry.detail.get("words", ""))
                yield Known(
                    name, entry.action, entry.subject, entry.at, entry.actor, entry.id, words
                )
