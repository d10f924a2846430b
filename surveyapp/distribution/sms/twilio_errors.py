"""Twilio's error codes in our words. Pure.

Source: Twilio's error dictionary. A 4xx answer means certainly not sent; 5xx and a lost answer
mean unknown, because creating a message is not idempotent and may have happened.
"""

from __future__ import annotations

from surveyapp.distribution.sms.provider import Ending, Outcome

OPTED_OUT = "21610"
BLOCKED = frozenset(
    {"20003", "20404", "21212", "21408", "21602", "21603", "21604", "21606", "21617", "30034"}
)
"""Wrong credentials, sender or permission: every further message would fail alike."""
THROTTLED = frozenset({"20429", "21611", "30001"})
BLOCKED_STATUSES = frozenset({401, 403, 404})


def outcome(status: int, code: str, detail: str) -> Outcome:
    """What an error answer with this HTTP status and Twilio code means."""
    if status >= 500 or status < 400:
        ending = Ending.UNKNOWN
    elif status == 429 or code in THROTTLED:
        ending = Ending.THROTTLED
    elif code in BLOCKED or status in BLOCKED_STATUSES:
        ending = Ending.BLOCKED
    else:
        ending = Ending.REJECTED
    return Outcome(ending, code=code, detail=detail, opted_out=code == OPTED_OUT)
