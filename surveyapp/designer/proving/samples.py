"""Random respondents: whole, valid ways through a questionnaire, the same for the same seed.

What one of them meets needs no solver: it is possible. What none of them meets is left to the
solver. They also stand for people who choose at random where an expected length is computed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveyapp.designer.answers import check
from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.document import (
    Consent,
    Date,
    Document,
    LikertGrid,
    Multiple,
    Number,
    Question,
    Ranking,
    missing_of,
    scale_ends,
)
from surveyapp.designer.facts import Type, attributes
from surveyapp.designer.path import Path, Walk
from surveyapp.designer.path_steps import Step, page_steps
from surveyapp.designer.proving.graph import ALWAYS_KNOWN
from surveyapp.designer.proving.replay import Witness
from surveyapp.designer.proving.words import accepts
from surveyapp.designer.rule_places import rules_of
from surveyapp.designer.rules import Facts, Source, is_date, kind_of, parts_of, source_of

ROUNDS = 8
"""How often a respondent mends what is wrong with the answers before giving up."""
TRIES = 6
"""So many are drawn at most for each that is wanted."""
TEXTS = ("甲", "乙丙", "12", "a@example.com", "13800000000")
DAY = date(2026, 7, 1)
"""About the day on which imaginary respondents answer."""


@dataclass(frozen=True)
class Respondent:
    """A whole way: complete and valid answers, the facts, and the path that they give."""

    witness: Witness
    way: Path


class Crowd:
    """Makes respondents of one document. Values that rules name are chosen more often than chance
    would, unless they are to be `uniform`.
    """

    def __init__(self, document: Document, seed: int, *, uniform: bool = False) -> None:
        self._document = document
        self._draw = random.Random(seed)  # noqa: S311 - the same every time
        self._facts = attributes(document)
        self._hints: Mapping[Source, Sequence[object]] = {} if uniform else hints(document)
        self._uniform = uniform
        self._options = {
            question.id: tuple(option.id for option in all_options(document, question))
            for question in document.questions()
            if isinstance(question, CHOICES)
        }

    def varied(self, count: int) -> Iterator[Respondent]:
        """About so many of them, only a few of whom are screened out on the way."""
        out = 0
        for one in self.respondents(TRIES * count):
            out += one.way.ended is not None
            if one.way.ended is None or out <= count // 4:
                yield one
                count -= one.way.ended is None
            if not count:
                return

    def respondents(self, count: int) -> Iterator[Respondent]:
        """Up to `count` of them; those who find no valid answers are left out."""
        for _ in range(count):
            made = self.respondent()
            if made is not None:
                yield made

    def respondent(self) -> Respondent | None:
        """Somebody who answers from the first page to the last."""
        return self.completed(Witness({}, self.facts()), frozenset())

    def completed(self, begun: Witness, fixed: frozenset[str]) -> Respondent | None:
        """The answers begun, and whatever else the way then asks for; `fixed` variables stay."""
        facts = self._with_certain(begun.facts)
        answers: dict[str, object] = dict(begun.answers)
        skipped: set[str] = set()
        for _ in range(ROUNDS):
            way = self._walk(answers, facts, fixed, skipped)
            wrong = self._wrong(way, answers)
            if not wrong:
                return Respondent(Witness(way.on_path(answers), facts), way)
            if not self._mend(way, answers, wrong - fixed, skipped):
                return None
        return None

    def _with_certain(self, facts: Facts) -> Facts:
        """The facts, with those that nobody lacks."""
        drawn = self._drawn(ALWAYS_KNOWN)
        return {**facts, **{kind: {**drawn[kind], **facts.get(kind, {})} for kind in drawn}}

    def _walk(
        self, answers: dict[str, object], facts: Facts, fixed: frozenset[str], skipped: set[str]
    ) -> Path:
        """The way of somebody who answers what is asked, as soon as it is."""
        walk = _Answering(self, answers, facts, fixed, skipped)
        return Path(
            tuple(walk.pages(page_steps(self._document))), walk.ended, self._document, facts
        )

    def willing(self) -> bool:
        """Whether somebody answers what may be left out."""
        return self._uniform or self._draw.random() < 0.7

    def _wrong(self, way: Path, answers: Mapping[str, object]) -> set[str]:
        found = check(self._document, way, answers)
        return {f.place.partition(":")[2] for f in found if f.severity == "error"}

    def _mend(
        self, way: Path, answers: dict[str, object], wrong: set[str], skipped: set[str]
    ) -> bool:
        """Forget what is wrong, and the answers of a page that is wrong as a whole."""
        pages = {page.page.id: page for page in way.pages}
        found = set(wrong)
        for name in wrong & pages.keys():
            found |= set(pages[name].variables)
        for variable in found:
            answers.pop(variable, None)
            skipped.discard(variable)
        return bool(found)

    def facts(self) -> dict[str, dict[str, object]]:
        """What is known of somebody: each attribute of the customer four times in five."""
        return self._drawn(self._facts)

    def _drawn(self, kinds: Iterable[str]) -> dict[str, dict[str, object]]:
        return {
            kind: {
                name: self._fact(Source(kind, name), type_)
                for name, type_ in self._facts[kind].items()
                if kind in ALWAYS_KNOWN or self._draw.random() < 0.8
            }
            for kind in kinds
        }

    def _fact(self, source: Source, type_: Type) -> object:
        named = self._hinted(source)
        if named is not None:
            return named
        if type_.kind == "choice":
            return self._draw.choice(type_.options)
        if type_.kind == "boolean":
            return self._draw.choice((True, False))
        if type_.kind == "number":
            return self._draw.randint(0, 1000)
        if type_.kind == "date":
            return date.fromordinal(DAY.toordinal() + self._draw.randint(-200, 200)).isoformat()
        return self._draw.choice(TEXTS)

    def _hinted(self, source: Source) -> object:
        named = self._hints.get(source, ())
        return self._draw.choice(named) if named and self._draw.random() < 0.6 else None

    def value(self, question: Question, variable: str, offered: Sequence[str]) -> object:
        """Some answer; `offered` are the options there are."""
        if isinstance(question, CHOICES) and variable == question.id:
            return self._chosen(question, offered or self._options[question.id])
        missing = missing_of(question)
        if missing and not self._uniform and self._draw.random() < 0.15:
            return self._draw.choice(missing)
        named = self._hinted(Source("answer", variable))
        if named is not None and _fits(question, named):
            return named
        return self._plain(question, variable)

    def _chosen(self, question: Any, offered: Sequence[str]) -> object:
        if isinstance(question, Ranking):
            order = self._draw.sample(list(offered), len(offered))
            return order[: question.at_most or len(order)]
        if not isinstance(question, Multiple):
            named = self._hinted(Source("answer", question.id))
            return named if named in offered else self._draw.choice(offered)
        alone = {o.id for o in question.options if o.exclusive or o.missing}
        first = self._draw.choice(offered)
        if first in alone:
            return [first]
        others = {o for o in offered if o not in alone and self._draw.random() < 0.5} - {first}
        kept = [first, *others][: question.at_most or len(offered)]
        return [o for o in offered if o in kept]

    def _plain(self, question: Question, variable: str) -> object:
        if isinstance(question, Consent):
            return True
        if ends := scale_ends(question):
            return self._draw.randint(*ends)
        if isinstance(question, Number):
            return self._number(question)
        if isinstance(question, Date):
            return self._day(question)
        if isinstance(question, (*CHOICES, LikertGrid)):
            return self._draw.choice(TEXTS)
        fitting = [text for text in TEXTS if accepts(question, text)]
        return self._draw.choice(fitting or TEXTS)

    def _number(self, question: Number) -> object:
        low = 0 if question.minimum is None else question.minimum
        high = low + 100 if question.maximum is None else question.maximum
        low = high - 100 if question.minimum is None and low > high else low
        scale = 10**question.decimals
        first, last = round(low * scale), round(high * scale)
        count = self._draw.randint(min(first, last), max(first, last))
        return count / scale if count % scale else count // scale

    def _day(self, question: Date) -> str:
        first = _ordinal(question.earliest, DAY.toordinal() - 200)
        last = _ordinal(question.latest, max(DAY.toordinal(), first))
        return date.fromordinal(self._draw.randint(min(first, last), last)).isoformat()


class _Answering(Walk):
    """A walk of somebody who answers what is asked and has no answer yet."""

    def __init__(
        self,
        crowd: Crowd,
        answers: dict[str, object],
        facts: Facts,
        fixed: frozenset[str],
        skipped: set[str],
    ) -> None:
        super().__init__(answers, facts)
        self._crowd = crowd
        self._given = answers
        self._fixed = fixed
        self._skipped = skipped

    def answer(self, step: Step, variable: str) -> object:
        """The answer that there is, or one that is drawn now."""
        found = super().answer(step, variable)
        if found is not None or variable in self._fixed or variable in self._skipped:
            return found
        if not self.requires(step) and not self._crowd.willing():
            self._skipped.add(variable)
            return None
        offered = self.offers(step) if variable == step.question.id and step.options else ()
        value = self._given[variable] = self._crowd.value(step.question, variable, offered)
        return value


def _ordinal(day: str | None, otherwise: int) -> int:
    try:
        return date.fromisoformat(day or "").toordinal()
    except ValueError:
        return otherwise


def _fits(question: Question, value: object) -> bool:
    """Whether a value that a rule names is one that the question could have."""
    if ends := scale_ends(question):
        return isinstance(value, int) and ends[0] <= value <= ends[1]
    if isinstance(question, Date):
        return is_date(value)
    if isinstance(question, Number):
        return kind_of(value) == "number"
    return isinstance(value, str) and accepts(question, value)


def hints(document: Document) -> dict[Source, list[object]]:
    """Source → the values that rules compare it with, and those next to them."""
    found: dict[Source, dict[object, None]] = {}
    for _, _, rule in rules_of(document):
        waiting = [rule]
        while waiting:
            node = waiting.pop()
            parts = parts_of(node)
            if parts is None:
                continue
            waiting += parts[1]
            read = [s for operand in parts[1] if (s := source_of(operand))]
            values = [v for operand in parts[1] for v in _near(operand)]
            for source in read if len(read) == 1 else ():
                found.setdefault(source, {}).update(dict.fromkeys(values))
    return {source: list(values) for source, values in found.items() if values}


def _near(operand: object) -> Iterator[object]:
    for value in operand if isinstance(operand, list) else (operand,):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield from (value, value - 1, value + 1)
        elif isinstance(value, str):
            yield value
