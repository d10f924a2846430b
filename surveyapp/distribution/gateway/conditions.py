"""Weather on the line: the faults that the gateway injects, so that tests and demos meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from surveyapp.findings import N_

NAMES = {
    "latency": N_("Delay of each answer"),
    "throttle": N_("Answered: too fast"),
    "error_after_accept": N_("Taken, answered with an error"),
    "hang_after_accept": N_("Taken, never answered"),
    "hang_before": N_("Neither taken nor answered"),
    "hang_seconds": N_("Length of a silence"),
    "undelivered": N_("Not delivered by the carrier"),
    "receipt_delay": N_("Longest wait for a receipt"),
    "duplicate": N_("Receipts that come twice"),
    "shuffle": N_("Receipts out of order"),
    "lose_receipt": N_("Receipts that never come"),
}
SECONDS = {"latency", "hang_seconds", "receipt_delay"}
LONGEST = 120.0


@dataclass(frozen=True)
class Conditions:
    """Shares are probabilities from 0 to 1; times are seconds.

    latency: added to each answer. throttle: share answered 429. error_after_accept: share taken
    and answered 500. hang_after_accept: share taken and not answered for hang_seconds; hang_before:
    the same, but not taken. undelivered: share that the carrier reports as undelivered.
    receipt_delay: longest time until a receipt. duplicate: share of receipts that come twice.
    shuffle: share of receipts that overtake the one before. lose_receipt: share that never come.
    """

    latency: float = 0.0
    throttle: float = 0.0
    error_after_accept: float = 0.0
    hang_after_accept: float = 0.0
    hang_before: float = 0.0
    hang_seconds: float = 40.0
    undelivered: float = 0.0
    receipt_delay: float = 1.0
    duplicate: float = 0.0
    shuffle: float = 0.0
    lose_receipt: float = 0.0

    def changed(self, values: Mapping[str, object]) -> Conditions:
        """These with `values` in place; ValueError names what cannot be."""
        known = {field.name for field in fields(self)}
        if unknown := set(values) - known:
            raise ValueError(f"unknown conditions: {', '.join(sorted(unknown))}")
        return replace(self, **{name: _number(name, value) for name, value in values.items()})

    def as_json(self) -> dict[str, float]:
        """Name → value."""
        return asdict(self)


def _number(name: str, value: object) -> float:
    most = LONGEST if name in SECONDS else 1.0
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise ValueError(f"{name} must be a number from 0 to {most:g}")
    return number
