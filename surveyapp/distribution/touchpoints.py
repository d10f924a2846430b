"""Touchpoints: printed codes that know their store, the place where they stand, and the channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from surveyapp.accounts import audit
from surveyapp.brands.known import known
from surveyapp.customers.models import Customer
from surveyapp.database import db, vault
from surveyapp.distribution import codes
from surveyapp.distribution.models import Study, Touchpoint
from surveyapp.findings import N_, Finding, SurveyError

KINDS = {
    "receipt": N_("Receipt"),
    "e_invoice": N_("E-invoice"),
    "service_slip": N_("Service slip"),
    "shopping_bag": N_("Shopping bag"),
    "service_desk": N_("Service desk"),
    "checkout": N_("Checkout"),
    "packaging": N_("Packaging"),
    "delivery_note": N_("Delivery note"),
    "entrance": N_("Entrance"),
}
"""Places that a code commonly stands at, with their names; others are free text."""
CHANNELS = {"qr": N_("QR code"), "kiosk": N_("Store terminal")}
"""How the answer comes in."""
ONCE = {
    "": N_("As often as somebody likes"),
    "device": N_("Once per device"),
    "receipt": N_("Once per receipt number"),
    "code": N_("Once per printed receipt code"),
}
"""How often the same person may answer."""
MOST_AT_ONCE = 2_000
CARDS = "distribution.cards"
"""Extension: study's id → touchpoint's id → responses with a member's card, and how many of these
are of known customers. The answers are further up; they put their count here."""


def add(
    study: Study, stores: Iterable[str], places: Iterable[str], channel: str = "qr", once: str = ""
) -> int:
    """A code for each store at each place that has none yet; how many are new.

    Adding the same twice adds nothing: printed codes stay the only ones of their place.
    """
    wanted = [(s.strip(), p.strip()) for s in dict.fromkeys(stores) for p in dict.fromkeys(places)]
    _refuse_unusable(wanted, channel, once)
    known = select(Touchpoint.store, Touchpoint.label).where(
        Touchpoint.study_id == study.id, Touchpoint.channel == channel
    )
    have = {tuple(row) for row in db.session.execute(known)}
    cities = _cities({store for store, _place in wanted})
    new = [
        Touchpoint(
            study_id=study.id,
            code=_free_code(),
            store=store,
            city=cities.get(store, ""),
            label=place,
            channel=channel,
            once=once,
        )
        for store, place in wanted
        if (store, place) not in have
    ]
    db.session.add_all(new)
    db.session.flush()
    if new:
        audit.record("touchpoint.add", f"study:{study.id}", codes=len(new), channel=channel)
    return len(new)


def situate(touchpoint: Touchpoint, values: Mapping[str, Any], *, whole_store: bool) -> int:
    """Give the code, or all of its store's codes in the study, these hours and this place (columns
    of Touchpoint); how many codes that are. In the caller's transaction.
    """
    mine = Touchpoint.id == touchpoint.id
    store = (Touchpoint.study_id == touchpoint.study_id) & (Touchpoint.store == touchpoint.store)
    found = db.session.scalars(select(Touchpoint).where(store if whole_store else mine)).all()
    for one in found:
        for name, value in values.items():
            setattr(one, name, value)
    audit.record("touchpoint.situate", f"touchpoint:{touchpoint.id}", codes=len(found), **values)
    return len(found)


def find(text: str) -> Touchpoint | None:
    """The touchpoint whose code a person scanned or typed; None for a wrong or unknown code.

    Says nothing about whether it or its study is active: that is the caller's to judge.
    """
    code = codes.normalised(text)
    return db.session.scalar(select(Touchpoint).filter_by(code=code)) if code else None


def url_of(touchpoint: Touchpoint) -> str:
    """The address that its QR code holds."""
    return f"{known().base(touchpoint.study.brand_id)}/q/{touchpoint.code}"


def exit_code(code: str) -> str:
    """The four digits with which staff end a terminal. They keep shoppers in, not burglars out."""
    return f"{int(vault.fingerprint(code, 'touchpoint.exit')[:8], 16) % 10_000:04}"


def of_study(study: Study, store: str = "") -> Sequence[Touchpoint]:
    """The study's touchpoints by store and place; only those of `store` when given."""
    query = select(Touchpoint).where(Touchpoint.study_id == study.id)
    if store:
        query = query.where(Touchpoint.store == store)
    return db.session.scalars(
        query.order_by(Touchpoint.city, Touchpoint.store, Touchpoint.label, Touchpoint.id)
    ).all()


def cards_of(study: Study) -> Mapping[int, tuple[int, int]]:
    """What CARDS counts of the study's touchpoints; those without a card are left out."""
    count: Callable[[int], Mapping[int, tuple[int, int]]] = current_app.extensions[CARDS]
    return count(study.id)


def _cities(stores: set[str]) -> dict[str, str]:
    """Store → the city that most of its customers live in."""
    rows = db.session.execute(
        select(Customer.store, Customer.city)
        .where(Customer.store.in_(stores))
        .group_by(Customer.store, Customer.city)
        .order_by(func.count(), Customer.city)
    ).all()
    return {store: city for store, city in rows}  # noqa: C416 - the last, most frequent one stays


def _free_code() -> str:
    while True:
        code = codes.new_code()
        if db.session.scalar(select(Touchpoint.id).filter_by(code=code)) is None:
            return code


def _refuse_unusable(wanted: list[tuple[str, str]], channel: str, once: str) -> None:
    if channel not in CHANNELS or once not in ONCE:
        raise ValueError(f"unknown channel {channel!r} or limit {once!r}")
    if channel == "kiosk" and once:
        raise SurveyError(
            Finding(
                "touchpoint.terminal_once",
                "touchpoint",
                N_("Everybody answers on the same store terminal, so it cannot limit them."),
            )
        )
    if not wanted or not all(store and place for store, place in wanted):
        raise SurveyError(
            Finding(
                "touchpoint.empty", "touchpoint", N_("Choose at least one store and one place.")
            )
        )
    if any(len(text) > 80 for pair in wanted for text in pair):
        raise SurveyError(
            Finding("touchpoint.too_long", "touchpoint", N_("A name has at most 80 characters."))
        )
    if len(wanted) > MOST_AT_ONCE:
        raise SurveyError(
            Finding(
                "touchpoint.too_many",
                "touchpoint",
                N_("That would be {n} codes; make at most {most} at once."),
                {"n": len(wanted), "most": MOST_AT_ONCE},
            )
        )
