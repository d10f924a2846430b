"""How many collected answers a change touches: told by the package that keeps the answers.

The designer stands below answering, so it knows no responses; answering hands it a counter when the
application starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flask import current_app

from surveyapp.designer.classification import Judged

EXTENSION = "designer.answers"


@dataclass(frozen=True)
class Wanted:
    """Answers to count under `place`: responses with `variable`, and with `option` if given."""

    place: str
    variable: str
    option: str = ""


@dataclass(frozen=True)
class Counts:
    """Responses by place of a change and by version id; all: every response of the versions."""

    by_place: Counter[str] = field(default_factory=Counter)
    all: int = 0


class AnswerCounter(Protocol):
    """Counts responses of versions (ids) that hold at least one of the answers of a place."""

    def __call__(self, version_ids: Sequence[int], wanted: Sequence[Wanted]) -> Counts:
        """Responses by place, each counted once there."""
        ...


def counted(version_ids: Sequence[int], judged: Iterable[Judged]) -> Counts:
    """How many responses to these versions each change touches."""
    counter: AnswerCounter | None = current_app.extensions.get(EXTENSION)
    wanted = {
        Wanted(one.change.place, variable, one.option)
        for one in judged
        for variable in one.variables
    }
    if counter is None or not version_ids:
        return Counts()
    return counter(version_ids, sorted(wanted, key=lambda one: (one.place, one.variable)))
