"""The whole chain, and everything that it noted, held against what is there now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from sqlalchemy import func, select

from surveyapp.accounts import audit
from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.evidence.comparing import COMPARED
from surveyapp.findings import N_, Finding
from surveyapp.jobs.registry import Progress


@dataclass(frozen=True)
class Verdict:
    """head: hash of the chain's last entry; who keeps it elsewhere can prove later that nothing
    before it changed. entries: how many there are. compared: action → how many were compared.
    """

    head: str
    entries: int
    compared: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was changed."""
        return all(finding.severity != "error" for finding in self.findings)


def verify(progress: Progress, known_head: str = "") -> Verdict:
    """Check it all. `known_head`: a head that was kept elsewhere, which must still be in the chain.
    Reads only.
    """
    total = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    findings = [*_chain(), *_contains(known_head)]
    compared: Counter[str] = Counter()
    newest = audit.head()
    for number, entry in zip(count(), _noted(), strict=False):
        progress(N_("Comparing what was noted"), number, 0)
        compared[entry.action] += 1
        findings += COMPARED[entry.action](entry)
    return Verdict(newest, total, dict(compared), tuple(findings))


def _chain() -> Iterator[Finding]:
    broken = audit.broken()
    if broken is not None:
        template = N_("The chain is broken here: this entry, or one before it, was changed.")
        yield Finding("evidence.chain", f"entry:{broken}", template)


def _contains(known: str) -> Iterator[Finding]:
    there = select(AuditEntry.id).where(AuditEntry.hash == known)
    if known and known != audit.GENESIS and db.session.scalar(there) is None:
        template = N_(
            "The head that was kept is not in the chain: entries after it, or it itself, were"
            " replaced."
        )
        yield Finding("evidence.head", f"head:{known[:12]}", template)


def _noted() -> Iterator[AuditEntry]:
    """The entries that noted something which can be compared, oldest first, a few at a time."""
    after = 0
    while True:
        rows = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action.in_(COMPARED), AuditEntry.id > after)
            .order_by(AuditEntry.id)
            .limit(audit.AT_ONCE)
        ).all()
        if not rows:
            return
        yield from rows
        after = rows[-1].id
