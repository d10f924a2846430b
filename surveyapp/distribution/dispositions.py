"""Final dispositions of sampled customers, as outcome rates need them. Pure.

Codes after AAPOR, Standard Definitions (9th ed., 2016), internet surveys of named persons: I
complete, R refusal and break-off, UO unknown eligibility. Customers on a list that is verified as
eligible may be counted as non-contacts (NC) instead of UO; that choice is the analyst's.
"""

from __future__ import annotations

from dataclasses import dataclass

from surveyapp.findings import N_


@dataclass(frozen=True)
class Disposition:
    """code: AAPOR's. category: I, R, UO or NE (not eligible). name: English msgid."""

    code: str
    category: str
    name: str


COMPLETED = Disposition("1.1", "I", N_("Completed"))
REFUSED = Disposition("2.112", "R", N_("Opted out"))
OPENED_ONLY = Disposition("2.1121", "R", N_("Opened, answered nothing"))
BROKEN_OFF = Disposition("2.12", "R", N_("Started, not completed"))
NOT_INVITED = Disposition("3.11", "UO", N_("No invitation sent"))
NO_RESPONSE = Disposition("3.19", "UO", N_("Invited, no response"))
INELIGIBLE = Disposition("4.1", "NE", N_("Screened out or quota full"))
UNDELIVERED = Disposition("3.30", "UO", N_("Invitation not delivered"))
ALL = (
    COMPLETED,
    INELIGIBLE,
    BROKEN_OFF,
    OPENED_ONLY,
    REFUSED,
    NO_RESPONSE,
    UNDELIVERED,
    NOT_INVITED,
)
"""In the order in which tables show them."""


@dataclass(frozen=True)
class Progress:
    """How far one invitation got."""

    invited: bool = False
    delivered: bool = False
    failed: bool = False
    opened: bool = False
    started: bool = False
    completed: bool = False
    opted_out: bool = False
    ineligible: bool = False


def of(it: Progress) -> Disposition:
    """The disposition of an invitation: the furthest that counts."""
    steps = (
        (INELIGIBLE, it.ineligible),
        (COMPLETED, it.completed),
        (REFUSED, it.opted_out),
        (BROKEN_OFF, it.started),
        (OPENED_ONLY, it.opened),
        (UNDELIVERED, it.failed and not it.delivered),
        (NO_RESPONSE, it.invited or it.delivered),
    )
    return next((disposition for disposition, holds in steps if holds), NOT_INVITED)
