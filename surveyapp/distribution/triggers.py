"""When an event makes a study ask a customer, and when its moment is over. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from surveyapp.findings import N_, Finding

WHAT = {
    "purchase": N_("An order was completed"),
    "first_purchase": N_("The first purchase"),
    "service_case": N_("A service case was closed"),
    "complaint": N_("A complaint was closed"),
    "delivery": N_("Goods were delivered"),
    "installation": N_("Something was installed"),
    "return": N_("Goods were returned"),
    "visit": N_("A visit to a store"),
    "silent": N_("Nothing bought for a long time"),
}
"""What can make a study ask."""
INVITED = "invited"
REASONS = {
    INVITED: N_("Invited"),
    "too_late": N_("Known only after its moment was over"),
    "asked_lately": N_("Asked by this study lately"),
}
"""Verdicts beside the reasons of eligibility."""
LONGEST_HOURS = 24 * 90


@dataclass(frozen=True)
class Rule:
    """wait, within: after the moment. rest: between two askings of one customer, 0 for none."""

    wait: timedelta
    within: timedelta
    rest: timedelta


@dataclass(frozen=True)
class Happening:
    """Something that happened to a customer at `moment` (aware)."""

    occasion: str
    customer_id: int
    moment: datetime


def decide(
    rule: Rule,
    happenings: Iterable[Happening],
    barred: Mapping[int, str],
    asked: Mapping[int, datetime],
    now: datetime,
) -> Iterator[tuple[Happening, str]]:
    """The verdict on each happening whose wait is over, oldest first.

    barred: customer → why nobody asks them. asked: customer → when this study last did. Of two
    happenings of one customer in the rest the first is asked about.
    """
    last = dict(asked)
    for it in sorted(happenings, key=lambda one: (one.moment, one.occasion)):
        if it.moment + rule.wait > now:
            continue
        before = last.get(it.customer_id)
        if it.moment + rule.within <= now:
            yield it, "too_late"
        elif reason := barred.get(it.customer_id):
            yield it, reason
        elif rule.rest and before is not None and before + rule.rest > now:
            yield it, "asked_lately"
        else:
            last[it.customer_id] = now
            yield it, INVITED


def findings(what: str, wait_hours: int, within_hours: int) -> Iterator[Finding]:
    """What is wrong with a trigger."""
    if what not in WHAT:
        yield Finding(
            "trigger.unknown",
            "what",
            N_("There is no event {name}; use one of {known}."),
            {"name": what, "known": ", ".join(WHAT)},
        )
    if not 1 <= within_hours <= LONGEST_HOURS:
        yield Finding(
            "trigger.bad_within", "within", N_("The moment lasts from 1 hour to 90 days.")
        )
    elif not 0 <= wait_hours < within_hours:
        yield Finding(
            "trigger.waits_too_long",
            "wait",
            N_("Wait shorter than the moment lasts, or nobody is ever asked."),
        )


def expected(counts: Collection[int]) -> int:
    """Invitations to expect on a day, from those of past days; rounded up, 0 of no days."""
    return -(-sum(counts) // len(counts)) if counts else 0
