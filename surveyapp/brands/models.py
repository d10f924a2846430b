"""Tables of brands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp import clock
from surveyapp.database import Base, Json, UtcDateTime


class BrandLogo(Base):
    """A picture under a name made of its content.

    It stays when a brand takes another one: pages that are open on phones still name it.
    """

    __tablename__ = "brand_logo"

    hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4))
    """png or webp."""
    width: Mapped[int]
    height: Mapped[int]
    plate: Mapped[str] = mapped_column(String(5), default="")
    """light or dark: the paper that it needs behind it (logos.py)."""
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Brand(Base):
    """A name, a colour, a logo and an address that customers know."""

    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(Json)
    """Language → name."""
    colour: Mapped[str] = mapped_column(String(7))
    """#rrggbb in lower case."""
    logo_hash: Mapped[str | None] = mapped_column(ForeignKey("brand_logo.hash"))
    host: Mapped[str | None] = mapped_column(String(253), unique=True)
    """Host name of the customers' links; empty: the installation's address."""
    is_default: Mapped[bool | None] = mapped_column(unique=True)
    """True for the brand of every study that chooses none; else nothing, so that the database lets
    one be it."""
    created_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set: it shows nowhere, and can be brought back as it was."""
    logo: Mapped[BrandLogo | None] = relationship()
