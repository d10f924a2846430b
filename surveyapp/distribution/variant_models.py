"""Tables beside the waves: other wordings of their texts, and the step that was removed last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class TextVariant(Base):
    """One wording of a wave's text under trial; a wave without any has just its own texts."""

    __tablename__ = "text_variant"
    __table_args__ = (UniqueConstraint("wave_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    label: Mapped[str] = mapped_column(String(1))
    """A is the wave's own text, so only B, C … have rows."""
    texts: Mapped[dict[str, str]] = mapped_column(Json)
    """Language → body."""
    share: Mapped[int] = mapped_column(default=1, server_default="1")
    """How many read it, against the shares of the wave's other wordings."""
    seed: Mapped[int]
    """From which, with the invitation's id, all wordings are computed; one for each wave."""


class RemovedStep(Base):
    """The follow-up or thank-you that was taken out of a study last, to be put back."""

    __tablename__ = "removed_step"

    study_id: Mapped[int] = mapped_column(ForeignKey("study.id"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    """What the step said (sequences.py)."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
