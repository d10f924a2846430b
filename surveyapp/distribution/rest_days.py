"""Days without texts: public holidays of a country, weekends, and weekend days that are worked.

Source: the `holidays` package, which follows the yearly notices of China's State Council with
their exchanged days. A year without a notice yet has the statutory holidays only. Pure; the package
is imported on first use.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from surveyapp.findings import N_

RESTS = {
    "": N_("No day is left out"),
    "holidays": N_("Not on public holidays"),
    "weekends": N_("Only on working days"),
}
SATURDAY = 6


@lru_cache(maxsize=64)
def closed(rest: str, country: str, first: date, days: int) -> frozenset[date]:
    """The days without texts among `days` from `first`; country: ISO 3166 code of two letters.

    A country that the package does not know has weekends only.
    """
    if not rest:
        return frozenset()
    every = [first + timedelta(days=k) for k in range(days)]
    off, worked = _calendar(country, first.year - 1, every[-1].year + 1)
    weekends = rest == "weekends"
    return frozenset(
        day
        for day in every
        if day in off or (weekends and day.isoweekday() >= SATURDAY and day not in worked)
    )


@lru_cache(maxsize=64)
def _calendar(country: str, first: int, last: int) -> tuple[frozenset[date], frozenset[date]]:
    """Holidays, and weekend days on which people work."""
    from holidays import country_holidays

    try:
        found = country_holidays(country, years=range(first, last + 1))
    except NotImplementedError:
        return frozenset(), frozenset()
    worked = frozenset(found.weekend_workdays)
    off = frozenset(found)
    return (_with_weekends(off, worked) if country == "CN" else off), worked


def _with_weekends(off: frozenset[date], worked: frozenset[date]) -> frozenset[date]:
    """A notice names whole runs of days: weekend days that touch a holiday belong to it."""
    run, edge = set(off), set(off)
    while edge:
        beside = {day + step for day in edge for step in (timedelta(-1), timedelta(1))}
        edge = {d for d in beside - run if d.isoweekday() >= SATURDAY and d not in worked}
        run |= edge
    return frozenset(run)
