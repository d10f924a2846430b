"""Whether a questionnaire says what it asks: missing texts, unclear wording, unfair scales.

Everything but a missing text is a rule of thumb: it warns or informs and never blocks. Each module
is one concept; how often the rules are right is measured on a labelled corpus
(`python -m benchmarks wording`). Rules of style know Chinese and English, the others any language.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from typing import Any

from surveyapp.designer.document import Document, Question
from surveyapp.designer.sharing import kept
from surveyapp.designer.wording import (
    joined,
    leading,
    length,
    negation,
    options,
    presence,
    ranges,
    readability,
    scales,
    terms,
    vagueness,
)
from surveyapp.designer.wording.sentences import once
from surveyapp.designer.wording.texts import Wording, wordings
from surveyapp.findings import Finding

_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    length.check,
    readability.check,
    joined.check,
    leading.check,
    negation.check,
    vagueness.check,
    terms.check,
    scales.check,
    options.check,
    ranges.check,
)


KEPT = 32
_found: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()


def check_wording(document: Document) -> list[Finding]:
    """Every finding about the texts of the document: what is missing first, then its style.

    Kept for the latest documents: most edits change no words.
    """
    key = _all_but_rules(document)
    found = _found.get(key)
    if found is None:
        style = (finding for check in _CHECKS for finding in check(document))
        found = _found[key] = (*presence.check(document), *once(style))
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return list(found)


_RULES: Any = {
    "show": True,
    "require": True,
    "options": {"__all__": {"show"}},
    "items": {"__all__": {"show"}},
    "checks": {"__all__": {"must"}},
}


def _all_but_rules(document: Document) -> bytes:
    """A digest of the document without its rules, which no check here reads."""
    digest = blake2b(document.model_dump_json(exclude=_REST).encode())
    for page in document.pages:
        digest.update(b"\0")
        for question in page.questions:
            digest.update(kept(question, "_all_but_rules", (), partial(_dumped, question)))
    return digest.digest()


_WHEN: Any = {"__all__": {"when"}}
_REST: Any = {
    "pages": {
        "__all__": {
            "questions": True,
            "show": True,
            "checks": {"__all__": {"must"}},
            "screen_outs": _WHEN,
        }
    },
    "computed": {"__all__": {"value"}},
    "contradictions": _WHEN,
    "quotas": {"__all__": {"cells": _WHEN}},
    "vetoes": _WHEN,
    "bonuses": _WHEN,
    "endings": _WHEN,
}


def _dumped(question: Question) -> bytes:
    return question.model_dump_json(exclude=_RULES).encode()


__all__ = ["Wording", "check_wording", "wordings"]
