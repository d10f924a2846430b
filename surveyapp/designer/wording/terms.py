# ruff: noqa: E501 - a list of words reads better on few lines
"""Words that the trade knows and the customer does not: jargon, and abbreviations never explained.

An abbreviation is explained where the same language writes it out with the letters in brackets, or
the words in brackets after it, anywhere before or at its first use. Names of brands look like
abbreviations too, so these findings only inform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.texts import wordings
from surveyapp.findings import N_, Finding

COMMON = frozenset(
    [
        "SMS",
        "TV",
        "PC",
        "ID",
        "VIP",
        "QR",
        "OK",
        "FAQ",
        "USB",
        "AM",
        "PM",
        "UK",
        "US",
        "USA",
        "EU",
        "GPS",
        "DVD",
        "CD",
        "ATM",
        "PIN",
        "APP",
        "WIFI",
        "LED",
        "LCD",
        "HD",
        "PDF",
        "DIY",
        "COVID",
        "NPS",
        "RMB",
        "CNY",
        "USD",
        "A",
        "B",
        "C",
        "D",
        "I",
    ]
)
"""Abbreviations that need no explanation."""
_CAPITALS = re.compile(r"(?<![A-Za-z0-9{._])[A-Z][A-Z&]{1,5}(?![A-Za-z0-9}_])")
_ENGLISH_JARGON = re.compile(
    r"\b(?:touch ?points?|omni-?channel|escalation|resolution rate|value proposition|customer journey"
    r"|pain points?|turnaround time|fulfil?lment rate|last[- ]mile|stakeholders?|deliverables?|onboarding"
    r"|churn|upsell\w*|cross-sell\w*)\b",
    re.IGNORECASE,
)
_CHINESE_JARGON = re.compile(
    r"触点|工单|首次解决率|闭环|赋能|转化率|履约|客单价|全渠道|私域|痛点|颗粒度|抓手|复购率|终端用户|响应时效"
)
_SHOWN = ("document", "page", "question", "option", "item", "check", "screen_out", "ending")


def check(document: Document) -> Iterator[Finding]:
    """Trade words and unexplained abbreviations in what the customer reads."""
    explained: dict[str, set[str]] = {language: set() for language in document.languages}
    for wording in wordings(document):
        if wording.place.partition(":")[0] not in _SHOWN:
            continue
        for language in document.languages:
            text = wording.text.get(language, "")
            explained[language] |= set(explanations(text))
            yield from _abbreviations(wording.place, text, explained[language])
            yield from _jargon(wording.place, text, language)


def explanations(text: str) -> list[str]:
    """Abbreviations that the text explains: `first-contact resolution (FCR)`, `FCR (first …)`."""
    inside = re.findall(r"[（(]\s*([A-Z][A-Z&]{1,5})\s*[)）]", text)
    before = re.findall(r"([A-Z][A-Z&]{1,5})\s*[（(]\s*[^)）]{3,}[)）]", text)
    return inside + before


def _abbreviations(place: str, text: str, explained: set[str]) -> Iterator[Finding]:
    unknown = [w for w in _CAPITALS.findall(text) if w not in COMMON and w not in explained]
    if unknown and not (" " in text and text.isupper()):
        template = N_("Does every customer know “{word}”? Write it out once.")
        yield Finding("wording.abbreviation", place, template, {"word": unknown[0]}, "info")


def _jargon(place: str, text: str, language: str) -> Iterator[Finding]:
    pattern = _CHINESE_JARGON if language.startswith("zh") else _ENGLISH_JARGON
    if found := pattern.search(text):
        template = N_("“{word}” is a word of the trade; use the customer's own.")
        yield Finding("wording.jargon", place, template, {"word": found.group()}, "warning")
