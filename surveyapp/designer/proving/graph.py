"""What each part of a questionnaire depends on, without any solver.

Questions are numbered in document order, and a set of them is a whole number with a bit for each.
The *cone* of a rule is everything that decides whether it is true: the questions that it reads,
those that decide whether these are asked, and so on, with the screen-outs on the way there. Where
only complete answers count, the checks and requirements of their pages join. Those of other pages
change nothing, unless they are dead ends: whatever was answered before, a page can be passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import or_
from typing import NamedTuple

from surveyapp.designer.choices import CHOICES, carry_source
from surveyapp.designer.computed import sound, with_computed
from surveyapp.designer.document import Date, Document, LikertGrid, Page, Question, question_of
from surveyapp.designer.rule_places import runs
from surveyapp.designer.rules import Source

TODAY = Source("survey", "today")
ALWAYS_KNOWN = ("survey", "random")
"""Facts that no response lacks."""


@dataclass(frozen=True)
class Node:
    """A question: its number, its page's, what its visibility and its answers read directly."""

    index: int
    page: int
    question: Question
    reads: tuple[Source, ...]

    @property
    def bit(self) -> int:
        """The set of this question alone."""
        return 1 << self.index


class Constraint(NamedTuple):
    """What complete answers keep to from question number `after` on.

    kind: check or require. touches: the questions that it reads or stands at.
    """

    kind: str
    place: str
    rule: object
    after: int
    page: int
    question: int | None
    touches: int


class Ending(NamedTuple):
    """A screen-out of a page. needs: the questions that decide whether it is true."""

    place: str
    page: int
    rule: object
    needs: int


@dataclass(frozen=True)
class Cone:
    """All that decides a rule: questions (a set), constraints, and every source that is read."""

    mask: int
    constraints: tuple[Constraint, ...]
    sources: tuple[Source, ...]
    endings: tuple[Ending, ...] = ()


