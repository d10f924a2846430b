"""Which customers are in the frame, and why the others are not, decided in the database.

Consent, opt-out and contact caps are applied here, before anything is drawn: what is excluded
afterwards would bias the sample. Every customer has exactly one reason, the first that applies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from surveyapp import clock
from surveyapp.customers import addresses
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import contact
from surveyapp.distribution.contact_rules import INVITATIONS, Cap
from surveyapp.distribution.models import Invitation, Message, Study, Wave
from surveyapp.distribution.population import LISTS, Population
from surveyapp.distribution.populations.sql import At, condition
from surveyapp.findings import N_

Caps = Sequence[Cap] | None
ELIGIBLE = "eligible"
REASONS = {
    "outside_target": N_("Other city, store, product line, tier or life cycle"),
    "outside_rule": N_("Outside the saved population"),
    "erased": N_("Erased"),
    "merged": N_("Merged into another customer"),
    "not_recent": N_("No purchase in the period"),
    "no_consent": N_("No consent"),
    "opted_out": N_("Opted out"),
    "no_phone": N_("No phone number"),
    "no_email": N_("No e-mail address"),
    "no_address": N_("Neither phone nor e-mail"),
    "contacted_recently": N_("Contacted too recently"),
    "contact_cap": N_("At the contact cap"),
    "group_cap": N_("At the cap of their group"),
    "shared_phone": N_("Shares a phone with another customer"),
    "shared_email": N_("Shares an e-mail address with another customer"),
}
"""Reason of exclusion → its name, in the order in which they are looked at."""


@dataclass(frozen=True)
class Count:
    """total: customers on file; eligible: the frame's size; excluded: reason → customers."""

    total: int
    eligible: int
    excluded: dict[str, int]


def count(population: Population, study: Study, caps: Caps = None) -> Count:
    """How large the frame would be now, and what keeps the others out of it.

    caps: the contact policy's, where they are read already; so for all of these.
    """
    verdicts = judged(population, study, [], caps)
    query = select(verdicts.c.verdict, func.count()).group_by(verdicts.c.verdict)
    found: dict[str, int] = {row[0]: row[1] for row in db.session.execute(query)}
    excluded = {reason: found[reason] for reason in REASONS if reason in found}
    return Count(sum(found.values()), found.get(ELIGIBLE, 0), excluded)


def barred(population: Population, study: Study, ids: Collection[int]) -> dict[int, str]:
    """Of these customers those who may not be asked, with the reason."""
    rule = case(*_rules(population, study, clock.now()), else_=ELIGIBLE)
    rows = db.session.execute(select(Customer.id, rule).where(Customer.id.in_(ids)))
    return {number: reason for number, reason in rows if reason != ELIGIBLE}


def verdict_rows(
    population: Population,
    study: Study,
    columns: Sequence[ColumnElement[Any]],
    verdict: str,
    after: str,
    most: int,
) -> Sequence[Row[Any]]:
    """(number, *columns, verdict) of customers after a number; verdict: only of these."""
    verdicts = judged(population, study, columns)
    rows: Select[Any] = select(verdicts).where(verdicts.c.number > after)
    if verdict:
        rows = rows.where(verdicts.c.verdict == verdict)
    return db.session.execute(rows.order_by(verdicts.c.number).limit(most)).all()


def eligible_rows(
    population: Population,
    study: Study,
    columns: Sequence[ColumnElement[Any]],
    caps: Caps = None,
) -> Sequence[Row[Any]]:
    """(number, *columns) of every eligible customer, ordered by number."""
    verdicts = judged(population, study, columns, caps)
    wanted = [column for column in verdicts.c if column.name != "verdict"]
    query: Select[Any] = select(*wanted).where(verdicts.c.verdict == ELIGIBLE)
    return db.session.execute(query.order_by(verdicts.c.number)).all()


def judged(
    population: Population,
    study: Study,
    columns: Sequence[ColumnElement[Any]],
    caps: Caps = None,
) -> Subquery:
    """Every customer with one verdict; of those who share an address only the first is eligible."""
    rule = case(*_rules(population, study, clock.now(), caps), else_=ELIGIBLE)
    address, shared = _address(population)
    first = func.row_number().over(partition_by=(address, rule), order_by=Customer.number)
    inner = select(
        Customer.number,
        *columns,
        rule.label("verdict"),
        case((and_(address.is_not(None), first > 1), shared)).label("shared"),
    ).subquery()
    verdict = case(
        (and_(inner.c.verdict == ELIGIBLE, inner.c.shared.is_not(None)), inner.c.shared),
        else_=inner.c.verdict,
    )
    hidden = {"verdict", "shared"}
    kept = [column for column in inner.c if column.name not in hidden]
    return select(*kept, verdict.label("verdict")).subquery()


