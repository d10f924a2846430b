"""What a refused row's code means, in a few words: for counts, where no single value stands."""

from __future__ import annotations

from surveyapp.findings import N_

REASONS = {
    "customer.no_number": N_("No customer number"),
    "customer.too_many_cells": N_("More cells than the header"),
    "customer.erased": N_("Customer was erased at their own request"),
    "customer.control_character": N_("Character that cannot be printed"),
    "customer.too_long": N_("Text too long"),
    "customer.number_damaged": N_("Customer number spoiled by a spreadsheet"),
    "customer.phone_damaged": N_("Phone spoiled by a spreadsheet"),
    "customer.phone_several": N_("More than one phone in the cell"),
    "customer.phone_extension": N_("Phone with an extension or words"),
    "customer.phone_landline": N_("Landline"),
    "customer.phone_not_mobile": N_("Service number"),
    "customer.phone_invalid": N_("Not a phone number"),
    "customer.email_invalid": N_("Not an e-mail address"),
    "customer.not_an_amount": N_("Not an amount"),
    "customer.amount_negative": N_("Negative amount"),
    "customer.amount_too_large": N_("Amount too large"),
    "customer.amount_too_fine": N_("More than two decimals"),
    "customer.not_a_count": N_("Not a whole number"),
    "customer.count_too_large": N_("Number too large"),
    "customer.not_a_date": N_("Not a date"),
    "customer.date_ambiguous": N_("Date with two meanings"),
    "customer.date_in_future": N_("Date in the future"),
    "customer.not_a_choice": N_("Not one of the known values"),
    "customer.not_yes_or_no": N_("Neither yes nor no"),
    "event.no_event_id": N_("No event id"),
    "event.no_kind": N_("No kind of event"),
    "event.no_happened_at": N_("No time"),
    "event.event_id_damaged": N_("Event id spoiled by a spreadsheet"),
    "event.not_a_moment": N_("Not a time"),
    "event.in_future": N_("Time in the future"),
    "event.cannot_close": N_("Kind of event that cannot be closed"),
    "event.closed_before": N_("Closed before it was opened"),
    "event.customer_erased": N_("Customer was erased at their own request"),
    "event.customer_unknown": N_("Customer is not known yet; the event was kept"),
}
"""Code of a finding → msgid; events share what is not special to them."""


def reason(code: str) -> str:
    """The msgid of a code, or the code itself when there is none."""
    shared = f"customer.{code.partition('.')[2]}"
    return REASONS.get(code) or REASONS.get(shared) or code
