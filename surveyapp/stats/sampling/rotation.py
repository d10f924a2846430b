"""Panels with rotation: groups enter one after the other, stay, rest, and may come again.

A pattern stay-away-again such as 4-8-4 (the Current Population Survey) has a group in for 4 waves,
out for 8 and in for 4 more. Every wave then holds the same number of groups, each at another age
(Rao & Graham 1964, Journal of the American Statistical Association 59), and what a wave shares with
another depends on their distance only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from surveyapp.stats.sampling.replicates import Drawn


@dataclass(frozen=True)
class Pattern:
    """Waves that a group is in, out, and in again; ValueError for what never is in."""

    stay: int
    away: int = 0
    again: int = 0

    def __post_init__(self) -> None:
        if self.stay < 1 or self.away < 0 or self.again < 0:
            raise ValueError("a group stays for at least one wave")

    @property
    def ages(self) -> tuple[int, ...]:
        """Waves since a group's entry in which it is in."""
        late = range(self.stay + self.away, self.stay + self.away + self.again)
        return (*range(self.stay), *late)


def schedule(pattern: Pattern, waves: int) -> list[tuple[int, ...]]:
    """Per wave the groups that are in it, numbered from 1 by their entry.

    The panel begins in its steady state: the first wave has a group of every age, so that its
    waves can be compared from the start.
    """
    if waves < 1:
        raise ValueError("a panel has at least one wave")
    entries = [[wave - age for age in pattern.ages] for wave in range(1, waves + 1)]
    used = sorted({entry for wave in entries for entry in wave})
    number = {entry: place for place, entry in enumerate(used, start=1)}
    return [tuple(sorted(number[entry] for entry in wave)) for wave in entries]


def groups(planned: Sequence[tuple[int, ...]]) -> int:
    """How many groups a schedule needs."""
    return max(group for wave in planned for group in wave)


def overlap(planned: Sequence[tuple[int, ...]]) -> list[list[Fraction]]:
    """Row s, column t: the share of the groups of wave s that are in wave t, too."""
    found = [set(wave) for wave in planned]
    return [[Fraction(len(s & t), len(s)) for t in found] for s in found]


def block(n: int, parts: int, group: int) -> range:
    """Places of a group (from 1) among n in random order; the groups differ by one at most."""
    if not 1 <= group <= parts:
        raise ValueError(f"group {group} of {parts}")
    return range(n * (group - 1) // parts, n * group // parts)


def group_members(order: Sequence[Drawn], parts: int, wanted: Sequence[int]) -> list[Drawn]:
    """The members of some groups of a draw in random order, with the chance that this gives them.

    Each was drawn with π and is in with m / n, m being the places of those groups.
    """
    places = [place for group in sorted(wanted) for place in block(len(order), parts, group)]
    share = Fraction(len(places), len(order)) if order else Fraction(0)
    return [(order[place][0], order[place][1] * share) for place in places]
