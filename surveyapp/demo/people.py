"""Simulated customers with known behaviours, so that screening can be held against the truth.

A person has an overall satisfaction and one per dimension (normal, correlated), from which every
scored answer follows with noise: items of one dimension agree, reversed ones disagree. What kind
of respondent the person is decides what they really tick and how long they take:

genuine reads and answers · speeding taps something in a fraction of the time · straight_lining
ticks one column throughout, reversed statements included · contradictory says what the
questionnaire declares cannot both be meant · abandoning stops half-way · silent never opens the
link · opting_out replies with an opt-out word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from surveyapp.designer.document import (
    Bonus,
    Document,
    Likert,
    LikertGrid,
    LongText,
    Multiple,
    Nps,
    Number,
    Question,
    ShortText,
    Single,
    Veto,
)

KINDS: Mapping[str, float] = {
    "genuine": 0.68,
    "speeding": 0.022,
    "straight_lining": 0.022,
    "contradictory": 0.016,
    "abandoning": 0.05,
    "opting_out": 0.01,
    "silent": 0.20,
}
"""Share of each kind among the people who get a text."""

PLANTED = ("speeding", "straight_lining", "contradictory")
"""Kinds whose completed answers screening is meant to find."""

SHARED, OWN, NOISE = 0.75, 0.45, 0.5
CUTS = {5: (-1.75, -1.0, -0.25, 0.85)}
COMMENTS = (
    ("师傅准时上门，讲解很清楚。", "The technician was on time and explained everything clearly."),
    ("配件等了一个星期，太久了。", "Waiting a week for a spare part is too long."),
    ("客服态度很好，问题当天就解决了。", "Friendly staff, and it was solved the same day."),
    ("转了三次才找到负责人。", "I was passed on three times before someone took charge."),
    ("安装费用事先没有说明。", "Nobody told me about the installation fee beforehand."),
    ("整体不错，希望回访更及时。", "Good overall; a quicker follow-up would help."),
)


@dataclass
class Person:
    """One simulated customer. `seed` decides everything."""

    seed: int
    kind: str
    satisfaction: float = 0.0
    _dimensions: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - a simulation must be repeatable
        self.satisfaction = self._random.gauss(0.45, 1.0)
        self._column = self._random.choice((1, 3, 4, 5, 5))

    def feeling(self, dimension: str | None) -> float:
        """Latent satisfaction with one dimension (standard normal scale)."""
        if not dimension:
            return self.satisfaction
        if dimension not in self._dimensions:
            self._dimensions[dimension] = self._random.gauss(0, 1)
        return SHARED * self.satisfaction + OWN * self._dimensions[dimension]

    def answers(self, document: Document, question: Question) -> dict[str, Any]:
        """What this person ticks or types for `question`: variable → value."""
        if self.kind == "speeding":
            return dict(self._anything(document, question))
        return dict(self._felt(document, question))

    def seconds(self, expected: float) -> float:
        """How long this person takes for what an attentive one does in `expected` seconds."""
        if self.kind == "speeding":
            return expected * self._random.uniform(0.05, 0.2)
        if self.kind == "straight_lining":
            return expected * self._random.uniform(0.35, 0.7)
        return expected * min(3.0, max(0.65, self._random.lognormvariate(0.05, 0.3)))

    def stops_after(self, pages: int) -> int:
        """How many pages this person fills in."""
        return self._random.randrange(1, max(2, pages - 1)) if self.kind == "abandoning" else pages

    def _felt(self, document: Document, question: Question) -> Iterator[tuple[str, Any]]:
        match question:
            case LikertGrid():
                for item in question.items:
                    value = self._scaled(question.scale.points, item.dimension, item.reverse)
                    yield f"{question.id}.{item.id}", value
            case Likert():
                value = self._scaled(question.scale.points, question.dimension, question.reverse)
                yield question.id, value
            case Nps():
                yield question.id, self._likelihood()
            case Multiple() if named := options_named(document.bonuses, question):
                yield question.id, self._happened(question, named)
            case Single() | Multiple() | Number():
                yield question.id, self._chosen(question)
            case LongText() | ShortText() if self._random.random() < 0.35:
                language = 0 if document.default_language == "zh-Hans" else 1
                yield question.id, self._random.choice(COMMENTS)[language]

    def _scaled(self, points: int, dimension: str | None, reverse: bool) -> int:
        if self.kind == "straight_lining":
            return min(self._column, points)
        felt = self.feeling(dimension) + self._random.gauss(0, NOISE)
        cuts = CUTS.get(points) or [-2 + 4 * i / points for i in range(1, points)]
        value = 1 + sum(felt > cut for cut in cuts)
        return points + 1 - value if reverse else value

    def _likelihood(self) -> int:
        if self.kind == "straight_lining":
            return {1: 0, 3: 5, 4: 8, 5: 10}[self._column]
        return round(min(10, max(0, 7.6 + 1.7 * self.satisfaction + self._random.gauss(0, 0.8))))

    def _chosen(self, question: Single | Multiple | Number) -> Any:
        """Facts follow from feelings, so that a genuine person does not contradict themselves."""
        match question:
            case Number():
                unhappy = max(0.0, -self.feeling("first_contact"))
                low = int(question.minimum or 0)
                most = int(question.maximum if question.maximum is not None else low + 10)
                return min(most, low + round(unhappy * 1.6))
            case Single() if [option.id for option in question.options] == ["yes", "partly", "no"]:
                felt = self.feeling("resolution")
                return "yes" if felt > -0.6 else "partly" if felt > -1.5 else "no"
            case Single():
                return self._random.choice(question.options).id
        several = [option.id for option in question.options if not option.exclusive]
        count = self._random.choice((1, 1, 2, 2, 3))
        chosen = set(self._random.sample(several, min(count, len(several))))
        return [option.id for option in question.options if option.id in chosen]

    def _happened(self, question: Multiple, bonuses: list[str]) -> list[str]:
        """What the staff did beyond their duty: more often for the satisfied. Nobody who reads the
        question reports a veto: the simulated company keeps its promises.
        """
        chance = min(0.5, max(0.03, 0.2 + 0.12 * self.satisfaction))
        found = [option for option in bonuses if self._random.random() < chance]
        return found or [option.id for option in question.options if option.exclusive][:1]

    def _anything(self, document: Document, question: Question) -> Iterator[tuple[str, Any]]:
        match question:
            case LikertGrid():
                for item in question.items:
                    value = self._random.randint(1, question.scale.points)
                    yield f"{question.id}.{item.id}", value
            case Likert():
                yield question.id, self._random.randint(1, question.scale.points)
            case Nps():
                yield question.id, self._random.randint(0, 10)
            case Single() | Multiple() | Number():
                yield question.id, self._chosen(question)


def options_named(rules: Iterable[Bonus | Veto], question: Multiple) -> list[str]:
    """The options of the question that one of the rules asks for, in document order."""
    asked = [
        operands[0]
        for rule in rules
        for operator, operands in rule.when.items()
        if operator == "in" and operands[1] == {"answer": question.id}
    ]
    return [option.id for option in question.options if option.id in asked]


def planted(document: Document, person: Person) -> dict[str, Any]:
    """Answers that make one of the declared contradictions true; empty for honest people.

    Only conjunctions of comparisons with literals are made true; which one is the person's.
    """
    if person.kind != "contradictory":
        return {}
    usable = [wanted for c in document.contradictions if (wanted := _literal(c.when))]
    return usable[person.seed % len(usable)] if usable else {}


def _literal(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Answers that make a conjunction of comparisons true; empty when it is something else."""
    parts = rule.get("and", [rule])
    found: dict[str, Any] = {}
    for part in parts:
        (operator, operands), *_ = part.items()
        source = operands[0].get("answer") if isinstance(operands[0], dict) else None
        if operator not in {"==", "<=", ">="} or source is None:
            return {}
        found[source] = operands[1]
    return found


def kind_of(seed: int) -> str:
    """Which kind of respondent the person with this seed is."""
    draw = Random(f"kind {seed}").random()  # noqa: S311 - a simulation must be repeatable
    for kind, share in KINDS.items():
        if draw < share:
            return kind
        draw -= share
    return "silent"
