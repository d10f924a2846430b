"""Entries of the library: a question, a scale, or a block of pages, with where it is from.

`source` names an entry in the `origin` of what was made from it: `library:question.nps` is built
in, `team:17` the team's own; in a block `#id` follows, the question's id within the entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from surveyapp.designer.document import Dimension, Page, Question, Scale
from surveyapp.designer.parts import Part, Text

KINDS = ("block", "question", "scale")
Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-z0-9_]{1,60}$")]


class Entry(Part):
    """One entry. Exactly one of `question`, `scale` and `pages` is its content.

    revision: rises with every change of the content. locked: words and scale are to stay as they
    are, so that results can be compared. team: number in the team's library, 0 when built in.
    """

    key: Key
    kind: Literal["question", "scale", "block"]
    revision: Annotated[int, Field(ge=1)] = 1
    name: Text = {}
    about: Text = {}
    tags: tuple[str, ...] = ()
    citation: str = ""
    locked: bool = False
    question: Question | None = None
    scale: Scale | None = None
    pages: tuple[Page, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    team: int = 0

    @property
    def source(self) -> str:
        """The name under which an origin refers to it."""
        return f"team:{self.team}" if self.team else f"library:{self.key}"

    @cached_property
    def words(self) -> str:
        """Everything that a search looks through, in small letters."""
        texts = [*self.name.values(), *self.about.values(), *self.tags, self.key, self.citation]
        for question in self.questions():
            texts += question.title.values()
            for part in (*getattr(question, "options", ()), *getattr(question, "items", ())):
                texts += part.label.values()
        for label in (self.scale.labels if self.scale else {}).values():
            texts += label.values()
        return "\n".join(texts).lower()

    def questions(self) -> Iterator[Question]:
        """Its questions; none for a scale."""
        if self.question is not None:
            yield self.question
        for page in self.pages:
            yield from page.questions

    def origin(self, question: str = "") -> dict[str, Any]:
        """The origin of what is made from it; `question` is the id within a block."""
        return {
            "source": f"{self.source}#{question}" if question else self.source,
            "revision": self.revision,
            "citation": self.citation,
            "locked": self.locked,
        }


def entry_of(source: str, entries: Mapping[str, Entry]) -> Entry | None:
    """The entry that an origin's source names."""
    return entries.get(source.partition("#")[0])


def question_in(entry: Entry, source: str) -> Question | None:
    """The question of the entry that an origin's source names."""
    wanted = source.partition("#")[2]
    questions = list(entry.questions())
    if not wanted:
        return questions[0] if entry.kind == "question" else None
    return next((question for question in questions if question.id == wanted), None)
