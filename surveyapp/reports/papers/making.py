"""From facts to the document: cover, summary, body, appendix. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from surveyapp.findings import N_
from surveyapp.reports.numerals import percent
from surveyapp.reports.papers.appendix import appendix
from surveyapp.reports.papers.body import body
from surveyapp.reports.papers.facts import Facts
from surveyapp.reports.papers.model import Cover, Document, Seal
from surveyapp.reports.papers.questions import questions
from surveyapp.reports.papers.speech import Speech, count
from surveyapp.reports.papers.summary import summary


def document(facts: Facts, say: Speech) -> Document:
    """The report in the language of `say`."""
    of = facts.provenance
    told = not facts.withheld and facts.figures["n"] > 0
    return Document(
        language=say.language,
        cover=_cover(facts, say),
        summary=summary(facts, say),
        body=(*body(facts, say), *questions(facts, say)) if told else (),
        appendix=tuple(appendix(facts, say)),
        seal=Seal(of.words, of.content, of.dataset, of.head),
        labels=_labels(say),
    )


def _cover(facts: Facts, say: Speech) -> Cover:
    brand = facts.brand
    kind = say(N_("Customer satisfaction report"))
    return Cover(
        facts.study, kind, brand.name, tuple(_on_cover(facts, say)), brand.logo, brand.plate
    )


def _on_cover(facts: Facts, say: Speech) -> Iterator[tuple[str, str]]:
    yield say(N_("Period of the report")), facts.period
    if facts.previous:
        yield say(N_("Compared with")), facts.previous
    yield say(N_("Answers in this report")), f"n = {count(facts.figures['n'])}"
    if facts.response is not None:
        said = {"rate": percent(facts.response["rr1"]), "cases": count(facts.response["cases"])}
        label = N_("Response rate")
        if facts.response["whole"]:
            label = N_("Response rate of the whole sample")
        yield say(label), say(N_("{rate} of {cases} asked (AAPOR RR1)"), **said)
    yield say(N_("Made on")), facts.made


def _labels(say: Speech) -> dict[str, str]:
    return {
        "summary": say(N_("Summary")),
        "contents": say(N_("Contents")),
        "improve": say(N_("Three to improve")),
        "trust": say(N_("How far to trust it")),
        "appendix": say(N_("Appendix")),
        "figures": say(N_("Figures")),
        "words": say(N_("Words of verification")),
        "head": say(N_("Head of the chain")),
        "figure": say(N_("Key figure")),
        "value": say(N_("Value")),
        "base": say(N_("Interval and base")),
        "change": say(N_("Change")),
        "up": say(N_("better")),
        "down": say(N_("worse")),
    }
