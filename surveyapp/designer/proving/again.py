"""A walk that takes over from earlier ones of the same person what cannot have changed since.

Whether a question is shown to somebody, and whether their answer to it is accepted, hangs on the
question and on those that it needs alone: on its key (`Keys.whole`). Of a long questionnaire an
edit changes few of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from surveyapp.designer.path import Path, Walk
from surveyapp.designer.path_steps import Step, page_steps
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.replay import Witness

MOST = 4000
"""So much is kept for one person at most; more is of documents that are gone."""


class Memory:
    """What is known of one person, kept with their answers."""

    def __init__(self, by: Witness, wholes: Mapping[int, bytes]) -> None:
        self._wholes = wholes
        self._kept: dict[bytes, bool] = by.__dict__.setdefault("_memory", {})
        if len(self._kept) > MOST:
            self._kept.clear()

    def recall(self, question: object, what: bytes) -> bool | None:
        """What was noted of the question."""
        whole = self._wholes.get(id(question))
        return None if whole is None else self._kept.get(whole + what)

    def note(self, question: object, what: bytes, value: bool) -> None:
        """Keep something for the next time."""
        whole = self._wholes.get(id(question))
        if whole is not None:
            self._kept[whole + what] = value


class Again(Walk):
    """A walk with a memory of which questions are shown."""

    def __init__(self, by: Witness, memory: Memory) -> None:
        super().__init__(by.answers, by.facts)
        self._memory = memory

    def comes(self, step: Step) -> bool:
        """Whether the rule of a question is true."""
        if step.show is None:
            return True
        known = self._memory.recall(step.question, b"")
        if known is None:
            known = super().comes(step)
            self._memory.note(step.question, b"", known)
        return known


def way_again(graph: Graph, by: Witness, memory: Memory, most: int) -> Path:
    """The way over the first pages."""
    walk = Again(by, memory)
    pages = tuple(walk.pages(islice(page_steps(graph.document), most)))
    return Path(pages, walk.ended, graph.document, by.facts)
