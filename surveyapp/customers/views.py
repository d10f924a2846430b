"""Pages of customers: the list and one customer."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts import audit
from surveyapp.accounts.guard import allowed, roles
from surveyapp.accounts.models import AuditEntry
from surveyapp.customers import opting, searching
from surveyapp.customers.attributes import ATTRIBUTES, BY_NAME, PRODUCT_LINES, TIERS, VALUE_LABELS
from surveyapp.customers.events.attributes import KIND_LABELS
from surveyapp.customers.events.models import Event
from surveyapp.customers.models import Customer
from surveyapp.customers.own.showing import shown
from surveyapp.customers.phones import masked, masked_name
from surveyapp.database import db
from surveyapp.findings import N_

customers = Blueprint("customers", __name__)

SHOWN = ("name", "city", "store", "product_line", "tier", "spend", "last_purchase", "status")
"""Columns of the list until a person chooses others."""
EXTRA = ("phone", "purchases", "language", "updated_at")
CONTACT = {"name", "phone"}
SHOWN_EVENTS = 20
COLUMN_LABELS = {
    **{attribute.name: attribute.label for attribute in ATTRIBUTES},
    "status": N_("State"),
    "updated_at": N_("Changed"),
}
STATUS_LABELS = {
    "may_ask": N_("May be asked"),
    "no_consent": N_("No consent"),
    "opted_out": N_("Opted out"),
    "no_phone": N_("No phone"),
}
ACTIONS = {
    "customer.reveal": N_("Contact data shown"),
    "customer.opt_out": N_("Opted out"),
    "customer.opt_in": N_("Opted in again"),
}


@customers.app_template_global("customer_status")
def status_of(customer: Customer) -> str:
    """Which of STATUS_LABELS a customer is in."""
    if customer.opted_out_at is not None:
        return "opted_out"
    if not customer.consent:
        return "no_consent"
    return "may_ask" if customer.phone_hash else "no_phone"


def sees_contact_data() -> bool:
    """Whether the signed-in person may see names and phones."""
    return allowed("customers.reveal")


@customers.get("/customers")
def index() -> str:
    """Everyone who may be asked, found by number, phone or attributes."""
    search = searching.Search.of(request.args)
    contact = sees_contact_data()
    offered = [c for c in (*SHOWN, *EXTRA) if contact or c not in CONTACT]
    wanted = [c for c in request.args.getlist("show") if c in offered] or list(SHOWN)
    return render_template(
        "customers/index.html",
        search=search,
        page=searching.find(search, by_phone=contact),
        columns=[c for c in offered if c in wanted],
        offered=offered,
        labels=COLUMN_LABELS,
        orders=searching.ORDERS,
        contact=contact,
        status_labels=STATUS_LABELS,
        value_labels=VALUE_LABELS,
        choices={
            "city": searching.choices("city"),
            "store": searching.choices("store"),
            "product_line": list(PRODUCT_LINES),
            "tier": list(TIERS),
        },
        link=lambda **changes: _link(search, wanted, changes),
        masked=masked,
        masked_name=masked_name,
    )


def _link(search: searching.Search, shown: list[str], changes: dict[str, str]) -> str:
    """This list with some of its terms changed; empty terms stay out of the address."""
    terms = {**asdict(search), "after": "", "before": "", **changes}
    if terms["sort"] == "number":
        terms["sort"] = ""
    columns = shown if shown != list(SHOWN) else []
    return url_for(".index", **{k: v for k, v in terms.items() if v}, show=columns)


@customers.get("/customers/<int:customer_id>")
def show(customer_id: int) -> str:
    """One customer: attributes, state, and contact data behind a mask."""
    return _customer_page(_existing(customer_id), revealed=False)


@customers.post("/customers/<int:customer_id>/reveal")
@roles("researcher")
def reveal(customer_id: int) -> str:
    """Show name and phone once, and keep a record of who looked."""
    customer = _existing(customer_id)
    audit.record("customer.reveal", f"customer:{customer.id}")
    db.session.commit()
    return _customer_page(customer, revealed=True)


@customers.post("/customers/<int:customer_id>/opt-out")
@roles("researcher")
def opt_out(customer_id: int) -> Response:
    """Never text this customer again."""
    customer = _existing(customer_id)
    opting.opt_out(customer)
    audit.record("customer.opt_out", f"customer:{customer.id}", reason=opting.BY_STAFF)
    db.session.commit()
    flash(_("No text goes to this customer any more."), "success")
    return redirect(url_for(".show", customer_id=customer.id))


@customers.post("/customers/<int:customer_id>/opt-in")
@roles("researcher")
def opt_in(customer_id: int) -> Response:
    """Text this customer again, because they asked for it."""
    customer = _existing(customer_id)
    opting.opt_in(customer)
    audit.record("customer.opt_in", f"customer:{customer.id}", reason=opting.BY_STAFF)
    db.session.commit()
    flash(_("This customer may be texted again."), "success")
    return redirect(url_for(".show", customer_id=customer.id))


def _existing(customer_id: int) -> Customer:
    customer = db.session.get(Customer, customer_id)
    if customer is None or customer.erased_at is not None:
        raise NotFound
    return customer


def _customer_page(customer: Customer, *, revealed: bool) -> str:
    contact = sees_contact_data()
    return render_template(
        "customers/customer.html",
        customer=customer,
        contact=contact,
        revealed=revealed and contact,
        masked=masked,
        masked_name=masked_name,
        attributes=BY_NAME,
        own=shown(customer.extra or {}),
        value_labels=VALUE_LABELS,
        status_labels=STATUS_LABELS,
        events=_events(customer),
        kind_labels=KIND_LABELS,
        history=_history(customer) if contact else [],
        actions=ACTIONS,
    )


def _events(customer: Customer) -> list[Event]:
    """What happened lately."""
    mine = select(Event).where(Event.customer_id == customer.id)
    return list(db.session.scalars(mine.order_by(Event.happened_at.desc()).limit(SHOWN_EVENTS)))


def _history(customer: Customer) -> list[AuditEntry]:
    subject = AuditEntry.subject == f"customer:{customer.id}"
    return list(
        db.session.scalars(
            select(AuditEntry).where(subject).order_by(AuditEntry.id.desc()).limit(10)
        )
    )
