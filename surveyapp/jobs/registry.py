"""Kinds of long work: a name, the function that does it, and the lane in which it waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

LONG, SOON = "jobs", "soon"
"""Lanes: work of minutes, and what must not wait behind it. Each is done one after the other."""
Result = dict[str, Any] | None


class Progress(Protocol):
    """Told by a job how far it is; raising in it stops the job."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`step` is an English msgid; `total` 0 means unknown."""


Work = Callable[[dict[str, Any], Progress], Result]
_kinds: dict[str, Work] = {}
_lanes: dict[str, str] = {}


def job(kind: str, lane: str = LONG) -> Callable[[Work], Work]:
    """Register a function as the work of jobs of `kind`.

    It gets the job's params and a progress callback, opens its own transactions, and must be
    harmless when run twice (a delivery may be doubled). What it returns is the job's result.
    """

    def register(work: Work) -> Work:
        _kinds[kind], _lanes[kind] = work, lane
        return work

    return register


def work_of(kind: str) -> Work:
    """The function for `kind`; KeyError for a kind that nobody registered."""
    return _kinds[kind]


def lane_of(kind: str) -> str:
    """The lane of a kind; LONG for one that nobody registered here."""
    return _lanes.get(kind, LONG)


def kinds(lane: str = "") -> frozenset[str]:
    """Every registered kind, or those of one lane."""
    return frozenset(kind for kind in _kinds if lane in ("", _lanes[kind]))
