# ruff: noqa: E501 - a list of words reads better on few lines
"""Negations: "no" to a negated question means nothing certain.

Two negations in one sentence are always wrong. One is wrong in a statement, where one would have to
disagree with a "not"; in other questions ("why did you not buy") it may be what is asked. Words that
only look like a negation (不错, 不同, 无论, "not only", "or not") do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.sentences import STATEMENT, Sentence, sentences
from surveyapp.findings import N_, Finding

_ENGLISH_NOT = r"(?:not|never|no|nobody|nothing|none|hardly|without|neither|cannot|\w+n['’]t)"
_ENGLISH_UN = (
    r"(?:un(?:happy|satisfied|clear|helpful|able|willing|likely|pleasant|reasonable|fair|reliable"
    r"|necessary|acceptable|friendly|satisfactory|comfortable|professional|important|usual|aware)"
    r"|dis(?:satisfied|agree|appointed|honest|courteous|pleased|like|liked)|im(?:possible|polite|patient|proper)"
    r"|in(?:convenient|adequate|sufficient|correct|accurate|complete|efficient|appropriate)"
    r"|ir(?:relevant|regular)|fail(?:ed|s)? to|lack(?:ed|s)?|refus(?:e|ed)|den(?:y|ied)|oppose\w*)"
)
_ENGLISH_HARMLESS = re.compile(
    r"\bnot only\b|\bwhether or not\b|\bor not\b|\bno later than\b|\bif not\b|\bno\. ?\d+"
    r"|\bsatisfied (?:n?or|or) dissatisfied\b|\bagree or disagree\b|\bno longer than\b|\bnot applicable\b"
    r"|\blikely or unlikely\b|\b(?:satisfied|happy) or (?:un\w+|dis\w+)\b",
    re.IGNORECASE,
)
_ENGLISH_ONE = re.compile(rf"\b{_ENGLISH_NOT}\b", re.IGNORECASE)
_ENGLISH_TWO = re.compile(
    rf"\b{_ENGLISH_NOT}\b(?:\W+\w+){{0,5}}?\W+(?:{_ENGLISH_NOT}|{_ENGLISH_UN})\b"
    rf"|\b{_ENGLISH_UN}\b(?:\W+\w+){{0,5}}?\W+{_ENGLISH_NOT}\b",
    re.IGNORECASE,
)
_CHINESE_HARMLESS = re.compile(
    r"不得不|不(?:错|断|仅|但|同|管|论|过|久|少|只|限|妨|时|知|愧)|无(?:论|线|理由|障碍|忧|人机|比|需|损)|非(?:常|凡)|是否|能否|可否|与否"
    r"|差不多|对不起|未来|特别|分别|区别|级别|性别|个别|类别|别人|别的|要不要|多不多|无非"
    r"|(是|会|能|好|想|愿|可|该|对|快|多|贵|清楚|满意|方便)不\1|有没有|不多不少|不冷不热|一点也不贵"
)
_CHINESE_NOT = r"(?:不是|不会|不能|不可|不要|不该|没有|没|不|未|无|勿|并非|非)"
_CHINESE_ONE = re.compile(_CHINESE_NOT)
_CHINESE_TWO = re.compile(
    rf"不无|未必不|难免不|{_CHINESE_NOT}[^，。；？?、不没无未非]{{0,6}}{_CHINESE_NOT}"
    r"|(?:反对|否认|拒绝|避免|防止)[^，。；？?]{0,10}(?:不|没有|未)"
    r"|(?:不同意|不赞成|不认为|不觉得)[^。；？?]{0,16}(?:不|没有|未|无)"
)


def check(document: Document) -> Iterator[Finding]:
    """Sentences with two negations, and statements with one."""
    for sentence in sentences(document):
        if not (sentence.english or sentence.chinese):
            continue
        text = _without_harmless(sentence)
        if found := (_ENGLISH_TWO if sentence.english else _CHINESE_TWO).search(text):
            template = N_("“{word}” says no twice; say what is meant without a negation.")
            yield _finding("wording.double_negative", sentence, template, found.group())
        elif sentence.kind == STATEMENT and (
            found := (_ENGLISH_ONE if sentence.english else _CHINESE_ONE).search(text)
        ):
            template = N_(
                "To disagree with “{word}” is hard to understand; state it without a negation."
            )
            yield _finding("wording.negated", sentence, template, found.group())


def _without_harmless(sentence: Sentence) -> str:
    if sentence.english:
        return _ENGLISH_HARMLESS.sub(" ", sentence.text)
    return _CHINESE_HARMLESS.sub("，", sentence.text)


def _finding(code: str, sentence: Sentence, template: str, word: str) -> Finding:
    return Finding(code, sentence.place, template, {"word": word}, "warning")
