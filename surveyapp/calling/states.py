"""The life of a case on a call list: what a call's outcome leads to, and when. Pure.

    waiting ⇄ appointed → done

A case is `waiting` until it is due, `appointed` while a call back is promised, `done` when nothing
is to be tried any more. Who has a case before them is a lease beside the state (claims.py): a lost
connection must not change what is known of a customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from surveyapp.calling.outcomes import EXHAUSTED, CallOutcome, Then
from surveyapp.calling.timing import AHEAD, SOON, Rules, next_try
from surveyapp.findings import N_, Finding, SurveyError


class State(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    APPOINTED = "appointed"
    DONE = "done"


STATE_NAMES = {
    State.WAITING: N_("To be called"),
    State.APPOINTED: N_("Call back promised"),
    State.DONE: N_("Finished"),
}
OPEN = (State.WAITING, State.APPOINTED)
"""States in which somebody may be called."""


@dataclass(frozen=True)
class Next:
    """What becomes of a case: due: when it may be called again, None when done.

    appointment: the promised moment. reason: why it is done though its outcome did not end it.
    """

    state: State
    due: datetime | None = None
    appointment: datetime | None = None
    reason: str = ""


def after(
    outcome: CallOutcome,
    tried: Sequence[datetime],
    now: datetime,
    rules: Rules,
    appointment: datetime | None = None,
) -> Next:
    """What `outcome` of the call at `now` leads to.

    tried: the moments of every call, this one included. appointment: of Then.APPOINTMENT only;
    SurveyError when it is missing, past, too far ahead, or outside the hours.
    """
    if outcome.then == Then.END:
        return Next(State.DONE)
    if outcome.then == Then.APPOINTMENT:
        promised = _promise(appointment, now, rules)
        return Next(State.APPOINTED, promised, promised)
    if len(tried) >= rules.most:
        return Next(State.DONE, reason=EXHAUSTED)
    if outcome.soon:
        due = rules.window.next_opening(now + min(SOON, rules.gap))
        return Next(State.WAITING, due)
    return Next(State.WAITING, next_try(tried, now + rules.gap, rules.window))


def _promise(appointment: datetime | None, now: datetime, rules: Rules) -> datetime:
    """The moment itself when it can be kept."""
    if appointment is None:
        raise _cannot("missing", N_("Give the day and the time of the call back."))
    if appointment <= now:
        raise _cannot("past", N_("This time is over. Give one that is still to come."))
    if appointment > now + AHEAD:
        raise _cannot("far", N_("Promise a call back within the next 60 days."))
    if not rules.window.is_open(appointment):
        raise _cannot("hours", N_("Nobody is called at this hour. Give a time within the hours."))
    return appointment


def _cannot(what: str, sentence: str) -> SurveyError:
    return SurveyError(Finding(f"call.appointment_{what}", "appointment", sentence))
