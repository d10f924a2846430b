"""The steps of a sequence: their order, which are fixed, and which way each text takes. Pure.

Every wait counts from the moment at which the customer's invitation left. So each step's moment
is known whoever got the ones before it, and whoever a condition passes over delays nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from surveyapp.findings import N_, Finding, SurveyError

MOST = 6
"""Follow-ups of one study; the contact cap of most is reached far before."""
LONGEST = 90 * 24
"""Hours after the invitation at which the last follow-up may leave."""
STEP = 3 * 24
"""Hours that a new follow-up is proposed behind the last one."""
MEDIA = {"": N_("By the channels' order"), "sms": N_("SMS"), "email": N_("E-mail")}
"""How a step's texts leave → its name."""
CONDITIONS = {
    "": N_("Whoever has not answered"),
    "unopened": N_("Only who has not opened the link"),
    "opened": N_("Only who opened the link and answered nothing"),
    "begun": N_("Only who began and did not finish"),
}
"""To whom a follow-up goes → its name."""
KINDS = {
    "invitation": N_("Invitation"),
    "reminder": N_("Reminder {n}"),
    "thank_you": N_("Thank-you"),
}
"""Kind of step → what it is called as long as nobody names it."""
RANK = {"invitation": 0, "reminder": 1, "thank_you": 2}


@dataclass(frozen=True)
class Place:
    """A follow-up's place. key: its own. after: hours after the invitation. sent: any queued."""

    key: int
    after: int
    sent: bool = False


@dataclass(frozen=True)
class Texting:
    """A step as the cap sees it. sure: whether nobody is skipped for want of an address."""

    key: int
    after: int
    condition: str = ""
    sure: bool = True


def hours(days: int, more: int) -> int:
    """A wait in hours."""
    return 24 * days + more


def wait(days: int, more: int) -> timedelta:
    """A wait as a span of time."""
    return timedelta(days=days, hours=more)


def in_order(places: Iterable[Place]) -> list[Place]:
    """By their time; of two at the same time the older first."""
    return sorted(places, key=lambda place: (place.after, place.key))


def fixed(places: Iterable[Place]) -> set[int]:
    """Keys of the places up to the last one whose texts were queued.

    Its number stands in messages and reports, so nothing may slip in front of it.
    """
    ordered = in_order(places)
    last = max((n for n, place in enumerate(ordered) if place.sent), default=-1)
    return {place.key for place in ordered[: last + 1]}


def moved(places: Iterable[Place], key: int, up: bool) -> list[Place]:
    """The places after `key` has changed its time with the one before it (`up`) or behind it.

    SurveyError at either end, and where one of the two is fixed.
    """
    ordered = in_order(places)
    here = next(n for n, place in enumerate(ordered) if place.key == key)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ordered):
        raise SurveyError(
            Finding("step.no_neighbour", f"step:{key}", N_("There is no step to change with."))
        )
    one, other = ordered[here], ordered[there]
    if {one.key, other.key} & fixed(ordered):
        raise _fixed(key)
    ordered[here] = Place(other.key, one.after, other.sent)
    ordered[there] = Place(one.key, other.after, one.sent)
    return ordered


def placed(places: Iterable[Place], key: int, after: int) -> list[Place]:
    """The places with `key` at `after`; a new key is added.

    SurveyError where it is fixed, too early, too late, at another's time, or one too many.
    """
    known = {place.key: place for place in places}
    if key in known and known[key].after == after:
        return in_order(known.values())
    if finding := _misplaced(known, key, after):
        raise SurveyError(finding)
    known[key] = Place(key, after)
    return in_order(known.values())


def removed(places: Iterable[Place], key: int) -> list[Place]:
    """The places without `key`; SurveyError where it is fixed."""
    known = list(places)
    if key in fixed(known):
        raise _fixed(key)
    return in_order(place for place in known if place.key != key)


def proposed(places: Sequence[Place]) -> int:
    """Hours at which a new step is proposed."""
    return min(LONGEST, max((place.after for place in places), default=0) + STEP)


def way(medium: str, only: bool, phone: bool, email: bool) -> tuple[str, str]:
    """By which medium a text leaves, and the reason why it does not, if so.

    only: who lacks the chosen address is skipped; else the other address is taken. A step
    without a choice follows the channels' order, which needs a number.
    """
    if medium == "email":
        if email:
            return "email", ""
        return ("", "no_email") if only or not phone else ("sms", "")
    if phone:
        return medium, ""
    return ("email", "") if medium and email and not only else ("", "no_phone")


def capped(steps: Iterable[Texting], cap: int, days: int) -> set[int]:
    """Keys of the steps that no one gets, for all their readers are at the study's cap by then.

    cap, days: most texts in so many days. Counts only what every reader has surely been texted,
    a day inside the period, because quiet hours delay. The invitation is a step without a wait.
    """
    found: set[int] = set()
    before: list[Texting] = []
    for step in sorted(steps, key=lambda one: (one.after, one.key)):
        since = step.after - 24 * (days - 1)
        certain = [one for one in before if one.after >= since and _surely(one, step)]
        if len(certain) >= cap:
            found.add(step.key)
        else:
            before.append(step)
    return found


def _surely(earlier: Texting, step: Texting) -> bool:
    """Whether every reader of `step` was texted `earlier`: who has not opened had not then."""
    return earlier.sure and earlier.condition in {"", *({step.condition} & {"unopened"})}


def _misplaced(known: dict[int, Place], key: int, after: int) -> Finding | None:
    held = fixed(known.values())
    if key in held:
        return _fixed(key).findings[0]
    place = f"step:{key}"
    if not 1 <= after <= LONGEST:
        template = N_("Let a follow-up wait from 1 hour to {days} days.")
        return Finding("step.wait", place, template, {"days": LONGEST // 24})
    if any(other.after == after for other in known.values() if other.key != key):
        template = N_("Another step leaves at the same time: choose a different wait.")
        return Finding("step.same_time", place, template)
    if any(other.after > after for other in known.values() if other.key in held):
        template = N_("A later step has been queued: let this one leave behind it.")
        return Finding("step.too_early", place, template)
    if key not in known and len(known) >= MOST:
        template = N_("A sequence has at most {most} follow-ups.")
        return Finding("step.too_many", place, template, {"most": MOST})
    return None


def _fixed(key: int) -> SurveyError:
    return SurveyError(
        Finding(
            "step.fixed",
            f"step:{key}",
            N_("Texts of this step or of one behind it have been queued, so its place stays."),
        )
    )
