"""How the pure parts of a report speak: templates marked with `N_`, translated by whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Speech:
    """A language. translate: an English template into it."""

    language: str
    translate: Callable[[str], str]

    def __call__(self, template: str, **values: object) -> str:
        """The sentence, filled in."""
        return self.translate(template).format(**values)

    def text(self, texts: Mapping[str, str] | None) -> str:
        """A text map in this language, else in any that it has."""
        known = texts or {}
        return known.get(self.language) or next((text for text in known.values() if text), "–")


def count(n: int) -> str:
    """A whole number with its thousands apart."""
    return f"{n:,}"
