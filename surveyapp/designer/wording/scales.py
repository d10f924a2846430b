"""Scales: as many good as bad answers, in order, the middle named, all in the same direction.

Only labels whose side is known (`polarity`) are judged; a scale with one that is not is left alone.
A choice whose answers are all such labels is a scale too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from surveyapp.designer.document import Document, Question, Text
from surveyapp.designer.wording.polarity import one_sided, polarity
from surveyapp.findings import N_, Finding

MAX_POINTS_TO_NAME = 7
"""Scales with more points than this are read as numbers; their middle needs no word."""


class Verbal(NamedTuple):
    """A scale of words: the labels of its points, lowest number first."""

    place: str
    language: str
    labels: list[str]

    @property
    def sides(self) -> list[float] | None:
        """How good each label is; None where one is unknown."""
        found = [polarity(label, self.language) for label in self.labels]
        known = [side for side in found if side is not None]
        return known if len(known) == len(found) else None


def check(document: Document) -> Iterator[Finding]:
    """Findings about the scales of the document."""
    for question in document.questions():
        yield from _middle(question)
    verbal = [scale for question in document.questions() for scale in _verbal(document, question)]
    for scale in verbal:
        yield from _balance(scale)
        yield from _order(scale)
    yield from _directions(verbal)


def _middle(question: Question) -> Iterator[Finding]:
    scale = getattr(question, "scale", None)
    if scale is None or scale.points % 2 == 0 or scale.points > MAX_POINTS_TO_NAME:
        return
    middle = (scale.points + 1) // 2
    if not any(scale.labels.get(middle, {}).values()):
        template = N_(
            "Point {point} is the middle and has no label: for some it means “neither”, for others"
            " “no answer”. Name it."
        )
        place, params = f"question:{question.id}", {"point": middle}
        yield Finding("wording.unlabelled_middle", place, template, params, "warning")


def _verbal(document: Document, question: Question) -> Iterator[Verbal]:
    texts = _labels(question)
    for language in document.languages:
        labels = [text.get(language, "") for text in texts]
        if len(labels) >= 3 and all(labels):
            yield Verbal(f"question:{question.id}", language, labels)


def _labels(question: Question) -> list[Text]:
    scale = getattr(question, "scale", None)
    labels: Mapping[int, Text] = scale.labels if scale else getattr(question, "labels", {})
    if question.type == "single":
        return [option.label for option in question.options if option.missing is None]
    return [labels[point] for point in sorted(labels)]


def _balance(scale: Verbal) -> Iterator[Finding]:
    sides = scale.sides
    if sides is None or one_sided(scale.labels, scale.language):
        return
    good, bad = sum(side > 0 for side in sides), sum(side < 0 for side in sides)
    if good != bad and good + bad > 1:
        template = N_(
            "{good} answers are good and {bad} bad; offer as many of each, or the scale decides for"
            " the customer."
        )
        params = {"good": good, "bad": bad}
        yield Finding("wording.unbalanced_scale", scale.place, template, params, "warning")


def _order(scale: Verbal) -> Iterator[Finding]:
    sides = scale.sides
    if sides is None or one_sided(scale.labels, scale.language):
        return
    if sides in (sorted(sides), sorted(sides, reverse=True)):
        return
    template = N_("The labels are not in order from bad to good; sort them.")
    yield Finding("wording.scale_order", scale.place, template, {}, "warning")


def _directions(verbal: list[Verbal]) -> Iterator[Finding]:
    """Scales that run against most of the others."""
    rising = {
        scale.place: sides[0] < sides[-1]
        for scale in verbal
        if (sides := scale.sides) and sides[0] * sides[-1] < 0
    }
    counted = Counter(rising.values())
    if len(counted) < 2:
        return
    usual = counted[True] >= counted[False]
    for place, way in rising.items():
        if way != usual:
            template = N_(
                "This scale runs from good to bad and others from bad to good, or the other way"
                " round; people miss the change. Turn it."
            )
            yield Finding("wording.scale_direction", place, template, {}, "warning")
