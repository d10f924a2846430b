"""Witnesses in words: which answers lead to an element."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from surveyapp.designer.document import Document
from surveyapp.designer.phrases import KINDS, PANELS
from surveyapp.designer.places import model_at, split
from surveyapp.designer.proof import Proof, Witness
from surveyapp.designer.proofs import owner
from surveyapp.designer.proving.covering import Way
from surveyapp.designer.rule_sources import choices


@dataclass(frozen=True)
class Led:
    """How one conditional element is reached. answers: pairs of what and value, in words."""

    place: str
    name: str
    answers: tuple[tuple[str, str], ...]
    witness: Witness
    past: tuple[tuple[str, str], ...] | None
    """The answers that do not show it, where there are any."""
    page: str
    """Id of the page that it is on; empty for a contradiction."""


def paths(document: Document, proof: Proof, language: str) -> list[Led]:
    """Each element with a rule, with answers that show it and answers that do not."""
    return [
        Led(
            place,
            place_name(document, place, language),
            in_words(document, witness, language),
            witness,
            in_words(document, proof.hidden[place], language) if place in proof.hidden else None,
            page_of(document, place),
        )
        for place, witness in proof.shown.items()
    ]


ON_WAYS = frozenset({"page", "question", "option", "item", "screen_out"})
"""Kinds of parts that a way meets or misses."""


@dataclass(frozen=True)
class Unmet:
    """Places with a condition that none of some ways shows, and those that all of them show."""

    shown: tuple[str, ...]
    missed: tuple[str, ...]


def unmet(proof: Proof, ways: Iterable[Way]) -> Unmet:
    """What can happen on a way, but on none of `ways`: mostly while an answer is missing."""
    walked = tuple(ways)
    met = {place for way in walked for place in way.met}
    missed = {place for way in walked for place in way.missed}
    return Unmet(_but(proof.shown, met), _but(proof.hidden, missed))


def _but(places: Iterable[str], covered: Collection[str]) -> tuple[str, ...]:
    return tuple(p for p in places if split(p)[0] in ON_WAYS and p not in covered)


def page_of(document: Document, place: str) -> str:
    """Id of the page that a place is on; empty for what is on none."""
    kind, name = split(owner(place))
    if kind == "page":
        return name
    ids = {q.id: page.id for page in document.pages for q in page.questions}
    return ids.get(name, "") if kind == "question" else ""


def in_words(document: Document, witness: Witness, language: str) -> tuple[tuple[str, str], ...]:
    """The witness's answers and facts with the labels of their questions and values."""
    known = choices(document, "document", language)
    given = {f"answer:{name}": value for name, value in witness.answers.items()}
    for kind, facts in witness.facts.items():
        given.update({f"{kind}:{name}": value for name, value in facts.items()})
    pairs = []
    for source, value in given.items():
        choice = known.get(source)
        label = choice.label if choice else split(source)[1]
        values = value if isinstance(value, list) else [value]
        words = [choice.values.get(str(one), str(one)) if choice else str(one) for one in values]
        pairs.append((label, _(", ").join(words)))
    return tuple(pairs)


def named_by(part: Any) -> dict[str, str]:
    """The text that a part is known by, in every language that it has."""
    return getattr(part, "title", None) or getattr(part, "label", None) or {}


def place_name(document: Document, place: str, language: str) -> str:
    """A place for people: its kind and its text."""
    kind, name = split(place)
    if kind in PANELS:
        return str(_(PANELS[kind]))
    owner = f"question:{name.partition('.')[0]}"
    for candidate in (place, f"item:{name}", f"option:{name}", owner):
        part = model_at(document, candidate)
        if part is not None:
            text = document.text(named_by(part), language)
            kind_name = _(KINDS[split(candidate)[0]])
            return str(_("%(kind)s “%(text)s”", kind=kind_name, text=text or name))
    return place
