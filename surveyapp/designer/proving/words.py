"""Texts as numbers: those that options and rules name, then a few others for each way to write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from surveyapp.designer.answer_forms import parse
from surveyapp.designer.answers import check_question
from surveyapp.designer.document import Document, LongText, Page, Photo, ShortText
from surveyapp.designer.facts import Type, attributes
from surveyapp.designer.parts import Id
from surveyapp.designer.rule_places import PlacedRule, rules_of, rules_on
from surveyapp.designer.rule_types import variable_types
from surveyapp.designer.rules import Source, kind_of, parts_of, sources
from surveyapp.designer.sharing import kept

MISSING: tuple[Id, ...] = ("dont_know", "not_applicable", "refused")


class Words:
    """Text ↔ number. `named` come first; there are enough others that any texts may differ."""

    def __init__(self, named: Iterable[str], fresh: int) -> None:
        self.named = tuple(dict.fromkeys(named))
        known = set(self.named)
        others = [text for text in _others(fresh + len(known)) if text not in known]
        self.others = _enough(others, fresh)
        self.texts = (*self.named, *self.others)
        self.code = {text: code for code, text in enumerate(self.texts)}

    def covers(self, other: Words) -> bool:
        """Whether these words say all that others say: a text more changes nothing."""
        return len(self.others) >= len(other.others) and set(other.named) <= set(self.named)


def _others(count: int) -> Iterator[str]:
    """Texts of every form that a question may ask for."""
    for number in range(count):
        yield chr(0x7532 + number)
        yield f"a{number}@example.com"
        yield f"{13800000000 + number}"
        yield str(number % 10) if number < 10 else str(number)


def _enough(others: Sequence[str], fresh: int) -> tuple[str, ...]:
    return tuple(others[: 4 * fresh])


def words_of(document: Document, faulty: Iterable[str] = ()) -> Words:
    """The words of a document: what its options, missing answers, facts and sound rules name."""
    skipped = set(faulty)
    said = [rule for rule in _said_in(document) if rule.place not in skipped]
    return Words(_named(document, said), fresh=1 + _free(document, said))


class Said(NamedTuple):
    """What a rule names: texts and sources."""

    place: str
    texts: tuple[str, ...]
    read: tuple[Source, ...]


def _said(rules: Iterable[PlacedRule]) -> tuple[Said, ...]:
    return tuple(Said(p.place, tuple(_literals(p.rule)), sources(p.rule)) for p in rules)


def _said_in(document: Document) -> Iterator[Said]:
    """What each rule names; that of a page is kept with the page."""
    for page in document.pages:
        yield from kept(page, "_said", (), partial(_said_on, page))
    yield from _said(rules_of(document.model_copy(update={"pages": ()})))


def _said_on(page: Page) -> tuple[Said, ...]:
    return _said(rules_on(page))


def _named(document: Document, rules: Iterable[Said]) -> Iterator[str]:
    for type_ in _types(document):
        yield from type_.options
    yield from MISSING
    for rule in rules:
        yield from rule.texts


def _types(document: Document) -> Iterator[Type]:
    yield from variable_types(document).values()
    for facts in attributes(document).values():
        yield from facts.values()


def _free(document: Document, rules: Iterable[Said]) -> int:
    """How many sources of free text the rules read: so many others let all of them differ."""
    types = variable_types(document)
    facts = attributes(document)
    read = {source for rule in rules for source in rule.read}
    return sum(_is_text(source, types, facts) for source in read)


def _is_text(source: Source, types: dict[str, Type], facts: dict[str, dict[str, Type]]) -> bool:
    known = types if source.kind == "answer" else facts.get(source.kind, {})
    return source.name in known and known[source.name].kind == "text"


def _literals(rule: object) -> Iterator[str]:
    waiting = [rule]
    while waiting:
        node = waiting.pop()
        parts = parts_of(node)
        if kind_of(node) == "text":
            yield str(node)
        waiting.extend(parts[1] if parts else node if isinstance(node, list) else ())


@lru_cache(maxsize=20_000)
def _accepts(kind: str, most: int, form: str, text: str) -> bool:
    made = (
        LongText(id="q", max_length=most)
        if kind == "long_text"
        else ShortText(id="q", max_length=most, format=form)
    )
    answer = {"q": text}
    return parse(made, answer) == answer and not check_question(made, answer)


def accepts(question: object, text: str) -> bool:
    """Whether a text may be an answer to the question, or the words behind one of its options."""
    if isinstance(question, Photo):
        return text.isalnum()
    if isinstance(question, LongText):
        return _accepts("long_text", question.max_length, "", text)
    if isinstance(question, ShortText):
        return _accepts("short_text", question.max_length, question.format, text)
    return _accepts("short_text", 200, "any", text)
