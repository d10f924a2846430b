"""Whether a questionnaire says what it asks: missing texts, unclear wording, unfair scales.

Everything but a missing text is a rule of thumb: it warns or informs and never blocks. Each module
is one concept; how often the rules are right is measured on a labelled corpus
(`python -m benchmarks wording`). Rules of style know Chinese and English, the others any language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from surveyapp.designer.document import Document
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


def check_wording(document: Document) -> list[Finding]:
    """Every finding about the texts of the document: what is missing first, then its style."""
    style = (finding for check in _CHECKS for finding in check(document))
    return [*presence.check(document), *once(style)]


__all__ = ["Wording", "check_wording", "wordings"]
