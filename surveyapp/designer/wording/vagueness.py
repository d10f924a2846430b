# ruff: noqa: E501 - a list of words reads better on few lines
"""Words that everybody reads differently: absolute ones, and times without a date.

"Always" and 从不 are true of nobody, so that careful people say no; "recently" and 最近 is last
week for one and last year for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.sentences import Sentence, sentences
from surveyapp.findings import N_, Finding

_ENGLISH_ABSOLUTE = re.compile(
    r"\b(?:always|never|every (?:single )?time|everyone|everybody|nobody|no one|all the time|absolutely"
    r"|all (?:of )?(?:our|the|your) \w+|in every (?:case|way|respect))\b",
    re.IGNORECASE,
)
_CHINESE_ABSOLUTE = re.compile(
    r"总是|从不|从来|从未|永远|一直(?!以来)|每次都|每一次都|所有|任何|绝对|一切|始终|毫无例外"
)
_CHINESE_ALL_THAT_APPLY = re.compile(
    r"(?:选择|勾选|列出)[^，。]{0,6}所有|所有(?:适用|符合|选项)|以上所有"
)
_ENGLISH_VAGUE = re.compile(
    r"\b(?:recently|lately|these days|nowadays|in the past(?! (?:\d|two|three|four|five|six|seven|ten|twelve"
    r"|few|week|month|year|quarter|day))|some time ago|in recent (?:times|days|weeks|months))\b",
    re.IGNORECASE,
)
_CHINESE_VAGUE = re.compile(
    r"(?<!离您)(?<!距您)最近(?!的?一次|的?这?一?[\d一二三两四五六七八九十几半]+个?(?:次|周|月|年|天|日|季)"
    r"|这次|的(?:门店|店|网点|车站|地点|服务点))"
    r"|近期|近来|前段时间|不久前|前不久|过去(?!的?[\d一二三两四五六七八九十几半]+个?(?:周|月|年|天|日|季))"
)


def check(document: Document) -> Iterator[Finding]:
    """Sentences with an absolute word or a vague time."""
    for sentence in sentences(document):
        if sentence.english:
            found = _ENGLISH_ABSOLUTE.search(sentence.text)
            vague = _ENGLISH_VAGUE.search(sentence.text)
        elif sentence.chinese:
            found = _CHINESE_ABSOLUTE.search(_CHINESE_ALL_THAT_APPLY.sub("", sentence.text))
            vague = _CHINESE_VAGUE.search(sentence.text)
        else:
            continue
        if found:
            template = N_("“{word}” is true of nobody; ask how often, or leave it out.")
            yield _finding("wording.absolute", sentence, template, found.group())
        if vague:
            template = N_("“{word}” means another time to everybody; name the period.")
            yield _finding("wording.vague_time", sentence, template, vague.group())


def _finding(code: str, sentence: Sentence, template: str, word: str) -> Finding:
    return Finding(code, sentence.place, template, {"word": word}, "warning")
