"""Own attributes of the installation: added, renamed, retired. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g
from sqlalchemy import select

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers.attributes import CUSTOMERS
from surveyapp.customers.cells import key as compared
from surveyapp.customers.own import entering
from surveyapp.customers.own.models import OwnAttribute
from surveyapp.database import db
from surveyapp.findings import N_, Finding, SurveyError, Term

MOST = 40
"""Own attributes in use at a time."""
REMEMBERED = "own_attributes"
"""Where `known` remembers the definitions for a request."""


def every() -> Sequence[OwnAttribute]:
    """All of them, the retired ones last, in the order in which they were added."""
    order = OwnAttribute.retired_at.is_not(None), OwnAttribute.id
    return db.session.scalars(select(OwnAttribute).order_by(*order)).all()


def active() -> list[OwnAttribute]:
    """Those in use."""
    return [one for one in every() if one.retired_at is None]


def add(entry: entering.Entry) -> OwnAttribute:
    """Define one; SurveyError `own_attribute.…` with every finding."""
    _refuse([*_full(), *entering.check(entry, _known(None))])
    made = OwnAttribute(key=entry.key, kind=entry.kind, created_by=audit.actor())
    _name(made, entry)
    db.session.add(made)
    _record("add", made)
    return made


def rename(known: OwnAttribute, entry: entering.Entry) -> None:
    """Change the labels, and add options; key and type stay, since values depend on them."""
    fixed = entering.Entry(known.key, known.kind, entry.label_zh, entry.label_en, entry.options)
    _refuse(entering.check(fixed, _known(known)))
    _name(known, fixed)
    _record("rename", known)


def retire(known: OwnAttribute) -> None:
    """Offer it no more; customers keep their values, and rules that read it go on."""
    known.retired_at = known.retired_at or clock.now()
    _record("retire", known)


def restore(known: OwnAttribute) -> None:
    """Take back that it was retired. SurveyError when there are too many, or its name is taken."""
    if known.retired_at is None:
        return
    entry = entering.Entry(
        known.key, known.kind, known.label_zh, known.label_en, entering.written(known.options)
    )
    _refuse([*_full(), *entering.check(entry, _known(known))])
    known.retired_at = None
    _record("restore", known)


def _full() -> list[Finding]:
    if len(active()) < MOST:
        return []
    template = N_("There are {limit} own attributes in use, and more would make rules and files hard to read. Retire one first.")  # noqa: E501  # fmt: skip
    return [Finding("own_attribute.too_many", "key", template, {"limit": MOST})]


def _known(mine: OwnAttribute | None) -> entering.Known:
    """What a definition must not collide with, itself left out."""
    headers: dict[str, str] = {word: Term(one.label) for word, one in CUSTOMERS.by_header.items()}
    others = [one for one in every() if one is not mine]
    for one in others:
        if one.retired_at is None:
            names = (one.key, one.label_zh, one.label_en)
            headers |= {compared(name): one.label_en for name in names}
    codes = [option["code"] for option in mine.options] if mine else []
    return entering.Known([one.key for one in others], headers, codes)


def _refuse(found: list[Finding]) -> None:
    if found:
        raise SurveyError(*found)


def _name(one: OwnAttribute, entry: entering.Entry) -> None:
    one.label_zh, one.label_en, one.options = entry.label_zh, entry.label_en, entry.listed


def _record(what: str, one: OwnAttribute) -> None:
    db.session.flush()
    g.pop(REMEMBERED, None)
    labels = {"zh": one.label_zh, "en": one.label_en, "type": one.kind}
    codes = [option["code"] for option in one.options]
    audit.record(f"own_attribute.{what}", f"own_attribute:{one.key}", **labels, options=codes)
