"""The audit trail: who did what to which data, in a chain of hashes that shows any change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from flask import g, has_request_context
from sqlalchemy import false, func, select, update

from surveyapp import clock
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db

GENESIS = "0" * 64
AT_ONCE = 500
"""Entries that are read at a time."""
CHAIN_LOCK = 0x61756469
"""Number of the advisory lock on PostgreSQL that serialises writers."""


def actor() -> str:
    """E-mail of the signed-in user, else `system`."""
    return g.user.email if has_request_context() and g.get("user") else "system"


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the previous entry's hash."""
    content = [
        entry.previous_hash,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(action: str, subject: str, *, by: str = "", **detail: Any) -> AuditEntry:
    """Append an entry to the trail in the caller's transaction.

    `detail` is JSON and holds no personal data. Writers append one after the other, each until it
    commits, so record last in a transaction.
    """
    _wait_for_other_writers()
    entry = _append(action, subject, by or actor(), detail)
    db.session.flush()
    return entry


def _wait_for_other_writers() -> None:
    """Hold the end of the chain until the transaction ends, before its last entry is read.

    SQLite takes its write lock with any update; reading first would make a stale snapshot of it.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(CHAIN_LOCK)))
    else:
        nothing = update(AuditEntry).where(false()).values(hash=AuditEntry.hash)
        db.session.execute(nothing, execution_options={"synchronize_session": False})


def _append(action: str, subject: str, by: str, detail: dict[str, Any]) -> AuditEntry:
    entry = AuditEntry(
        at=clock.now(),
        actor=by,
        action=action,
        subject=subject,
        detail=detail,
        previous_hash=head(),
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    return entry


def broken_at(entries: Iterable[AuditEntry]) -> int | None:
    """Id of the first entry that does not follow from the one before it, or None."""
    previous = GENESIS
    for entry in entries:
        if entry.previous_hash != previous or entry.hash != entry_hash(entry):
            return entry.id
        previous = entry.hash
    return None


def broken() -> int | None:
    """The same of the whole trail, read a few entries at a time."""
    rows = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=AT_ONCE)
    with closing(db.session.scalars(rows)) as entries:
        return broken_at(entries)


def head() -> str:
    """Hash of the newest entry; whoever keeps it elsewhere can prove later that none before it was
    changed.
    """
    last = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalar(last) or GENESIS
