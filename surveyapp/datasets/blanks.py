"""Why a cell of an answer column is blank; the reasons are kept apart because they differ.

The person was not shown the question (off path) or the option (not offered), saw it and gave no
answer (unanswered), left before coming to it (not reached, of unfinished answers only), said why
there is none (does not know, does not apply, refused), left an option out of a ranking, or answered
a version that did not contain it (not asked). A computed value is blank while what it needs is not
known.
"""

from __future__ import annotations

from surveyapp.designer.document import Text

ANSWERED, UNANSWERED, OFF_PATH, NOT_ASKED = range(4)
DONT_KNOW, NOT_APPLICABLE, REFUSED, NOT_OFFERED, NOT_RANKED, UNKNOWN, NOT_REACHED = range(4, 11)

REASONS: dict[int, Text] = {
    UNANSWERED: {"zh-Hans": "未作答", "en": "Not answered"},
    OFF_PATH: {"zh-Hans": "未显示", "en": "Not shown (off path)"},
    NOT_ASKED: {"zh-Hans": "该版本无此题", "en": "Not in this version"},
    DONT_KNOW: {"zh-Hans": "不知道", "en": "Don't know"},
    NOT_APPLICABLE: {"zh-Hans": "不适用", "en": "Not applicable"},
    REFUSED: {"zh-Hans": "拒绝回答", "en": "Refused"},
    NOT_OFFERED: {"zh-Hans": "未提供该选项", "en": "Option not offered"},
    NOT_RANKED: {"zh-Hans": "未排序", "en": "Not ranked"},
    UNKNOWN: {"zh-Hans": "无法得出", "en": "Cannot be told"},
    NOT_REACHED: {"zh-Hans": "未答到此处", "en": "Not reached"},
}
MISSING_CODES = {
    UNANSWERED: -98,
    OFF_PATH: -99,
    NOT_ASKED: -97,
    REFUSED: -96,
    NOT_APPLICABLE: -95,
    DONT_KNOW: -94,
    NOT_OFFERED: -93,
    NOT_RANKED: -92,
    UNKNOWN: -91,
    NOT_REACHED: -90,
}
"""What stands for a blank in formats that code them (SPSS); elsewhere the cell is empty."""

SAID = {"dont_know": DONT_KNOW, "not_applicable": NOT_APPLICABLE, "refused": REFUSED}
"""An answer that says why there is none → the reason."""
ALWAYS = (UNANSWERED, OFF_PATH, NOT_ASKED)
"""What any column may have."""
