"""States of one document that share the parts in which they are the same.

What is worked out of a question is kept with the question (`kept`), and two states are compared
by what they do not share; of hundreds of questions an edit changes one or two.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from surveyapp.designer.document import Document, Page, Question

Kept = TypeVar("Kept")


def sharing(before: Document, after: Document) -> Document:
    """`after`, made of the very pages and questions of `before` wherever they are equal."""
    pages = {page.id: page for page in before.pages}
    shared = tuple(_page(pages.get(page.id), page, before) for page in after.pages)
    return after.model_copy(update={"pages": shared})


def _page(old: Page | None, page: Page, before: Document) -> Page:
    if old == page:
        return old
    questions = tuple(_question(before.question_by_id.get(one.id), one) for one in page.questions)
    return page.model_copy(update={"questions": questions})


def _question(old: Question | None, question: Question) -> Question:
    return old if old is not None and old == question else question


def kept(part: Any, name: str, key: Hashable, make: Callable[[], Kept]) -> Kept:
    """What `make` gives, worked out once for a frozen part as long as `key` stays the same."""
    last: tuple[Hashable, Kept] | None = part.__dict__.get(name)
    if last is None or last[0] != key:
        last = part.__dict__[name] = key, make()
    return last[1]
