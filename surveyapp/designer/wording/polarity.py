# ruff: noqa: E501 - a list of words reads better on few lines
"""How good a label of a scale is: a word's side (good, neither, bad) times its strength.

`polarity("Very dissatisfied", "en")` is −2, `polarity("一般", "zh-Hans")` 0, and None where the label
has no word that we know. Only compared within one scale, never added up.
"""

from __future__ import annotations

import re

_ENGLISH = {
    0.0: r"neither|neutral|average|fair|ok(?:ay)?|so-so|moderate(?:ly)?|undecided|about right|acceptable|middling",
    -1.0: r"disagree|(?:dis|un)satisfied|bad|poor|terrible|awful|unlikely|difficult|hard|slow|unhappy"
    r"|unhelpful|unfriendly|unclear|worse|worst|dislike|rude|unimportant|negative|disappoint\w+",
    1.0: r"agree|satisfied|good|excellent|outstanding|great|likely|easy|fast|quick|happy|helpful|friendly"
    r"|clear|better|best|like|polite|important|positive|perfect|superb|delighted",
}
_ENGLISH_STRONG = re.compile(
    r"\b(?:very|strongly|extremely|completely|totally|absolutely|highly|excellent|outstanding|perfect"
    r"|superb|terrible|awful|worst|best|delighted|definitely)\b"
)
_ENGLISH_WEAK = re.compile(r"\b(?:slightly|somewhat|rather|fairly|a little|mostly|quite)\b")
_ENGLISH_NOT = re.compile(r"\b(?:not at all|not|no|isn['’]t)\b")
_CHINESE = {
    0.0: r"一般|普通|中立|中等|尚可|还行|说不清|不确定|既不|凑合",
    -1.0: r"差|糟|难|慢|失望|反对|坏|恶劣|不好|低",
    1.0: r"同意|满意|好|优秀|容易|轻松|快|可能|愿意|清楚|重要|喜欢|符合|友好|认可|高",
}
_CHINESE_STRONG = re.compile(r"非常|很|十分|极|完全|特别|强烈|最|优秀|恶劣|一定")
_CHINESE_WEAK = re.compile(r"比较|较|有点|稍|略|基本|还算|不太")
_CHINESE_NOT = re.compile(r"不太|不|没")


def polarity(label: str, language: str) -> float | None:
    """−2 … 2, or None for a label without a word that we know."""
    if language.startswith("zh"):
        return _polarity(label, _CHINESE, _CHINESE_STRONG, _CHINESE_WEAK, _CHINESE_NOT)
    if language.partition("-")[0] == "en":
        bounded = {side: rf"\b(?:{words})\b" for side, words in _ENGLISH.items()}
        return _polarity(label.lower(), bounded, _ENGLISH_STRONG, _ENGLISH_WEAK, _ENGLISH_NOT)
    return None


def _polarity(
    label: str,
    sides: dict[float, str],
    strong: re.Pattern[str],
    weak: re.Pattern[str],
    no: re.Pattern[str],
) -> float | None:
    side = next((side for side, words in sides.items() if re.search(words, label)), None)
    if not side:
        return side
    if no.search(label) and side > 0:
        side = -side
    if weak.search(label):
        return side / 2
    return side * 2 if strong.search(label) else side


def one_sided(labels: list[str], language: str) -> bool:
    """Whether a scale only says how much of one thing there is ("not at all" … "extremely")."""
    nothing = re.compile(r"\b(?:not at all|none|never)\b|完全不|一点(?:也|都)?不|从不|毫不")
    lowest = nothing.search(labels[0].lower()) or nothing.search(labels[-1].lower())
    bad = [label for label in labels if (polarity(label, language) or 0) < 0]
    return bool(lowest) and len(bad) <= 1