def _rules(
    population: Population, study: Study, now: datetime, caps: Caps = None
) -> list[tuple[Any, str]]:
    rules = [
        (_outside(population), "outside_target"),
        (_outside_rule(population, study, now), "outside_rule"),
        (Customer.erased_at.is_not(None), "erased"),
        (Customer.merged_into_id.is_not(None), "merged"),
        (_not_recent(population, study, now), "not_recent"),
        (Customer.consent.is_(False) if population.consented else None, "no_consent"),
        (_opted_out(), "opted_out"),
        _unreachable(population),
        (_contacted(population, now), "contacted_recently"),
        (_capped(study, now), "contact_cap"),
        (_group_capped(now, contact.current().caps if caps is None else caps), "group_cap"),
    ]
    return [(condition, reason) for condition, reason in rules if condition is not None]


def _unreachable(population: Population) -> tuple[ColumnElement[bool], str]:
    """Whom the study cannot reach by the way it wants."""
    if population.reach == "email":
        return Customer.email.is_(None), "no_email"
    if population.reach == "either":
        return and_(_phoneless(), Customer.email.is_(None)), "no_address"
    return _phoneless(), "no_phone"


def _address(population: Population) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """By which customers are reached, and the reason that leaves out all but one who share it."""
    phone: ColumnElement[Any] = func.nullif(Customer.phone_hash, "")
    email: ColumnElement[Any] = func.nullif(Customer.email_hash, "")
    if population.reach == "phone":
        return phone, literal("shared_phone")
    if population.reach == "email":
        return email, literal("shared_email")
    reason = case((_phoneless(), "shared_email"), else_="shared_phone")
    return func.coalesce(phone, email), reason


def _phoneless() -> ColumnElement[bool]:
    return or_(Customer.phone_hash.is_(None), Customer.phone_hash == "")


def _outside(population: Population) -> ColumnElement[bool] | None:
    outside = [
        getattr(Customer, attribute).not_in(wanted)
        for name, attribute in LISTS.items()
        if (wanted := getattr(population, name))
    ]
    return or_(*outside) if outside else None


def _outside_rule(
    population: Population, study: Study, now: datetime
) -> ColumnElement[bool] | None:
    """Whom the rule does not hold for, and whom it cannot be decided for."""
    if population.rule is None:
        return None
    at = At(now, now.astimezone(ZoneInfo(study.timezone)).date())
    return func.coalesce(condition(population.rule, at), false()).is_(False)


def _not_recent(population: Population, study: Study, now: datetime) -> ColumnElement[bool] | None:
    """Days are those of the study's zone."""
    if population.bought_within_days is None:
        return None
    today = now.astimezone(ZoneInfo(study.timezone)).date()
    earliest = today - timedelta(days=population.bought_within_days)
    return or_(Customer.last_purchase.is_(None), Customer.last_purchase < earliest)


def _opted_out() -> ColumnElement[bool]:
    return or_(Customer.opted_out_at.is_not(None), addresses.suppressed())


def _contacted(population: Population, now: datetime) -> ColumnElement[bool] | None:
    if population.not_contacted_for_days is None:
        return None
    return Customer.last_contacted_at > now - timedelta(days=population.not_contacted_for_days)


def _capped(study: Study, now: datetime) -> ColumnElement[bool]:
    """Texts of all studies count; one more must still be allowed."""
    since = now - timedelta(days=study.contact_cap_days)
    return Customer.id.in_(_texted(since, study.contact_cap))


def _group_capped(now: datetime, caps: Sequence[Cap]) -> ColumnElement[bool] | None:
    """The contact policy's caps: an invitation must still be allowed to the customer's group."""
    reached = [and_(_of_group(cap, caps), Customer.id.in_(_reached(cap, now))) for cap in caps]
    return or_(*reached) if reached else None


def _of_group(cap: Cap, caps: Sequence[Cap]) -> ColumnElement[bool]:
    if cap.tier:
        return Customer.tier == cap.tier
    return Customer.tier.not_in([it.tier for it in caps if it.what == cap.what and it.tier])


def _texted(since: datetime, most: int) -> Select[int]:
    """Who had so many texts, counting those of who was merged into them."""
    who = aliased(Customer)
    return (
        select(who.person)
        .join(Invitation, Invitation.customer_id == who.id)
        .join(Message, Message.invitation_id == Invitation.id)
        .where(Message.sent_at > since)
        .group_by(who.person)
        .having(func.count() >= most)
    )


def _reached(cap: Cap, now: datetime) -> Select[int]:
    rows = _texted(now - timedelta(days=cap.days), cap.most)
    if cap.what == INVITATIONS:
        rows = rows.join(Wave, Wave.id == Message.wave_id).where(Wave.kind == "invitation")
    return rows