@dataclass
class Graph:
    """The dependencies of one document. Rules at `faulty` places count as absent.

    position: a rule at position n may depend on the questions with smaller numbers.
    """

    document: Document
    faulty: Collection[str] = frozenset()
    nodes: list[Node] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reads_kept: dict[int, tuple[object, tuple[Source, ...]]] = {}
        self._numbers: dict[Source, int] = {}
        self._sets: dict[tuple[Source, ...], int] = {}
        self._listed: dict[int, tuple[Source, ...]] = {}
        self._gathered: dict[int, tuple[tuple[Constraint, ...], int]] = {}
        self._answers: dict[int, tuple[Cone, frozenset[str]]] = {}
        self._cones: dict[tuple[int, tuple[Source, ...], int, bool], Cone] = {}
        for number, page in enumerate(self.document.pages):
            shown = self._reads(f"page:{page.id}", page.show)
            for question in page.questions:
                reads = (*shown, *self._question_reads(question))
                node = Node(len(self.nodes), number, question, tuple(dict.fromkeys(reads)))
                self.nodes.append(node)
                self.by_id.setdefault(question.id, node)
            self.ends.append(len(self.nodes))
        self.computed = {
            name: rule
            for name, rule in sound(self.document).items()
            if f"computed:{name}" not in self.faulty
        }
        self._reach: list[int] = []
        self._reach_all()

    @cached_property
    def doubtful(self) -> int:
        """The questions whose visibility hangs on a faulty rule directly."""
        mask, lost = 0, self.lost_from
        for node in self.nodes:
            question, page = node.question, self.pages[node.page]
            parts = (*getattr(question, "options", ()), *getattr(question, "items", ()))
            places = {f"page:{page.id}", f"question:{question.id}"}
            places |= {f"{kind}:{question.id}.{p.id}" for kind in ("option", "item") for p in parts}
            if node.page >= lost or not places.isdisjoint(self.faulty):
                mask |= node.bit
        return mask

    @cached_property
    def lost_from(self) -> int:
        """The first page behind a faulty screen-out: nobody knows who gets there."""
        for number, page in enumerate(self.pages):
            if any(f"screen_out:{page.id}.{o.id}" in self.faulty for o in page.screen_outs):
                return number + 1
        return len(self.pages) + 1

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the document."""
        return self.document.pages

    def begins(self, page: int) -> int:
        """The position of the first question of a page."""
        return self.ends[page - 1] if page else 0

    def sound_rule(self, place: str, rule: object) -> object:
        """The rule, or None where it is faulty."""
        return None if place in self.faulty else rule

    def reads_of(self, rule: object) -> tuple[Source, ...]:
        """Every source that a rule reads, those of computed values in their place."""
        if rule is None:
            return ()
        kept = self._reads_kept.get(id(rule))
        if kept is None:  # the rule is kept, too, so that its address stays its own
            kept = self._reads_kept[id(rule)] = (rule, with_computed(self.document, rule))
        return kept[1]

    def _reads(self, place: str, rule: object) -> tuple[Source, ...]:
        return self.reads_of(self.sound_rule(place, rule))

    def _question_reads(self, question: Question) -> Iterator[Source]:
        name = question.id
        yield from self._reads(f"question:{name}", question.show)
        for option in question.options if isinstance(question, CHOICES) else ():
            yield from self._reads(f"option:{name}.{option.id}", option.show)
        for item in question.items if isinstance(question, LikertGrid) else ():
            yield from self._reads(f"item:{name}.{item.id}", item.show)
        source = carry_source(self.document, question)
        if source is not None:
            yield Source("answer", source.id)
        if isinstance(question, Date) and "today" in (question.earliest, question.latest):
            yield TODAY

    def mask_of(self, sources: Iterable[Source]) -> int:
        """The questions that these sources need, with all that these need."""
        mask = 0
        for kind, name in sources:
            node = self.by_id.get(question_of(name)) if kind == "answer" else None
            if node is not None and node.index < len(self._reach):
                mask |= self._reach[node.index]
        return mask

    def _reach_all(self) -> None:
        """Which questions each question needs, in document order, and what reaching a page needs.

        Pages of one block come in any order, so only what is before the block decides whether
        one of them is reached.
        """
        self.alive: list[int] = []
        self._after: list[int] = []
        before, page = 0, 0
        self._endings: list[Ending] = []
        for run in runs(self.document.pages):
            base = before
            for one in run:
                self.alive.append(base)
                while len(self._reach) < self.ends[page]:
                    node = self.nodes[len(self._reach)]
                    self._reach.append(node.bit | base | self.mask_of(node.reads))
                before |= self._leaving(one, page)
                self._after.append(before)
                page += 1

    def _leaving(self, page: Page, number: int) -> int:
        """The questions that decide whether a page ends the way."""
        mask, within = 0, self.within(number)
        for out in page.screen_outs:
            place = f"screen_out:{page.id}.{out.id}"
            if place not in self.faulty:
                needs = self.mask_of(self.reads_of(out.when)) | within
                self._endings.append(Ending(place, number, out.when, needs))
                mask |= needs
        return mask

    def within(self, page: int) -> int:
        """The questions of a page, with all that they need."""
        mask = 0
        for index in range(self.begins(page), self.ends[page]):
            mask |= self._reach[index]
        return mask

    def finishing(self, page: int = -1) -> int:
        """The questions that decide whether the way goes on behind a page, or the last one."""
        return self._after[page] if self._after else 0

    def needs(self, node: Node) -> int:
        """The question with all the questions that it needs."""
        return self._reach[node.index]

    def page_needs(self, page: int) -> int:
        """The questions that decide whether a page is shown."""
        shown = self.pages[page]
        return self.alive[page] | self.mask_of(self._reads(f"page:{shown.id}", shown.show))

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """Every check that is an error and every rule that requires, in document order."""
        return tuple(self._constraints())

    def _constraints(self) -> Iterator[Constraint]:
        for number, page in enumerate(self.pages):
            for index in range(self.begins(number), self.ends[number]):
                yield from self._of_question(self.nodes[index])
            for check in page.checks:
                place = f"check:{page.id}.{check.id}"
                if check.severity == "error" and place not in self.faulty:
                    touches = self.mask_of(self.reads_of(check.must)) | self.within(number)
                    end = self.ends[number]
                    yield Constraint("check", place, check.must, end, number, None, touches)

    def _of_question(self, node: Node) -> Iterator[Constraint]:
        question, after = node.question, node.index + 1
        rules = [
            ("check", f"check:{question.id}.{check.id}", check.must)
            for check in question.checks
            if check.severity == "error"
        ]
        require = f"question:{question.id}"
        if question.require is not None and not question.required and require not in self.faulty:
            rules.append(("require", require, question.require))
        for kind, place, rule in rules:
            if place not in self.faulty:
                touches = self.mask_of(self.reads_of(rule)) | self.needs(node)
                yield Constraint(kind, place, rule, after, node.page, node.index, touches)

    def cone(
        self, mask: int, reads: Iterable[Source], position: int, *, complete: bool = True
    ) -> Cone:
        """Everything that decides what needs the questions of `mask` and reads `reads`."""
        key = (mask, tuple(reads), position, complete)
        if key not in self._cones:
            self._cones[key] = self._cone(*key)
        return self._cones[key]

    def _cone(self, mask: int, reads: tuple[Source, ...], position: int, complete: bool) -> Cone:
        mask |= self.mask_of(reads)
        waiting, joining = self._until[position] if complete else 0, 0
        new = mask
        while new and waiting:
            near = 0
            for index in self.roots(new):
                near |= self._joining[index]
            near &= waiting
            waiting &= ~near
            joining |= near
            before = mask
            for number in bits(near):
                mask |= self.constraints[number].touches
            new = mask & ~before
        joined, demanded = self._joined(joining)
        endings = tuple(e for e in self._endings if self._on_the_way(e, mask, position))
        read = self._numbers_of(reads) | demanded
        for ending in endings:
            read |= self._numbers_of(self.reads_of(ending.rule))
        for index in self.roots(mask):
            read |= self._read_by[index]
        return Cone(mask, joined, self._sources_in(read), endings)

    def _joined(self, numbers: int) -> tuple[tuple[Constraint, ...], int]:
        """The constraints with these numbers, and the set of the sources that they read."""
        if numbers not in self._gathered:
            found, read = [], 0
            for number in bits(numbers):
                found.append(self.constraints[number])
                read |= self._demanded[number]
            self._gathered[numbers] = tuple(found), read
        return self._gathered[numbers]

    @cached_property
    def _demanded(self) -> list[int]:
        """For each constraint, the set of the sources that it reads."""
        return [self._numbers_of(self.reads_of(c.rule)) for c in self.constraints]

    @cached_property
    def _read_by(self) -> list[int]:
        """For each question, the set of the sources that it and those that it needs read."""
        return self._with_needed([self._numbers_of(node.reads) for node in self.nodes])

    def _with_needed(self, sets: list[int]) -> list[int]:
        """A set for each question, united with those of the questions that it needs."""
        found: list[int] = []
        for index, own in enumerate(sets):
            for needed in self.roots(self._reach[index] & ~(1 << index)):
                own |= found[needed]
            found.append(own)
        return found

    def roots(self, mask: int) -> Iterator[int]:
        """Questions of a set that need all others of it; a set holds what its questions need."""
        while mask:
            index = mask.bit_length() - 1
            yield index
            mask &= ~self._reach[index]

    def _numbers_of(self, sources: tuple[Source, ...]) -> int:
        """Sources as a set: a whole number with a bit for each."""
        found = self._sets.get(sources)
        if found is None:
            found = 0
            for source in sources:
                found |= 1 << self._numbers.setdefault(source, len(self._numbers))
            self._sets[sources] = found
        return found

    def _sources_in(self, numbers: int) -> tuple[Source, ...]:
        """The sources of a set."""
        found = self._listed.get(numbers)
        if found is None:
            every = list(self._numbers)
            found = self._listed[numbers] = tuple(every[n] for n in bits(numbers))
        return found

    def answers_of(self, cone: Cone) -> frozenset[str]:
        """The variables that a cone reads, with the choices before the words behind them."""
        kept = self._answers.get(id(cone))
        if kept is None:  # the cone is kept, too, so that its address stays its own
            read = self.with_choices(cone.sources)
            found = frozenset(name for kind, name in read if kind == "answer")
            kept = self._answers[id(cone)] = (cone, found)
        return kept[1]

    @cached_property
    def _joining(self) -> list[int]:
        """For each question, the constraints that touch it, or one that it needs, on its page."""
        found = [0] * len(self.nodes)
        for number, constraint in enumerate(self.constraints):
            for index in bits(constraint.touches & self.on_page(constraint.page)):
                found[index] |= 1 << number
        return self._with_needed(found)

    @cached_property
    def _until(self) -> list[int]:
        """For each position, the set of the constraints that hold there."""
        begun = [0] * (len(self.nodes) + 1)
        for number, constraint in enumerate(self.constraints):
            begun[constraint.after] |= 1 << number
        return list(accumulate(begun, or_))

    def on_page(self, page: int) -> int:
        """The set of a page's questions."""
        return (1 << self.ends[page]) - (1 << self.begins(page))

    def _on_the_way(self, ending: Ending, mask: int, position: int) -> bool:
        """Whether a screen-out stands before the position, and the set holds all it needs."""
        return position >= self.ends[ending.page] and ending.needs & ~mask == 0

    def with_choices(self, sources: Iterable[Source]) -> tuple[Source, ...]:
        """The sources, and the choices before the words behind their options."""
        found = dict.fromkeys(sources)
        for kind, name in tuple(found):
            if kind == "answer" and question_of(name) != name:
                node = self.by_id[question_of(name)]
                if isinstance(node.question, CHOICES):
                    found[Source("answer", node.question.id)] = None
        return tuple(found)

    def endings(self) -> tuple[Ending, ...]:
        """Every sound screen-out."""
        return tuple(self._endings)

    def members(self, mask: int) -> Iterator[Node]:
        """The questions of a set, in document order."""
        return (self.nodes[index] for index in bits(mask))


def bits(numbers: int) -> Iterator[int]:
    """The numbers in a set, the least first."""
    while numbers:
        low = numbers & -numbers
        yield low.bit_length() - 1
        numbers ^= low
