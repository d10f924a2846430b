"""Making, changing, removing and bringing back a brand, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.brands import hosts
from surveyapp.brands.logos import Logo, prepared
from surveyapp.brands.looks import Look, Mark
from surveyapp.brands.models import Brand, BrandLogo
from surveyapp.database import db
from surveyapp.findings import N_, Finding, SurveyError

PLAIN = "#0b6b63"
"""The colour of pages without a brand (`--accent` of `static/survey/survey.css`)."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wrote of a brand.

    picture: a file for its logo; None leaves the logo as it is. drops_logo: have none.
    """

    name: Mapping[str, str]
    colour: str
    host: str = ""
    is_default: bool = False
    picture: bytes | None = None
    drops_logo: bool = False


def save(brand: Brand | None, wanted: Wanted, staff_hosts: Collection[str] = ()) -> Brand:
    """Change `brand`, or make one. SurveyError for a picture or a host that will not do."""
    host = hosts.normalised(wanted.host, staff_hosts) or None
    _refuse_taken(host, brand)
    logo = prepared(wanted.picture) if wanted.picture else None
    action = "brand.change" if brand else "brand.create"
    found = brand or Brand(created_by=audit.actor())
    found.name, found.colour, found.host = dict(wanted.name), wanted.colour, host
    if logo:
        found.logo_hash = _kept(logo)
    elif wanted.drops_logo:
        found.logo_hash = None
    db.session.add(found)
    db.session.flush()
    db.session.expire(found, ["logo"])
    _make_default(found, wanted.is_default)
    audit.record(action, f"brand:{found.id}", colour=found.colour, host=host or "")
    return found


def remove(brand: Brand) -> None:
    """Let it show nowhere; its studies take the default."""
    if brand.removed_at is None:
        brand.removed_at = clock.now()
        audit.record("brand.remove", f"brand:{brand.id}")


def restore(brand: Brand) -> None:
    """Bring it back as it was."""
    if brand.removed_at is not None:
        brand.removed_at = None
        audit.record("brand.restore", f"brand:{brand.id}")


def listed() -> Sequence[Brand]:
    """Every brand with its logo's measures, the default first, removed ones last."""
    return db.session.scalars(
        select(Brand)
        .options(joinedload(Brand.logo))
        .order_by(Brand.removed_at.is_not(None), Brand.is_default.is_(None), Brand.id)
    ).all()


def look_of(brand: Brand) -> Look:
    """What it looks like, also while it is removed or not the default."""
    logo = brand.logo
    mark = Mark(logo.hash, logo.kind, logo.width, logo.height, logo.plate) if logo else None
    return Look(brand.name, brand.colour, mark, brand.host or "")


def picture(name: str) -> tuple[bytes, str] | None:
    """The bytes and the kind of the logo with this hash."""
    asked = select(BrandLogo.data, BrandLogo.kind).where(BrandLogo.hash == name)
    row: Any = db.session.execute(asked).first()
    return (row.data, row.kind) if row else None


def mark_of(name: str) -> Mark | None:
    """The logo with this hash, as a page names it."""
    logo = db.session.get(BrandLogo, name)
    return Mark(logo.hash, logo.kind, logo.width, logo.height, logo.plate) if logo else None


def _kept(logo: Logo) -> str:
    if db.session.get(BrandLogo, logo.hash) is None:
        row = {name: getattr(logo, name) for name in ("kind", "width", "height", "plate", "data")}
        db.session.add(BrandLogo(hash=logo.hash, **row))
        db.session.flush()
    return logo.hash


def _make_default(brand: Brand, wished: bool) -> None:
    if wished:
        others = Brand.id != brand.id
        db.session.execute(update(Brand).where(others).values(is_default=None))
    brand.is_default = True if wished else None
    db.session.flush()


def _refuse_taken(host: str | None, brand: Brand | None) -> None:
    if host is None:
        return
    other = db.session.scalar(select(Brand).where(Brand.host == host))
    if other is not None and other is not brand:
        template = N_(
            "{host} is the address of another brand; if that one was removed, bring it back."
        )
        raise SurveyError(Finding("host.taken", hosts.PLACE, template, {"host": host}))
