"""Every part of a document under its place, whatever list it stands in.

A part is whatever has an id and stands in a list. Pages, questions and the parts of the document
itself are named `kind:ID`; what stands in a question, page, experiment or quota `kind:OWNER.ID`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {
    "pages": "page",
    "questions": "question",
    "options": "option",
    "items": "item",
    "checks": "check",
    "screen_outs": "screen_out",
    "dimensions": "dimension",
    "contradictions": "contradiction",
    "computed": "computed",
    "experiments": "experiment",
    "arms": "arm",
    "quotas": "quota",
    "cells": "cell",
    "profiles": "profile",
    "vetoes": "veto",
    "bonuses": "bonus",
    "levels": "level",
    "endings": "ending",
}
"""List → kind of the parts that stand in it."""

FREE = frozenset({"page", "question"})
"""Kinds that are named within the whole document although they stand in another part."""


@dataclass(frozen=True)
class Element:
    """One part. own: its fields without the lists of further parts; owner: place of its owner."""

    place: str
    kind: str
    owner: str
    own: Mapping[str, Any]


def elements(tree: Mapping[str, Any]) -> dict[str, Element]:
    """The parts of a document in its JSON form by place, in document order; itself first."""
    found = {"document": Element("document", "document", "", _own(tree))}
    found.update((one.place, one) for one in _within(tree, "document", ""))
    return found


def _within(part: Mapping[str, Any], place: str, prefix: str) -> Iterator[Element]:
    for name, kind in KINDS.items():
        for inner in part.get(name) or ():
            here = f"{kind}:{'' if kind in FREE else prefix}{inner['id']}"
            yield Element(here, kind, place, _own(inner))
            yield from _within(inner, here, f"{inner['id']}.")


def _own(part: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in part.items() if name not in KINDS}
