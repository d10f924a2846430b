"""Final dispositions of sampled customers, as outcome rates need them. Pure.

Codes after AAPOR, Standard Definitions (9th ed., 2016), internet and telephone surveys of named
persons: I complete, P partial, R refusal and break-off, NC non-contact, O other, UO unknown
eligibility, NE not eligible. Customers on a list that is verified as eligible may be counted as
non-contacts (NC) instead of UO; that choice is the analyst's. A number that is dead says nothing
about the customer who gave it, so it leaves eligibility unknown, as an undelivered text does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from surveyapp.findings import N_


@dataclass(frozen=True)
class Disposition:
    """code: AAPOR's. category: I, P, R, NC, O, UO or NE (not eligible). name: English msgid."""

    code: str
    category: str
    name: str


COMPLETED = Disposition("1.1", "I", N_("Completed"))
PARTIAL = Disposition("1.2", "P", N_("Partial interview"))
REFUSED = Disposition("2.112", "R", N_("Opted out"))
REFUSED_CALL = Disposition("2.11", "R", N_("Refused on the phone"))
OPENED_ONLY = Disposition("2.1121", "R", N_("Opened, answered nothing"))
BROKEN_OFF = Disposition("2.12", "R", N_("Started, not completed"))
UNAVAILABLE = Disposition("2.21", "NC", N_("Called, never available"))
MACHINE = Disposition("2.22", "NC", N_("Called, answering machine"))
DECEASED = Disposition("2.31", "O", N_("Deceased"))
UNABLE = Disposition("2.32", "O", N_("Not able to take part"))
LANGUAGE = Disposition("2.33", "O", N_("Speaks another language"))
NOT_INVITED = Disposition("3.11", "UO", N_("No invitation sent"))
BUSY = Disposition("3.12", "UO", N_("Called, always busy"))
NO_ANSWER = Disposition("3.13", "UO", N_("Called, no answer"))
TECHNICAL = Disposition("3.16", "UO", N_("Called, technical trouble"))
NO_RESPONSE = Disposition("3.19", "UO", N_("Invited, no response"))
INELIGIBLE = Disposition("4.1", "NE", N_("Screened out or quota full"))
NOT_CUSTOMER = Disposition("4.7", "NE", N_("Not eligible, said on the phone"))
UNDELIVERED = Disposition("3.30", "UO", N_("Invitation not delivered"))
ALL = (
    COMPLETED,
    PARTIAL,
    INELIGIBLE,
    NOT_CUSTOMER,
    BROKEN_OFF,
    OPENED_ONLY,
    REFUSED,
    REFUSED_CALL,
    DECEASED,
    UNABLE,
    LANGUAGE,
    UNAVAILABLE,
    MACHINE,
    NO_ANSWER,
    BUSY,
    TECHNICAL,
    NO_RESPONSE,
    UNDELIVERED,
    NOT_INVITED,
)
"""In the order in which tables show them."""
CALLED = frozenset(
    {
        PARTIAL,
        NOT_CUSTOMER,
        REFUSED_CALL,
        DECEASED,
        UNABLE,
        LANGUAGE,
        UNAVAILABLE,
        MACHINE,
        NO_ANSWER,
        BUSY,
        TECHNICAL,
    }
)
"""Those that only a telephone call can lead to."""
UNWILLING = frozenset(
    one.code for one in (PARTIAL, NOT_CUSTOMER, REFUSED_CALL, BROKEN_OFF, DECEASED, UNABLE)
)
"""Codes of calls after which no text of the study follows either."""
PRECEDENCE = (
    INELIGIBLE,
    COMPLETED,
    REFUSED,
    NOT_CUSTOMER,
    PARTIAL,
    REFUSED_CALL,
    BROKEN_OFF,
    DECEASED,
    UNABLE,
    LANGUAGE,
    OPENED_ONLY,
    UNAVAILABLE,
    MACHINE,
    NO_ANSWER,
    BUSY,
    TECHNICAL,
    UNDELIVERED,
    NO_RESPONSE,
    NOT_INVITED,
)
"""Of everything that happened to one person, what comes first here is final: answers count more
than words, words more than silence, a ringing telephone more than an unanswered text."""
_BY_CODE = {disposition.code: disposition for disposition in ALL}


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


def of(it: Progress, called: str = "") -> Disposition:
    """The disposition of an invitation: the furthest that counts.

    called: the code of the furthest outcome of its calls, empty for none.
    """
    phone = _BY_CODE.get(called)
    reached = {
        INELIGIBLE: it.ineligible,
        COMPLETED: it.completed,
        REFUSED: it.opted_out,
        BROKEN_OFF: it.started or phone == BROKEN_OFF,
        OPENED_ONLY: it.opened,
        UNDELIVERED: (it.failed or phone == UNDELIVERED) and not it.delivered,
        NO_RESPONSE: it.invited or it.delivered,
        NOT_INVITED: True,
    }
    if phone in CALLED:
        reached[phone] = True
    return next(disposition for disposition in PRECEDENCE if reached.get(disposition))


def furthest(codes: Iterable[str]) -> str:
    """The one of some outcomes' codes that is final; empty when there is none."""
    known = {_BY_CODE[code] for code in codes if code in _BY_CODE}
    return next((one.code for one in PRECEDENCE if one in known), "")
