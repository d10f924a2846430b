"""Labels as statistics programs take them: cut to their limits, in whole characters."""

from __future__ import annotations

from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Text


def cut(text: str, limit: int) -> str:
    """As much of the text as fits `limit` bytes of UTF-8, in whole characters."""
    return text.encode()[:limit].decode(errors="ignore")


def label_of(variable: Variable, language: str, limit: int) -> str:
    """The variable's label in `language`, else in any."""
    return cut(variable.text(language), limit)


def said(text: Text, language: str) -> str:
    """A value's label in `language`, else in any; empty where there is none."""
    return text.get(language) or next(iter(text.values()), "")
