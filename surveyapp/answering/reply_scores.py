"""A score and a remark in a text that somebody sent back: "9", "9很好", "10分，服务周到". Pure.

Careful rather than clever: what may be a story that begins with a number is no answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SCORE = re.compile(
    r"(10|[0-9])(?![0-9.,:%\-–~～+]\s*[0-9])(?:\s*(?:分|points?\b|/\s*10(?![0-9])))?"
    r"(?:$|[\s,.!;:…、。]+(.*)|(?=很|非常|十分|挺|太|特别|比较|不错|不满|满意|还行|还可以|一般"
    r"|好(?![几多])|差|棒|赞|谢谢)(.*))",
    re.DOTALL | re.IGNORECASE,
)
_COUNTS = re.compile(
    r"(?:天|个|次|年|月|号|点|周|小时|分钟|人|元|块|台|件|岁|"
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|times?|people|persons?|items?|stars?|of|out|"
    r"or|to|and)\b)",
    re.IGNORECASE,
)
"""What makes the number before it a count of something else."""


@dataclass(frozen=True)
class Scored:
    """score: from 0 to 10. remark: the rest of the text, perhaps nothing."""

    score: int
    remark: str = ""


def read(body: str) -> Scored | None:
    """The score that a text begins with; None when it does not clearly say one."""
    text = unicodedata.normalize("NFKC", body).strip()
    found = _SCORE.match(text)
    if found is None:
        return None
    remark = (found[2] or found[3] or "").strip()
    if _COUNTS.match(remark):
        return None
    return Scored(int(found[1]), remark)
