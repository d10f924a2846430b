"""Every text of a document that a person reads, in document order, with its address.

The wording check, the translation desk and the files for translators all walk through this one
list, so that none of them can overlook a kind of part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surveyapp.designer.document import Document, Page, Question, Text
from surveyapp.designer.questions import Csat, scale_ends
from surveyapp.findings import N_, Term

TITLE, LABEL, HELP = Term(N_("text")), Term(N_("label")), Term(N_("help text"))
INTRODUCTION, THANK_YOU = Term(N_("introduction")), Term(N_("thank-you text"))
LOW, HIGH = Term(N_("label of the low end")), Term(N_("label of the high end"))
STATEMENT, UNIT = Term(N_("statement to agree to")), Term(N_("unit"))
MESSAGE = Term(N_("message"))


class Wording(NamedTuple):
    """A text of the document: where it is, which it is, and which point of a scale it labels.

    field: its path within the part at `place` (`title`, `scale.labels.3`). needed: the customer
    cannot do without it.
    """

    place: str
    field: str
    what: Term
    text: Text
    needed: bool = True
    point: int | None = None

    @property
    def key(self) -> str:
        """Address of the text: `PLACE/field`."""
        return f"{self.place}/{self.field}"


def wordings(document: Document) -> Iterator[Wording]:
    """Every text that a person sees, in document order."""
    yield Wording("document", "title", TITLE, document.title)
    yield Wording("document", "introduction", INTRODUCTION, document.introduction, needed=False)
    for page in document.pages:
        yield from _of_page(page)
    yield Wording("document", "thank_you", THANK_YOU, document.thank_you, needed=False)
    for ending in document.endings:
        yield Wording(f"ending:{ending.id}", "message", MESSAGE, ending.message)
    for kind, parts in (
        ("dimension", document.dimensions),
        ("contradiction", document.contradictions),
    ):
        for part in parts:
            yield Wording(f"{kind}:{part.id}", "title", TITLE, part.title)
    yield from _of_the_rest(document)


def _of_page(page: Page) -> Iterator[Wording]:
    yield Wording(f"page:{page.id}", "title", TITLE, page.title, needed=False)
    for question in page.questions:
        yield from _of_question(question, f"question:{question.id}")
    for check in page.checks:
        yield Wording(f"check:{page.id}.{check.id}", "message", MESSAGE, check.message)
    for end in page.screen_outs:
        place = f"screen_out:{page.id}.{end.id}"
        yield Wording(place, "title", TITLE, end.title, needed=False)
        yield Wording(place, "message", MESSAGE, end.message, needed=False)


def _of_question(question: Question, place: str) -> Iterator[Wording]:
    yield Wording(place, "title", TITLE, question.title)
    yield Wording(place, "help", HELP, question.help, needed=False)
    for option in getattr(question, "options", ()):
        yield Wording(f"option:{question.id}.{option.id}", "label", LABEL, option.label)
    for name, what in (("low", LOW), ("high", HIGH)):
        if hasattr(question, name):
            needed = question.type != "stars"
            yield Wording(place, name, what, getattr(question, name), needed)
    yield from _of_scale(question, place)
    for item in getattr(question, "items", ()):
        yield Wording(f"item:{question.id}.{item.id}", "label", LABEL, item.label)
    if question.type == "consent":
        yield Wording(place, "statement", STATEMENT, question.statement)
    if question.type == "number":
        yield Wording(place, "unit", UNIT, question.unit, needed=False)
    for check in question.checks:
        yield Wording(f"check:{question.id}.{check.id}", "message", MESSAGE, check.message)


def _of_scale(question: Question, place: str) -> Iterator[Wording]:
    """The labels of a scale's points; the ends are needed, of a CSAT question all."""
    scale = getattr(question, "scale", None)
    labels = scale.labels if scale else getattr(question, "labels", None)
    ends = scale_ends(question)
    if labels is None or ends is None:
        return
    low, high = ends
    needed = set(range(low, high + 1)) if isinstance(question, Csat) else {low, high}
    path = "scale.labels" if scale else "labels"
    for point in sorted(needed | set(labels)):
        label = labels.get(point, {})
        yield Wording(place, f"{path}.{point}", LABEL, label, point in needed, point)


def _of_the_rest(document: Document) -> Iterator[Wording]:
    """Names that staff read: of groups, quotas, roles and levels."""
    for experiment in document.experiments:
        yield _name(f"experiment:{experiment.id}", experiment.title)
        for arm in experiment.arms:
            yield _name(f"arm:{experiment.id}.{arm.id}", arm.label, "label")
    for quota in document.quotas:
        yield _name(f"quota:{quota.id}", quota.title)
        for cell in quota.cells:
            yield _name(f"cell:{quota.id}.{cell.id}", cell.label, "label")
    for kind, parts in (
        ("computed", document.computed),
        ("profile", document.profiles),
        ("veto", document.vetoes),
        ("bonus", document.bonuses),
        ("level", document.levels),
        ("ending", document.endings),
    ):
        for part in parts:
            yield _name(f"{kind}:{part.id}", part.title)


def _name(place: str, text: Text, field: str = "title") -> Wording:
    return Wording(place, field, TITLE, text, needed=False)
