"""What an interviewer can say of a call, and what it means for the next one. Pure.

Codes after AAPOR, Standard Definitions (9th ed., 2016), telephone surveys of named persons. The
code tells what happened; `disposition` is the one that the response rates count, which differs
where the standard speaks of numbers and the sample is of customers (distribution/dispositions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from surveyapp.distribution import dispositions
from surveyapp.distribution.dispositions import Disposition
from surveyapp.findings import N_


class Then(StrEnum):
    """What follows a call."""

    AGAIN = "again"
    """Nobody was spoken to who could answer: another try, by the rules of the study."""
    APPOINTMENT = "appointment"
    """The customer named a time."""
    END = "end"


@dataclass(frozen=True)
class CallOutcome:
    """key: stored. code: AAPOR's. name, hint: English msgids. soon: may be tried again shortly.

    by_hand: whether a person may choose it; a completed interview is seen, not said.
    """

    key: str
    code: str
    disposition: Disposition
    then: Then
    name: str
    hint: str = ""
    soon: bool = False
    by_hand: bool = True


COMPLETE = CallOutcome(
    "complete",
    "1.1",
    dispositions.COMPLETED,
    Then.END,
    N_("Interview completed"),
    by_hand=False,
)
SCREENED = CallOutcome(
    "screened",
    "4.1",
    dispositions.INELIGIBLE,
    Then.END,
    N_("Screened out or quota full"),
    by_hand=False,
)
PARTIAL = CallOutcome(
    "partial",
    "1.2",
    dispositions.PARTIAL,
    Then.END,
    N_("Partial interview"),
    N_("Most questions are answered and the customer will not go on."),
)
APPOINTMENT = CallOutcome(
    "appointment",
    "2.21",
    dispositions.UNAVAILABLE,
    Then.APPOINTMENT,
    N_("Call back at a time"),
    N_("The customer named a day and a time."),
)
UNAVAILABLE = CallOutcome(
    "unavailable",
    "2.21",
    dispositions.UNAVAILABLE,
    Then.AGAIN,
    N_("Not available now"),
    N_("Somebody else answered, or it did not suit; no time was named."),
)
MACHINE = CallOutcome(
    "machine",
    "2.22",
    dispositions.MACHINE,
    Then.AGAIN,
    N_("Answering machine"),
    N_("Leave no message about the survey."),
)
NO_ANSWER = CallOutcome(
    "no_answer",
    "3.13",
    dispositions.NO_ANSWER,
    Then.AGAIN,
    N_("No answer"),
    N_("Rang at least eight times."),
)
BUSY = CallOutcome("busy", "3.12", dispositions.BUSY, Then.AGAIN, N_("Busy"), soon=True)
TECHNICAL = CallOutcome(
    "technical",
    "3.16",
    dispositions.TECHNICAL,
    Then.AGAIN,
    N_("Technical trouble"),
    N_("Bad line, blocked, switched off."),
    soon=True,
)
REFUSED = CallOutcome(
    "refused",
    "2.11",
    dispositions.REFUSED_CALL,
    Then.END,
    N_("Refused the interview"),
    N_("Will not take part in this survey."),
)
DO_NOT_CALL = CallOutcome(
    "do_not_call",
    "2.112",
    dispositions.REFUSED,
    Then.END,
    N_("Never contact again"),
    N_("Ends all calls and texts of every study, at once and for good."),
)
BREAK_OFF = CallOutcome(
    "break_off",
    "2.12",
    dispositions.BROKEN_OFF,
    Then.END,
    N_("Broke off"),
    N_("Began and hung up; fewer than most questions are answered."),
)
UNABLE = CallOutcome(
    "unable",
    "2.32",
    dispositions.UNABLE,
    Then.END,
    N_("Not able to take part"),
    N_("Ill, or cannot hear or follow."),
)
LANGUAGE = CallOutcome(
    "language",
    "2.33",
    dispositions.LANGUAGE,
    Then.END,
    N_("Speaks another language"),
    N_("None in which the questionnaire exists."),
)
DECEASED = CallOutcome("deceased", "2.31", dispositions.DECEASED, Then.END, N_("Deceased"))
NOT_CUSTOMER = CallOutcome(
    "not_customer",
    "4.7",
    dispositions.NOT_CUSTOMER,
    Then.END,
    N_("Not eligible"),
    N_("Never bought here, or is one of our own staff."),
)
NOT_WORKING = CallOutcome(
    "not_working",
    "4.3",
    dispositions.UNDELIVERED,
    Then.END,
    N_("Number not in service"),
    N_("The network says that the number does not exist."),
)
WRONG_NUMBER = CallOutcome(
    "wrong_number",
    "4.4",
    dispositions.UNDELIVERED,
    Then.END,
    N_("Wrong number"),
    N_("Somebody else has this number now."),
)

GROUPS: tuple[tuple[str, tuple[CallOutcome, ...]], ...] = (
    (N_("Nobody reached"), (NO_ANSWER, BUSY, MACHINE, TECHNICAL)),
    (N_("Another time"), (APPOINTMENT, UNAVAILABLE)),
    (N_("Will not answer"), (REFUSED, BREAK_OFF, PARTIAL, DO_NOT_CALL)),
    (N_("Cannot answer"), (UNABLE, LANGUAGE, DECEASED, NOT_CUSTOMER)),
    (N_("Not this number"), (NOT_WORKING, WRONG_NUMBER)),
)
"""What the page of a call offers, most frequent first."""
ALL = (COMPLETE, SCREENED, *(one for _, group in GROUPS for one in group))
BY_KEY: Mapping[str, CallOutcome] = {outcome.key: outcome for outcome in ALL}
EXHAUSTED = N_("No call left")
"""What a case is called that ended because it was tried as often as the study allows."""
