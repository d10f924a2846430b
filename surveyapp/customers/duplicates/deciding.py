"""What a person decides about a pair: one customer, two, or the decision taken back.

Nothing is deleted. Of a merged pair one customer goes on; the other stays with their invitations
and answers, is asked no more, and their events belong to the one who goes on. Every function works
in the caller's transaction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, update

from surveyapp import clock
from surveyapp.accounts import audit
from surveyapp.customers import opting
from surveyapp.customers.duplicates.models import DuplicatePair
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.findings import N_, Finding, SurveyError


def merge(pair: DuplicatePair, kept_id: int) -> None:
    """Let one of the two go on for both. SurveyError `duplicates.…` when that is not possible."""
    kept, gone = (pair.first, pair.second)
    if kept_id == gone.id:
        kept, gone = gone, kept
    _refuse(pair, kept, gone)
    pair.undo = _carry(kept, gone)
    gone.merged_into_id = kept.id
    _move_events(kept.id, Event.customer_id == gone.id)
    _decide(pair, "merged", kept.id)


def _refuse(pair: DuplicatePair, kept: Customer, gone: Customer) -> None:
    absorbed = select(Customer.id).where(Customer.merged_into_id == gone.id).limit(1)
    busy = kept.merged_into_id or gone.merged_into_id or db.session.scalar(absorbed)
    if pair.state != "proposed" or busy or kept.erased_at or gone.erased_at:
        template = N_("One of the two was merged, erased or decided about in the meantime. Take that merge back first, or keep the other one.")  # noqa: E501  # fmt: skip
        raise SurveyError(Finding("duplicates.busy", f"pair:{pair.id}", template))


def _carry(kept: Customer, gone: Customer) -> dict[str, object]:
    """Opt-outs and contacts of the one who goes hold for the one who stays; what it was before."""
    before: dict[str, object] = {}
    if gone.opted_out_at and not kept.opted_out_at:
        before["opted_out"] = True
        kept.opted_out_at = gone.opted_out_at
        opting.opted_out.send(customer_ids=[kept.id])
    contacts = [at for at in (kept.last_contacted_at, gone.last_contacted_at) if at]
    if contacts and max(contacts) != kept.last_contacted_at:
        kept.last_contacted_at = max(contacts)
    return before


def different(pair: DuplicatePair) -> None:
    """They are two people; the pair is never proposed again."""
    if pair.state != "proposed":
        _refuse(pair, pair.first, pair.second)
    _decide(pair, "different", None)


def take_back(pair: DuplicatePair) -> None:
    """Undo a decision: the pair is proposed again, and a merged customer has their events back."""
    if pair.state == "merged":
        kept, gone = (pair.first, pair.second)
        if pair.kept_id == gone.id:
            kept, gone = gone, kept
        own = (Event.customer_id == kept.id) & (Event.customer_number == gone.number)
        _move_events(gone.id, own)
        gone.merged_into_id = None
        if pair.undo.get("opted_out") and kept.opted_out_at == gone.opted_out_at:
            kept.opted_out_at = None
        pair.undo = {}
        db.session.flush()
        opting.allowed_again.send(customer_ids=[kept.id, gone.id])
    _decide(pair, "proposed", None)


def _move_events(target: int, which: ColumnElement[bool]) -> None:
    db.session.execute(
        update(Event)
        .where(which)
        .values(customer_id=target)
        .execution_options(synchronize_session=False)
    )


def _decide(pair: DuplicatePair, state: str, kept_id: int | None) -> None:
    pair.state, pair.kept_id, pair.decided_at = state, kept_id, clock.now()
    db.session.flush()
    people: dict[str, Any] = {"first": pair.first_id, "second": pair.second_id, "kept": kept_id}
    audit.record(f"duplicates.{state}", f"pair:{pair.id}", **people)
