"""One element of a SurveyJS file while it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from surveyapp.designer.formats.draft import Draft, Part
from surveyapp.designer.formats.translation import Variable

Element = Mapping[str, Any]
Words = Callable[[object, str], dict[str, str]]


class Reading:
    """One element being read."""

    def __init__(self, element: Element, place: str, draft: Draft, words: Words) -> None:
        self.element = element
        self.place = place
        self.draft = draft
        self.words = words
        self.name = str(element.get("name") or "question")
        self.title = words(element.get("title") or self.name, place)
        self.made: list[Part] = []

    def add(self, kind: str, variable: Variable | None = None, **fields: Any) -> Part:
        """A question of ours from the element; `variable` says how conditions read it."""
        made = self.draft.question(
            self.name, kind, self.place, title=self.title,
            help=self.words(self.element.get("description"), self.place),
            required=self.element.get("isRequired") is True and kind != "information", **fields,
        )  # fmt: skip
        if variable is not None:
            self.know(made, variable)
        self.made.append(made)
        return made

    def know(self, made: Part, variable: Variable) -> Variable:
        """Let later conditions read the question by its name in the file."""
        known = Variable(made["id"], variable.kind, variable.values)
        return self.draft.know(self.name, known)

    def number(self, key: str) -> float | None:
        """A property that is a number."""
        value = self.element.get(key)
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                return None
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return value if fits and abs(value or 0) < 1e15 else None


def many(value: object) -> list[Any]:
    """A list; an empty one instead of anything else."""
    return value if isinstance(value, list) else []


def listed(value: object) -> list[Element]:
    """The objects of a list; none of anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def at_least(reading: Reading, made: Part, least: int, message: object = None) -> None:
    """At least so many are chosen."""
    rule = {">=": [{"count": [{"answer": made["id"]}]}, least]}
    words = reading.words(message, reading.place)
    made.setdefault("checks", []).append({"id": "at_least", "must": rule, "message": words})
