"""The rule by which a measured number is worth points. Light: pages read it, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FULL = 10.0
"""The most points that anything can have."""


@dataclass(frozen=True)
class Step:
    """Points of a measured number: `full` up to `best`, `off` fewer for every `step` begun.

    better: "lower" (seconds) or "higher" (a rate), the direction in which `best` is reached.
    """

    best: float
    step: float = 1
    full: float = FULL
    off: float = 1
    better: Literal["lower", "higher"] = "lower"
