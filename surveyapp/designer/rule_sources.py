"""What a rule may read: the answers before its place, and what is known of the customer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from surveyapp.designer.document import (
    Document,
    Likert,
    LikertGrid,
    Multiple,
    Nps,
    Question,
    Single,
    variables_of,
)
from surveyapp.designer.facts import Type, attributes
from surveyapp.designer.places import split
from surveyapp.designer.rule_types import type_of_question
from surveyapp.findings import N_

ATTRIBUTE_NAMES = {
    "customer:city": N_("City"),
    "customer:store": N_("Store of the customer"),
    "customer:product_line": N_("Product line bought"),
    "customer:tier": N_("Customer tier"),
    "customer:spend": N_("Spend"),
    "customer:purchases": N_("Number of purchases"),
    "customer:last_purchase": N_("Last purchase"),
    "customer:language": N_("Language of the customer"),
    "touchpoint:store": N_("Store of the touchpoint"),
    "touchpoint:label": N_("Name of the touchpoint"),
    "touchpoint:channel": N_("Channel of the touchpoint"),
    "survey:today": N_("Day of answering"),
    "survey:language": N_("Language spoken"),
    "survey:mode": N_("Way of answering"),
}
GROUPS = {
    "customer": N_("Customer"),
    "touchpoint": N_("Touchpoint"),
    "survey": N_("Answering"),
}
VALUE_NAMES = {
    "appliance": N_("Appliances"),
    "fresh_food": N_("Fresh food"),
    "digital": N_("Digital devices"),
    "home": N_("Home and living"),
    "apparel": N_("Clothing"),
    "high": N_("High"),
    "middle": N_("Middle"),
    "low": N_("Low"),
    "zh-Hans": N_("Chinese"),
    "en": N_("English"),
    "link": N_("Personal link"),
    "qr": N_("QR code"),
    "kiosk": N_("Kiosk"),
    "interviewer": N_("Interviewer"),
}


@dataclass(frozen=True)
class SourceChoice:
    """A source that a rule may read. group: the page it is on; values: value → label, if listed."""

    id: str
    label: str
    group: str
    type: Type
    values: dict[str, str]


def choices(document: Document, place: str, language: str) -> dict[str, SourceChoice]:
    """Every source for the rule at `place`, by its id, in document order, attributes last."""
    found = {choice.id: choice for choice in _answers(document, place, language)}
    for kind, known in attributes(document).items():
        for name, type_ in known.items():
            key = f"{kind}:{name}"
            if key in ATTRIBUTE_NAMES:
                values = {v: _(VALUE_NAMES[v]) if v in VALUE_NAMES else v for v in type_.options}
                label = _(ATTRIBUTE_NAMES[key])
                found[key] = SourceChoice(key, label, _(GROUPS[kind]), type_, values)
    return found


def _answers(document: Document, place: str, language: str) -> Iterator[SourceChoice]:
    kind, name = split(place)
    for number, page in enumerate(document.pages, 1):
        if kind == "page" and page.id == name:
            return
        group = f"{number}. {document.text(page.title, language)}".strip()
        for question in page.questions:
            if kind == "question" and question.id == name:
                return
            yield from _of_question(document, question, group, language)


def _of_question(
    document: Document, question: Question, group: str, language: str
) -> Iterator[SourceChoice]:
    title = document.text(question.title, language) or question.id
    labels = dict.fromkeys(variables_of(question), title)
    if isinstance(question, LikertGrid):
        labels = {
            f"{question.id}.{item.id}": document.text(item.label, language) or item.id
            for item in question.items
        }
    values = value_labels(document, question, language)
    for variable, label in labels.items():
        yield SourceChoice(f"answer:{variable}", label, group, type_of_question(question), values)


def value_labels(document: Document, question: Question, language: str) -> dict[str, str]:
    """The values that can be chosen for a question, with their labels; empty when any can."""
    if isinstance(question, Single | Multiple):
        return {o.id: document.text(o.label, language) or o.id for o in question.options}
    if isinstance(question, Likert | LikertGrid):
        labels = question.scale.labels
        points = range(1, question.scale.points + 1)
        texts = {p: document.text(labels.get(p, {}), language) for p in points}
        return {str(p): f"{p} – {text}" if text else str(p) for p, text in texts.items()}
    if isinstance(question, Nps):
        return {str(point): str(point) for point in range(11)}
    return {}
