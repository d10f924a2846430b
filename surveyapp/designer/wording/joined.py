# ruff: noqa: E501 - a list of words reads better on few lines
"""Questions that ask two things at once, to which one answer cannot be given (double-barrelled).

A word that joins ("and", "or", 以及, 和, 、) is looked for in statements and ratings, and in other
questions where they ask for a judgement. Pairs that mean one thing ("friends and family", "terms
and conditions", 朋友或同事) do not count, nor does 和 before a verb that needs two ("与客服沟通").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from surveyapp.designer.document import Document
from surveyapp.designer.wording.sentences import QUESTION, Sentence, sentences
from surveyapp.findings import N_, Finding

_JUDGED = re.compile(
    r"\b(satisf\w+|how (good|well|easy|clear|helpful|fast|important|likely)|rate|agree|happy with)\b"
    r"|满意|评价|同意|怎么样|如何看待|是否(?:快|好|清楚|专业|耐心|容易|方便|及时)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(and/or|and|or|as well as)\b", re.IGNORECASE)
_ENGLISH_PAIRS = re.compile(
    r"\bfriends?,? (?:and|or)(?: your)? (?:family|relatives?|colleagues?)\b"
    r"|\bfamily (?:and|or) friends?\b"
    r"|\b(?:relatives?|colleagues?) (?:and|or) (?:friends?|colleagues?|relatives?)\b"
    r"|\bterms and conditions\b|\bpros and cons\b|\bquestions and answers\b|\bback and forth\b"
    r"|\bhealth and safety\b|\bresearch and development\b|\bprofit and loss\b"
    r"|\bmore or less\b|\bsooner or later\b|\bonce or twice\b|\btwo or three\b|\byes or no\b"
    r"|\bdissatisfied or satisfied\b|\bsatisfied or dissatisfied\b|\bagree or disagree\b"
    r"|\b(?:easy|difficult) or (?:easy|difficult)\b|\blikely or unlikely\b|\bgood or bad\b"
    r"|\bwhether or not\b|\bor not\b|\b(?:or|and) (?:more|less|fewer|later|earlier|above|below|over)\b"
    r"|\bbetween \w+(?: \w+){0,3} and\b|\b(?:go|come|try|wait) and \w+|\band so on\b"
    r"|\bagain and again\b|\btime and again\b|\bsafe and sound\b|\bevery now and then\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"以及|并且|而且|或者|又[^又，。]{1,6}又|既[^，。]{1,8}又"
    r"|(?<![温缓平谐总柔附暖祥亲随中共饱])和(?![气蔼谐平善睦解缓好])|(?<!参)与(?!否|众|其)|(?<![涉提普波])及(?![时格早第])|、"
)
_CHINESE_PAIRS = re.compile(
    r"(?:朋友|亲戚|亲人|家人|亲友|同事)(?:和|或者|或|及|、)(?:朋友|亲戚|家人|同事|亲人)"
    r"|条款(?:和|与|及)条件|衣食住行|(?:是|会|有|能)(?:或者|或)(?:否|不)"
    r"|(?:和|与)[^，。；、]{0,14}(?:沟通|联系|交流|相比|一样|一致|相符|相同|不同|有关|无关|之间"
    r"|相当|相称|打交道|见面|合作|通话|约定|预约|对接|匹配|接触|互动|配合)"
)

_ENGLISH_TWICE = re.compile(
    r"^(?:was|were|is|are|did|do|does|has|have|can|could|will)\b[^?]*[ ,]"
    r"(and (?:was|were|is|are|did|do|does|has|have|can|could|will)) (?:the|your|our|it|they|you|we|he|she)\b",
    re.IGNORECASE,
)
_CHINESE_TWICE = re.compile(
    r"是否(?!知道|了解|清楚|记得|确定|听说)[^？?。，]{1,14}(以及|并且|而且|同时|，)[^？?。，、]{0,10}是否"
)
"""Two questions, each with a verb of its own, in one sentence."""


def check(document: Document) -> Iterator[Finding]:
    """Statements and questions that join two."""
    for sentence in sentences(document):
        word = joining_word(sentence)
        if word:
            template = N_("“{word}” may join two questions in one; ask them separately.")
            params = {"word": word}
            yield Finding("wording.double_barrelled", sentence.place, template, params, "warning")


def joining_word(sentence: Sentence) -> str | None:
    """The word that joins two questions in the sentence, or None."""
    twice = _CHINESE_TWICE if sentence.chinese else _ENGLISH_TWICE
    if (sentence.english or sentence.chinese) and (found := twice.search(sentence.text)):
        return found[1]
    if sentence.kind == QUESTION and not _JUDGED.search(sentence.text):
        return None
    if sentence.english:
        found = _ENGLISH.search(_ENGLISH_PAIRS.sub(" ", sentence.text))
    elif sentence.chinese:
        found = _CHINESE.search(_CHINESE_PAIRS.sub("", sentence.text))
    else:
        return None
    return found.group() if found else None
