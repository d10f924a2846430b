"""The brands in use, as each process knows them.

Every request of a customer asks which brand it is in and whether its host is a brand's own, so the
few brands are read at most once in some seconds and never by a request's own query.

They are read by a connection that is not one of the pool's: whoever asks usually holds one of
those, and when all who hold them wait for another, nobody ever gives one back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask, current_app
from sqlalchemy import NullPool, create_engine, select

from surveyapp.brands.looks import Look, Mark
from surveyapp.brands.models import Brand, BrandLogo
from surveyapp.database import db
from surveyapp.extensions import settings

EXTENSION = "brands"
LASTS = 5.0
"""Seconds until another process's change is seen here."""


@dataclass(frozen=True)
class Known:
    """All brands at one moment. hosts: also those of removed brands, whose links live on."""

    looks: Mapping[int, Look] = field(default_factory=dict)
    default: Look | None = None
    hosts: frozenset[str] = frozenset()

    def look(self, brand_id: int | None) -> Look | None:
        """The look of a study's choice; the default's where it chose none or it was removed."""
        return self.looks.get(brand_id, self.default) if brand_id else self.default

    def base(self, brand_id: int | None) -> str:
        """The address under which a study's customers reach us, without a slash at its end.

        A brand's host is reached like the installation: by https, but on a developer's machine.
        """
        look, own = self.look(brand_id), settings().public_base_url
        return f"{own.partition('://')[0]}://{look.host}" if look and look.host else own


class Keeper:
    """What one application knows, and until when."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._known = Known()
        self._until = float("-inf")
        self._reading = threading.Lock()

    def known(self) -> Known:
        """The brands; read anew, by one thread for all, when that was too long ago."""
        if self._until <= self._now():
            with self._reading:
                if self._until <= (now := self._now()):
                    self._known, self._until = _read(), now + LASTS
        return self._known

    def forget(self) -> None:
        """Read anew the next time: something was changed here."""
        self._until = float("-inf")


def known() -> Known:
    """The brands that the running application knows."""
    keeper: Keeper = current_app.extensions[EXTENSION]
    return keeper.known()


def forget() -> None:
    """Let the next request see what was just committed."""
    keeper: Keeper = current_app.extensions[EXTENSION]
    keeper.forget()


def init_app(app: Flask) -> None:
    """Give the application a keeper of its own."""
    app.extensions[EXTENSION] = Keeper()


def _read() -> Known:
    """By a connection of its own: the request's may be in the middle of a transaction."""
    engine = create_engine(db.engine.url, poolclass=NullPool)
    asked = select(
        Brand.id, Brand.name, Brand.colour, Brand.host, Brand.is_default, Brand.removed_at,
        BrandLogo.hash, BrandLogo.kind, BrandLogo.width, BrandLogo.height, BrandLogo.plate,
    ).outerjoin(BrandLogo, BrandLogo.hash == Brand.logo_hash)  # fmt: skip
    with engine.connect() as connection:
        rows = connection.execute(asked).all()
    looks: dict[int, Look] = {}
    default = None
    for row in rows:
        if row.removed_at is None:
            mark = Mark(row.hash, row.kind, row.width, row.height, row.plate) if row.hash else None
            looks[row.id] = Look(row.name, row.colour, mark, row.host or "")
            default = looks[row.id] if row.is_default else default
    return Known(looks, default, frozenset(row.host for row in rows if row.host))
