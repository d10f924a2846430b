"""Links that show one fixed state of a questionnaire to people without an account, for some days.

The token is random and kept nowhere: the database has its keyed hash, so nobody who reads the
database can open a link, and a lost link is replaced by a new one.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.database import db, vault
from surveyapp.designer.models import PreviewLink, Questionnaire, QuestionnaireVersion
from surveyapp.findings import N_, Finding, SurveyError

DAYS = (1, 7, 14, 30, 90)
"""For how long a link may be made to last."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def create(
    questionnaire: Questionnaire, version: QuestionnaireVersion | None, days: int, note: str = ""
) -> tuple[PreviewLink, str]:
    """A link to a version, or to the draft as it is now, and its token (in the caller's
    transaction).
    """
    if days not in DAYS:
        template = N_("Choose for how long the link shall open.")
        raise SurveyError(Finding("preview.days", f"questionnaire:{questionnaire.id}", template))
    token = secrets.token_urlsafe(24)
    link = PreviewLink(
        questionnaire_id=questionnaire.id,
        token_hash=_hash(token),
        version_number=version.number if version else None,
        revision=None if version else questionnaire.revision,
        document=version.document if version else questionnaire.draft,
        note=note.strip()[:120],
        created_by=audit.actor(),
        expires_at=clock.now() + timedelta(days=days),
    )
    db.session.add(link)
    db.session.flush()
    audit.record("preview_link.create", f"questionnaire:{questionnaire.id}", link=link.id)
    return link, token


def revoke(link: PreviewLink) -> None:
    """Let a link open nothing from now on (in the caller's transaction)."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        audit.record("preview_link.revoke", f"questionnaire:{link.questionnaire_id}", link=link.id)


def listed(questionnaire_id: int) -> Sequence[PreviewLink]:
    """Every link of a questionnaire, the newest first."""
    rows = select(PreviewLink).where(PreviewLink.questionnaire_id == questionnaire_id)
    return db.session.scalars(rows.order_by(PreviewLink.id.desc())).all()


def state(link: PreviewLink) -> str:
    """open, expired or revoked."""
    if link.revoked_at is not None:
        return "revoked"
    return "open" if link.expires_at > clock.now() else "expired"


def find(token: str) -> PreviewLink | None:
    """The link of a token, whatever its state; None for any other text."""
    if not TOKEN.fullmatch(token):
        return None
    return db.session.scalar(select(PreviewLink).where(PreviewLink.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return vault.fingerprint(token, "preview.link")
