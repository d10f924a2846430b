"""The table of releases from the reserve of a sample."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class SampleRelease(Base):
    """Members of a draw who were taken from its reserve, counted by stratum.

    Who they are follows from the draw: in every stratum the next in the order of release.
    """

    __tablename__ = "sample_release"

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(ForeignKey("sample_design.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """batch: further replicates, in all strata; replacement: for who was not eligible, in one."""
    replicates: Mapped[int] = mapped_column(default=0)
    """How many replicates a batch released."""
    strata: Mapped[dict[str, int]] = mapped_column(Json)
    """Stratum's id → members released."""
    n: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
