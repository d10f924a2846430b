"""Kinds of long work: a name, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

Result = dict[str, Any] | None


class Progress(Protocol):
    """Told by a job how far it is; raising in it stops the job."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """`step` is an English msgid; `total` 0 means unknown."""


Work = Callable[[dict[str, Any], Progress], Result]
_kinds: dict[str, Work] = {}


def job(kind: str) -> Callable[[Work], Work]:
    """Register a function as the work of jobs of `kind`.

    It gets the job's params and a progress callback, opens its own transactions, and must be
    harmless when run twice (a delivery may be doubled). What it returns is the job's result.
    """

    def register(work: Work) -> Work:
        _kinds[kind] = work
        return work

    return register


def work_of(kind: str) -> Work:
    """The function for `kind`; KeyError for a kind that nobody registered."""
    return _kinds[kind]


def kinds() -> frozenset[str]:
    """Every registered kind."""
    return frozenset(_kinds)
