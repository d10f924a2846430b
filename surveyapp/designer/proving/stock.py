"""Formulas kept from one document to the next, under the content that they are made of.

After an edit nearly every formula is the one of before: only those of the parts that changed, and
of what reads these, are made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Lock
from typing import Any

import z3

from surveyapp.designer.proving.domains import Domains
from surveyapp.designer.proving.logic import spent_in
from surveyapp.designer.proving.words import Words

MOST = 20_000
"""So many are kept; then all are made anew."""


class Stock:
    """The formulas of a document and of its edits, in one z3 context; one thread's at a time."""

    def __init__(self, words: Words, faulty: Collection[str]) -> None:
        self.words = words
        self.faulty = frozenset(faulty)
        self.context = z3.Context()
        self.domains = Domains(self.context, words)
        self._meter = z3.SimpleSolver(ctx=self.context)
        self._kept: dict[bytes, Any] = {}

    @property
    def spent(self) -> int:
        """The steps that all its solvers have taken together."""
        return spent_in(self._meter)

    def serves(self, words: Words, faulty: Collection[str]) -> bool:
        """Whether its formulas are those of a document with these words and faulty places."""
        if len(self._kept) > MOST or self.faulty != frozenset(faulty):
            return False
        return self.words.covers(words)

    def kept(self, key: bytes, make: Callable[[], Any]) -> Any:
        """What is made of the content with this key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


class Stocks:
    """A few stocks that wait for the next edit; who takes one has it alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[Stock] = []
        self._lock = Lock()

    def take(self, words: Words, faulty: Collection[str]) -> Stock:
        """A stock for a document with these words and faulty places; an empty one if need be."""
        with self._lock:
            for stock in reversed(self._waiting):
                if stock.serves(words, faulty):
                    self._waiting.remove(stock)
                    return stock
        return Stock(words, faulty)

    def put(self, stock: Stock) -> None:
        """Give it back for the next document."""
        with self._lock:
            self._waiting.append(stock)
            del self._waiting[: -self._most]
