"""The table of own attributes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class OwnAttribute(Base):
    """One attribute of customers that the installation defined; never deleted, only retired."""

    __tablename__ = "own_attribute"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(30), unique=True)
    """Its name in `Customer.extra`; rules say `customer.own_<key>`. Never changed."""
    kind: Mapped[str] = mapped_column(String(10))
    """One of `kinds.KINDS`. Never changed."""
    label_zh: Mapped[str] = mapped_column(String(60))
    label_en: Mapped[str] = mapped_column(String(60))
    options: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    """Of a choice: `{"code": …, "zh": …, "en": …}` in order."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
