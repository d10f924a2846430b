"""The population of a study: the filter that says which customers may be asked. Pure.

It is stored as JSON on the study and copied to every design, so that a draw can always say what
it was drawn from. Opted-out, erased and unreachable customers are never in it; that is no option.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from surveyapp.distribution.populations import rules
from surveyapp.findings import N_, Finding, SurveyError

LISTS = {
    "cities": "city",
    "product_lines": "product_line",
    "tiers": "tier",
    "value_tiers": "value_tier",
    "life_cycles": "life_cycle",
    "stores": "store",
}
"""Filter → the customer's attribute; an empty list means all."""
REACHES = {"phone": N_("By phone"), "email": N_("By e-mail"), "either": N_("By phone or e-mail")}
"""How a study reaches people → its name. Who has no such address is not in the population."""
DAYS = ("bought_within_days", "not_contacted_for_days")
LONGEST = 3650
"""Days; ten years."""


@dataclass(frozen=True)
class Population:
    """bought_within_days: last purchase at most so many days ago, None: any time. consented:
    only who agreed to be asked. not_contacted_for_days: nobody who got a text more recently,
    None: no limit. The lists name values of an attribute; empty: all. rule: of a saved population
    (`populations.rules`), None: none. reach: one of REACHES.
    """

    bought_within_days: int | None = 90
    consented: bool = True
    not_contacted_for_days: int | None = 30
    cities: tuple[str, ...] = ()
    product_lines: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    value_tiers: tuple[str, ...] = ()
    life_cycles: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    rule: dict[str, Any] | None = None
    reach: str = "phone"

    def as_json(self) -> dict[str, Any]:
        """The stored form; `read` gives the same population back. The usual reach is not named:
        studies from before it could be chosen say the same.
        """
        stored = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        if self.reach == "phone":
            del stored["reach"]
        return stored


def read(stored: Mapping[str, Any]) -> Population:
    """The population of a stored filter; SurveyError names everything that is wrong with it."""
    if not stored:
        raise SurveyError(
            Finding(
                "study.no_population",
                "population",
                N_("The study has no population yet: say which customers may be asked."),
            )
        )
    if found := list(findings(stored)):
        raise SurveyError(*found)
    values: dict[str, Any] = {k: tuple(v) if k in LISTS else v for k, v in stored.items()}
    return Population(**values)


def findings(stored: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with a stored filter."""
    for name, value in stored.items():
        if name in DAYS:
            yield from _days(name, value)
        elif name in LISTS:
            yield from _list(name, value)
        elif name == "rule":
            yield from rules.check(value) if value is not None else ()
        elif name == "reach":
            if value not in REACHES:
                yield _wrong(name, N_("{filter} must be phone, email or either."))
        elif name == "consented":
            if not isinstance(value, bool):
                yield _wrong(name, N_("{filter} must be yes or no."))
        else:
            yield _wrong(name, N_("There is no filter {filter} for customers."), "unknown_filter")


def _days(name: str, value: object) -> Iterator[Finding]:
    if value is None:
        return
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST:
        yield _wrong(name, N_("{filter} must be a whole number of days from 1 to 3650, or empty."))


def _list(name: str, value: object) -> Iterator[Finding]:
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        yield _wrong(name, N_("{filter} must be a list of names."))


def _wrong(name: str, template: str, code: str = "bad_value") -> Finding:
    return Finding(f"population.{code}", f"population:{name}", template, {"filter": name})
