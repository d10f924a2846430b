"""A walk that takes over from earlier ones of the same person what cannot have changed since.

What of a page is shown to somebody, and whether their answers to it are accepted, hangs on the page
itself and on those answers before it that its rules read. An edit of a long questionnaire changes
few pages, and for few people what counts of their answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from surveyapp.designer.document import Page
from surveyapp.designer.path import Path, VisiblePage, Walk
from surveyapp.designer.path_steps import PageStep, page_steps
from surveyapp.designer.proving.graph import Graph
from surveyapp.designer.proving.replay import Witness

MOST = 500
"""So many pages are kept for one person at most; more are of documents that are gone."""
SHARED = 20_000
"""So many different ones are kept for all of them."""
_shared: dict[tuple[object, ...], VisiblePage] = {}

Moment = tuple[object, ...]
"""The content of a page, and the answers before it that its rules read, as they count."""

Faults = tuple[tuple[str, str], ...]
"""Variables, each with the code of what is wrong with its answer."""


@dataclass(frozen=True)
class PageKey:
    """What decides what is seen of a page, by whoever it is."""

    content: bytes
    reads: tuple[str, ...]


class Memory:
    """What is known of one person, kept with their answers."""

    def __init__(self, by: Witness) -> None:
        self._seen: dict[Moment, VisiblePage | None] = by.__dict__.setdefault("_seen", {})
        self._wrong: dict[Moment, Faults] = by.__dict__.setdefault("_wrong", {})
        if len(self._seen) > MOST:
            self._seen.clear()
            self._wrong.clear()
        self._now: dict[int, Moment] = {}

    def at(self, page: Page, key: PageKey, counting: Mapping[str, object]) -> Moment:
        """Remember at which moment a page is."""
        values = [counting.get(name) for name in key.reads]
        found = (key.content, *(tuple(v) if isinstance(v, list) else v for v in values))
        self._now[id(page)] = found
        return found

    def knows(self, moment: Moment) -> bool:
        """Whether the page was seen, or skipped, at such a moment."""
        return moment in self._seen

    def recall(self, moment: Moment) -> VisiblePage | None:
        """What was seen of it."""
        return self._seen[moment]

    def note(self, moment: Moment, seen: VisiblePage | None) -> VisiblePage | None:
        """Keep it for the next time; whoever sees the same keeps the same object."""
        self._seen[moment] = seen and _one_of_all(moment[0], seen)
        return self._seen[moment]

    def wrong(self, page: Page, find: Callable[[], Faults]) -> Faults:
        """What is wrong with the answers to a page; looked for once at such a moment."""
        moment = self._now.get(id(page))
        if moment is None:
            return find()
        if moment not in self._wrong:
            self._wrong[moment] = find()
        return self._wrong[moment]


def _one_of_all(content: object, seen: VisiblePage) -> VisiblePage:
    offered = [tuple(option.id for option in of) for of in seen.offered.values()]
    items = [tuple(item.id for item in of) for of in seen.items.values()]
    if len(_shared) > SHARED:
        _shared.clear()
    return _shared.setdefault((content, seen.asked, seen.required, *offered, *items), seen)


class Again(Walk):
    """A walk with a memory of what is seen of each page."""

    def __init__(self, by: Witness, memory: Memory, keys: Mapping[int, PageKey]) -> None:
        super().__init__(by.answers, by.facts)
        self._memory = memory
        self._keys = keys

    def page(self, step: PageStep) -> VisiblePage | None:
        """The page as it is seen; None where it is skipped."""
        key = self._keys.get(id(step.page))
        if key is None:
            return super().page(step)
        moment = self._memory.at(step.page, key, self._seen)
        if not self._memory.knows(moment):
            return self._memory.note(moment, super().page(step))
        page = self._memory.recall(moment)
        if page is not None:
            self._seen |= page.counting(self._answers)
            self._there |= {name: {o.id for o in of} for name, of in page.offered.items() if of}
        return page


def way_again(
    graph: Graph, by: Witness, memory: Memory, most: int, keys: Mapping[int, PageKey]
) -> tuple[Path, Mapping[str, object]]:
    """The way over the first pages, and the answers that count on it."""
    walk = Again(by, memory, keys)
    pages = tuple(walk.pages(islice(page_steps(graph.document), most)))
    return Path(pages, walk.ended, graph.document, by.facts), walk.counting
