# ruff: noqa: E501 - a list of words reads better on few lines
"""Questions that say which answer is wanted.

"Don't you agree", 难道, an opinion that "everybody" has, praise inside the question ("our
excellent service"), and questions that take the good answer for granted ("how much did you enjoy").
Statements to agree to are meant to take a side; only the questions that beg for assent are looked
for in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.sentences import STATEMENT, sentences
from surveyapp.findings import N_, Finding

_PRAISE = (
    "excellent|outstanding|great|superb|wonderful|fantastic|amazing|first-class|world-class"
    "|award-winning|high-quality|professional|caring|dedicated|friendly|popular|premium"
)
_ENGLISH_BEGGING = re.compile(
    r"\b(?:do|would|did|are|is|was|were|have|has|should|could|can|wo|ca)n['’]t (?:you|it|this|we|they|our|the)\b"
    r"|\bdo you not\b|\bwould you not\b|, (?:right|correct)\?|\bisn['’]t it\?"
    r"|\b(?:surely|obviously|of course|needless to say|as (?:you|we all) know|everyone knows)\b"
    r"|\b(?:most|many|all|other) (?:people|customers) (?:\w+ )?(?:think|agree|say|believe|prefer|love|know)\b"
    r"|\b(?:would|do) you (?:also|too) (?:agree|think|say|feel)\b|\bdo you agree that\b|\bwould you agree that\b",
    re.IGNORECASE,
)
_ENGLISH_PRAISE = re.compile(
    rf"\b(?:our|this|the|such) (?:new |very )?(?:{_PRAISE}) \w+"
    r"|\bhow (?:much|greatly) (?:did|do) you (?:enjoy|love|like|appreciate|benefit)\b"
    r"|\bhow (?:great|excellent|wonderful|amazing|fantastic)\b"
    r"|\bwhat did you (?:like|love|enjoy) (?:most|best)\b",
    re.IGNORECASE,
)
_CHINESE_BEGGING = re.compile(
    r"难道|(?:您|你)?(?:是否|是不是)?也(?:认为|觉得|同意|赞同|感到)|是否也|众所周知|显然|毫无疑问|毋庸置疑"
    r"|(?:大家|很多人|多数人|大多数(?:顾客|客户|人)|许多(?:顾客|客户))(?:都|普遍)?(?:认为|知道|觉得|喜欢|说|表示)"
    r"|不是吗|对吗？?$|对吧|吧[？?]$|不觉得|(?:您|你)不(?:认为|觉得|同意)"
    r"|(?:您|你)(?:是否|是不是)?(?:同意|赞同|认同)我们"
)
_CHINESE_PRAISE = re.compile(
    r"(?:优质|卓越|出色|一流|完美|贴心|优秀|高品质|顶级|领先|热情周到|精心)(?:的)?"
    r"(?:售后|上门|客户)?(?:服务|团队|产品|客服|师傅|员工|品质|体验|方案|配送)"
    r"|我们(?:的)?(?:专业|周到|高效|热情|强大|优惠)(?:的)?(?:售后|上门)?(?:服务|团队|客服|师傅|员工|产品)"
    r"|有多(?:喜欢|满意|享受|欣赏)|(?:最喜欢|最满意)我们"
)


def check(document: Document) -> Iterator[Finding]:
    """Sentences that lead to an answer."""
    for sentence in sentences(document):
        found = None
        if sentence.english or sentence.chinese:
            begging = _ENGLISH_BEGGING if sentence.english else _CHINESE_BEGGING
            praise = _ENGLISH_PRAISE if sentence.english else _CHINESE_PRAISE
            found = begging.search(sentence.text)
            if not found and sentence.kind != STATEMENT:
                found = praise.search(sentence.text)
        if found:
            template = N_(
                "“{word}” tells which answer is wanted; ask so that both answers are as easy to give."
            )
            params = {"word": found.group().strip(" ,")}
            yield Finding("wording.leading", sentence.place, template, params, "warning")
