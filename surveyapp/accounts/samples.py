"""The users of a sample installation, one per role."""

from __future__ import annotations

from sqlalchemy import select

from surveyapp.accounts.models import User
from surveyapp.accounts.passwords import hash_password
from surveyapp.database import db

SAMPLE_PASSWORD = "satisfaction"  # noqa: S105 - printed on screen for the sample installation
SAMPLE_USERS = (
    ("admin@example.com", "周敏 Zhou Min", "administrator"),
    ("researcher@example.com", "林晓 Lin Xiao", "researcher"),
    ("analyst@example.com", "陈岚 Chen Lan", "analyst"),
    ("interviewer@example.com", "赵雪 Zhao Xue", "interviewer"),
)
"""E-mail, name, role."""


def add_sample_users() -> None:
    """Add one user per role when there is no user at all."""
    if db.session.scalar(select(User.id).limit(1)) is None:
        for email, name, role in SAMPLE_USERS:
            user = User(email=email, name=name, role=role, language="zh-Hans")
            user.password_hash = hash_password(SAMPLE_PASSWORD)
            db.session.add(user)
        db.session.commit()
