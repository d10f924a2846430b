"""The table of tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, UtcDateTime


class ApiToken(Base):
    """What lets another system in. Its secret is shown once and kept only as a hash."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    """Of the system that uses it."""
    selector: Mapped[str] = mapped_column(String(16), unique=True)
    """The token's first part, by which it is found; no secret."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    created_by: Mapped[str] = mapped_column(String(254), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    minute: Mapped[int] = mapped_column(default=0)
    """The minute (since 1970) in which `requests` were counted."""
    requests: Mapped[int] = mapped_column(default=0)
