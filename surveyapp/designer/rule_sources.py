"""What a rule may read at its place: the answers before it, facts, and computed values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from surveyapp.customers.own.known import definitions
from surveyapp.designer.choices import CHOICES, all_options
from surveyapp.designer.computed import with_computed
from surveyapp.designer.document import (
    Csat,
    Document,
    Likert,
    LikertGrid,
    Question,
    Text,
    missing_of,
    scale_ends,
    variables_of,
)
from surveyapp.designer.facts import Type, attributes
from surveyapp.designer.places import split
from surveyapp.designer.rule_places import AFTER_OWN
from surveyapp.designer.rule_types import type_checker, type_of_variable
from surveyapp.designer.sharing import kept
from surveyapp.findings import N_

MISSING_NAMES = {
    "dont_know": N_("Don’t know"),
    "not_applicable": N_("Not applicable"),
    "refused": N_("Prefer not to say"),
}
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


def choices(
    document: Document, place: str, language: str, field: str = "show"
) -> dict[str, SourceChoice]:
    """Every source for the rule at `place`, by its id, in document order, facts last."""
    every = _every(document, language)
    readable = readable_at(document, place, field)
    if readable is None:
        return every
    return {key: choice for key, choice in every.items() if _is_readable(document, key, readable)}


def _every(document: Document, language: str) -> dict[str, SourceChoice]:
    """Every source of the document, kept with the (frozen) document itself."""
    name = f"_sources_{language}_{get_locale()}"
    every: dict[str, SourceChoice] | None = document.__dict__.get(name)
    if every is None:
        every = {choice.id: choice for choice in _answers(document, language)}
        every |= {choice.id: choice for choice in _computed(document, language)}
        every |= {choice.id: choice for choice in _facts(document)}
        every |= {choice.id: choice for choice in _random(document, language)}
        document.__dict__[name] = every
    return every


def readable_at(document: Document, place: str, field: str = "show") -> frozenset[str] | None:
    """The variables that a rule at `place` may read; None where it may read all."""
    kind, name = split(place)
    owner = name.partition(".")[0]
    if kind not in ("page", "question", "option", "item", "check", "screen_out"):
        return None
    found: list[str] = []
    for page in document.pages:
        if kind == "page" and page.id == owner:
            break
        ids = [question.id for question in page.questions]
        if kind != "screen_out" and owner in ids:
            last = ids.index(owner) + (field in AFTER_OWN)
            found += [v for q in page.questions[:last] for v in variables_of(q)]
            break
        found += [v for question in page.questions for v in variables_of(question)]
        if kind in ("check", "screen_out") and page.id == owner:
            break
    return frozenset(found)


def _is_readable(document: Document, key: str, readable: frozenset[str]) -> bool:
    kind, name = split(key)
    if kind == "answer":
        return name in readable
    read = with_computed(document, {"computed": name}) if kind == "computed" else ()
    return all(source.name in readable for source in read if source.kind == "answer")


def _facts(document: Document) -> Iterator[SourceChoice]:
    for kind, known in attributes(document).items():
        for name, type_ in known.items():
            key = f"{kind}:{name}"
            if key in ATTRIBUTE_NAMES:
                values = {v: _(VALUE_NAMES[v]) if v in VALUE_NAMES else v for v in type_.options}
                yield SourceChoice(key, _(ATTRIBUTE_NAMES[key]), _(GROUPS[kind]), type_, values)
            elif own := definitions().get(name):
                yield SourceChoice(key, own.label, _(GROUPS[kind]), type_, own.labels())


def _random(document: Document, language: str) -> Iterator[SourceChoice]:
    for one in document.experiments:
        values = {arm.id: document.text(arm.label, language) or arm.id for arm in one.arms}
        label = document.text(one.title, language) or one.id
        type_ = Type("choice", tuple(values))
        yield SourceChoice(f"random:{one.id}", label, _("Random groups"), type_, values)


def _computed(document: Document, language: str) -> Iterator[SourceChoice]:
    known = type_checker(document).known["computed"]
    for one in document.computed:
        label = document.text(one.title, language) or one.id
        type_ = known.get(one.id)
        if type_ is not None and type_.kind in ("number", "choice", "text", "date", "boolean"):
            values = {name: name for name in type_.options} if type_.kind == "choice" else {}
            yield SourceChoice(f"computed:{one.id}", label, _("Computed values"), type_, values)


def _answers(document: Document, language: str) -> Iterator[SourceChoice]:
    for number, page in enumerate(document.pages, 1):
        group = f"{number}. {document.text(page.title, language)}".strip()
        for question in page.questions:
            yield from _kept_of(document, question, group, language)


def _kept_of(
    document: Document, question: Question, group: str, language: str
) -> Iterable[SourceChoice]:
    """Those of a question, kept with it unless it takes the options of another one along."""
    if getattr(question, "carry", None):
        return _of_question(document, question, group, language)
    key = group, language, document.default_language, str(get_locale())
    return kept(
        question, "_sources", key, lambda: [*_of_question(document, question, group, language)]
    )


def _of_question(
    document: Document, question: Question, group: str, language: str
) -> Iterator[SourceChoice]:
    title = document.text(question.title, language) or question.id
    values = value_labels(document, question, language)
    items = {i.id: i for i in question.items} if isinstance(question, LikertGrid) else {}
    for variable in variables_of(question):
        type_ = type_of_variable(question, variable, document)
        inner = variable.partition(".")[2]
        label, listed = title, values
        if inner in items:
            label = document.text(items[inner].label, language) or inner
        elif inner:
            label = _("%(question)s: words for “%(option)s”", question=title, option=values[inner])
            listed = {}
        yield SourceChoice(f"answer:{variable}", label, group, type_, listed)


def value_labels(document: Document, question: Question, language: str) -> dict[str, str]:
    """The values that can be chosen for a question, with their labels; empty when any can."""
    if isinstance(question, CHOICES):
        options = all_options(document, question)
        return {o.id: document.text(o.label, language) or o.id for o in options}
    ends = scale_ends(question)
    if ends is None:
        return {}
    texts = {p: document.text(t, language) for p, t in point_labels(question).items()}
    points = [(p, texts.get(p, "")) for p in range(ends[0], ends[1] + 1)]
    found = {str(p): f"{p} – {text}" if text else str(p) for p, text in points}
    return found | {name: str(_(MISSING_NAMES[name])) for name in missing_of(question)}


def point_labels(question: Question) -> dict[int, Text]:
    """The labels of a rating's points, of those that have one."""
    if isinstance(question, Likert | LikertGrid):
        return question.scale.labels
    return question.labels if isinstance(question, Csat) else {}
