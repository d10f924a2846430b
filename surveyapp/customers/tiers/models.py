"""The table of computations of tiers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class TierComputation(Base):
    """One time that tiers were computed: by which rule, and what came out. The newest stands."""

    __tablename__ = "tier_computation"

    id: Mapped[int] = mapped_column(primary_key=True)
    limits: Mapped[dict[str, Any]] = mapped_column(Json)
    high_from: Mapped[int | None] = mapped_column(BigInteger)
    """Spend × purchases, in fen; None when nobody bought in the window."""
    middle_from: Mapped[int | None] = mapped_column(BigInteger)
    customers: Mapped[int] = mapped_column(default=0)
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    """The moment that days are counted back from."""
