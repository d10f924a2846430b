"""What really happens with given answers: the path is walked, and claims are looked up on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from surveyapp.designer.computed import computations
from surveyapp.designer.document import Document, variables_of
from surveyapp.designer.order import Seed
from surveyapp.designer.path import Path, path
from surveyapp.designer.proving.claims import GAPS, Claim
from surveyapp.designer.proving.graph import Cone, Graph
from surveyapp.designer.rules import Answers, Evaluator, Facts, Source, compiled

SEEDS = 32
"""In a shuffled block, so many orders are tried to get past its screen-outs."""


@dataclass(frozen=True)
class Witness:
    """Answers and facts, as few as are needed, that lead to (or past) an element."""

    answers: Answers
    facts: Facts


class Rules:
    """The evaluators of one document, each compiled once."""

    def __init__(self, document: Document) -> None:
        self._computed = computations(document)
        self._kept: dict[tuple[str, str, str], Evaluator] = {}

    def of(self, claim: Claim) -> Evaluator:
        """The evaluator of a claim's rule."""
        return self.made(claim.key, claim.rule)

    def made(self, key: tuple[str, str, str], rule: object) -> Evaluator:
        """The evaluator of the rule with this key."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = compiled(rule, self._computed)
        return found

    def value(self, source: Source, answers: Answers, facts: Facts) -> object:
        """The value of any source."""
        return compiled({source.kind: source.name}, self._computed)(answers, facts)


def part_of(witness: Witness, cone: Cone, graph: Graph) -> Witness:
    """The part of a witness that decides what hangs on a cone."""
    answers = graph.answers_of(cone)
    facts: dict[str, dict[str, object]] = {"customer": {}, "touchpoint": {}}
    for kind, name in cone.sources:
        if kind != "answer" and name in witness.facts.get(kind, {}):
            facts.setdefault(kind, {})[name] = witness.facts[kind][name]
    return Witness({v: a for v, a in witness.answers.items() if v in answers}, facts)


class Replay:
    """The path of one person; of its first pages, where only claims about `most` are asked.

    way: the path, and counting: the answers that count on it, where they are known already.
    """

    def __init__(
        self,
        document: Document,
        witness: Witness,
        rules: Rules,
        seed: Seed | None = None,
        *,
        most: int | None = None,
        way: Path | None = None,
        counting: Mapping[str, object] | None = None,
    ) -> None:
        self.document = document
        self.witness = witness
        self.rules = rules
        self.way = way or path(document, witness.answers, witness.facts, seed, most=most)
        self.facts = witness.facts
        self.counting = self.way.on_path(witness.answers) if counting is None else counting

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(self.way.page_ids)

    @cached_property
    def _last(self) -> int:
        """The number of the page after which the way ended early, else of the last page."""
        ids = [page.id for page in self.document.pages]
        return ids.index(self.way.page_ids[-1]) if self.way.ended else len(ids)

    def outcome(self, claim: Claim) -> bool | None:
        """The answer to a claim; None where it does not arise."""
        return _OUTCOMES[claim.kind](self, claim)

    def holds(self, rule: object, claim: Claim) -> object:
        """The value of the claim's rule with the answers that count."""
        return self.rules.of(claim)(self.counting, self.facts)

    def on_page(self, claim: Claim) -> bool:
        """Whether the page of a claim is on the way, its rule being true."""
        page = self.document.pages[claim.page or 0]
        if page.id in self._pages:
            return True
        if (claim.page or 0) > self._last:
            return False
        there = Claim("page", f"page:{page.id}", page.show, claim.page)
        return page.show is None or self.holds(page.show, there) is True

    def _question_id(self, claim: Claim) -> str:
        return claim.place.partition(":")[2].partition(".")[0]

    def page(self, claim: Claim) -> bool | None:
        """Whether the page is shown."""
        return None if (claim.page or 0) > self._last else self.on_page(claim)

    def question(self, claim: Claim) -> bool | None:
        """Whether the question is shown, where its page is."""
        if not self.on_page(claim):
            return None
        return self._question_id(claim) in self.way.question_ids

    def asks(self, claim: Claim) -> bool:
        """Whether the rule of the claim's question is true."""
        question = self.document.question_by_id[self._question_id(claim)]
        if question.id in self.way.question_ids:
            return True
        there = Claim("question", f"question:{question.id}", question.show, claim.page)
        rule = question.show
        return self.on_page(claim) and (rule is None or self.holds(rule, there) is True)

    def part(self, claim: Claim) -> bool | None:
        """Whether an option or a statement is shown, where its question is asked."""
        if not self.asks(claim):
            return None
        page = self.way.page(self.document.pages[claim.page or 0].id)
        name = self._question_id(claim)
        if page is None or name not in self.way.question_ids:
            return False
        parts = page.offered.get(name) or page.items.get(name) or ()
        return any(part.id == claim.part for part in parts)

    def empty(self, claim: Claim) -> bool | None:
        """Whether nothing is offered, where the question is asked."""
        return self._question_id(claim) not in self.way.question_ids if self.asks(claim) else None

    def required(self, claim: Claim) -> bool | None:
        """Whether the rule is true, where the question is shown."""
        if self._question_id(claim) not in self.way.question_ids:
            return None
        return self.holds(claim.rule, claim) is True

    def violated(self, claim: Claim) -> bool | None:
        """Whether a check is violated, where its question or its page is shown."""
        if claim.question is None:
            there = self.document.pages[claim.page or 0].id in self._pages
        else:
            there = self._question_id(claim) in self.way.question_ids and self._given(claim)
        return self.holds(claim.rule, claim) is False if there else None

    def _given(self, claim: Claim) -> bool:
        """Whether the question of a claim is answered, or takes no answer."""
        own = variables_of(self.document.question_by_id[self._question_id(claim)])
        return not own or any(variable in self.counting for variable in own)

    def ending(self, claim: Claim) -> bool | None:
        """Whether a screen-out is true, where its page is shown."""
        if self.document.pages[claim.page or 0].id not in self._pages:
            return None
        return self.holds(claim.rule, claim) is True

    def true(self, claim: Claim) -> bool | None:
        """Whether a rule about the whole is true."""
        return self.holds(claim.rule, claim) is True

    def computed(self, claim: Claim) -> bool | None:
        """Whether a value is known."""
        return self.holds(claim.rule, claim) is not None

    def missing(self, claim: Claim) -> bool | None:
        """Whether what a text pipes is missing, where the text is shown: a message, where its rule
        is true.
        """
        if claim.question is not None:
            there = self._question_id(claim) in self.way.question_ids
        elif claim.page is not None:
            there = self.document.pages[claim.page].id in self._pages
        else:
            there = self.way.ended is None
        if not there or claim.source is None:
            return None
        if claim.rule is not None and self.holds(claim.rule, claim) is not True:
            return None
        return self.rules.value(claim.source, self.counting, self.facts) is None

    def finished(self, claim: Claim) -> bool | None:
        """Whether the way goes on behind the page."""
        return self.way.ended is None or self._last > (claim.page or 0)


_OUTCOMES: dict[str, Callable[[Replay, Claim], bool | None]] = {
    "page": Replay.page,
    "question": Replay.question,
    "option": Replay.part,
    "item": Replay.part,
    "empty": Replay.empty,
    "require": Replay.required,
    "check": Replay.violated,
    "page_check": Replay.violated,
    "screen_out": Replay.ending,
    "computed": Replay.computed,
    **dict.fromkeys(GAPS, Replay.missing),
    "finish": Replay.finished,
    **dict.fromkeys(("contradiction", "cell", "veto", "bonus", "ending"), Replay.true),
}


def confirms(document: Document, witness: Witness, rules: Rules, claim: Claim, yes: bool) -> bool:
    """Whether the witness really leads to this answer, in some order of what is shuffled."""
    most = None if claim.page is None else claim.page + 1  # what is behind changes nothing
    if Replay(document, witness, rules, most=most).outcome(claim) is yes:
        return True
    if not any(page.block for page in document.pages) or claim.page is None:
        return False
    orders = (Replay(document, witness, rules, seed) for seed in range(SEEDS))
    return any(replay.outcome(claim) is yes for replay in orders)
