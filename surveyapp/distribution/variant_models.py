"""The table of A/B texts: other wordings of a wave's text."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.database import Base, Json


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
    seed: Mapped[int]
    """From which, with the invitation's id, everyone's wording is computed (variants.py)."""
