"""The columns of a dataset that are not answers: who, when, how long, with what weight."""

from __future__ import annotations

from collections.abc import Iterable

from surveyapp.datasets.blanks import DONT_KNOW, NOT_APPLICABLE, NOT_OFFERED, REFUSED
from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Document


def _about(name: str, kind: str, chinese: str, english: str) -> Variable:
    return Variable(name, "about", {"zh-Hans": chinese, "en": english}, type=kind)


ABOUT = (
    _about("response", "integer", "答卷编号", "Response number"),
    _about("version", "integer", "问卷版本", "Questionnaire version"),
    _about("mode", "text", "填答方式", "Mode (link, qr, kiosk, interviewer)"),
    _about(
        "interviewer",
        "text",
        "访问员编号（自填为空）",
        "Numbers of interviewers who entered answers",
    ),
    _about("language", "text", "填答语言", "Language of the page"),
    _about("stratum", "text", "抽样层", "Stratum of the sample"),
    _about("stratum_size", "integer", "该层总体人数", "Customers in the stratum's frame"),
    _about("inclusion_probability", "number", "入样概率", "Inclusion probability"),
    _about("design_weight", "number", "设计权数", "Design weight"),
    _about("city", "text", "城市", "City"),
    _about("store", "text", "门店", "Store"),
    _about("product_line", "text", "产品线", "Product line"),
    _about("tier", "text", "客户等级", "Customer tier"),
    _about("touchpoint_store", "text", "触点门店", "Store of the code"),
    _about("touchpoint_label", "text", "触点", "Touchpoint of the code"),
    _about("touchpoint_channel", "text", "触点渠道", "Channel of the code"),
    _about("started_at", "text", "开始时间", "Started, in the study's time zone"),
    _about("completed_at", "text", "完成时间", "Completed, in the study's time zone"),
    _about("completed_on", "text", "完成日期", "Day of completion, in the study's time zone"),
    _about("seconds", "number", "用时（服务器计，秒）", "Seconds, measured by the server"),
    _about("expected_seconds", "number", "预计用时（秒）", "Seconds expected for this path"),
    _about("contradictions", "text", "矛盾回答", "Contradictions declared in the questionnaire"),
)
"""Every dataset has these, in this order, before the answers."""

VETOES = _about("vetoes", "text", "一票否决项", "Vetoes that are true of the answers")
BONUSES = _about("bonuses", "text", "加分项", "Bonuses that are true of the answers")


def about_of(documents: Iterable[Document]) -> tuple[Variable, ...]:
    """ABOUT, and the vetoes and bonuses where a version declares any."""
    known = list(documents)
    vetoes = (VETOES,) if any(document.vetoes for document in known) else ()
    bonuses = (BONUSES,) if any(document.bonuses for document in known) else ()
    return (*ABOUT, *vetoes, *bonuses)


SCREENING = (
    _about(
        "unanswered", "text", "已显示未作答的题", "Shown, not answered (other blanks: off path)"
    ),
    _about("flags", "text", "筛查标记", "Screening flags"),
    _about("excluded", "integer", "是否剔除", "Excluded from the cleaned data (1) or not (0)"),
    _about("exclusion_reason", "text", "剔除原因", "Rule and reason of the exclusion"),
)
"""Added to exported files."""

REASONED = {
    reason: _about(name, "text", chinese, english)
    for reason, name, chinese, english in (
        (DONT_KNOW, "dont_know", "回答“不知道”的题", "Answered with “don't know”"),
        (NOT_APPLICABLE, "not_applicable", "回答“不适用”的题", "Answered with “not applicable”"),
        (REFUSED, "refused", "拒绝回答的题", "Answered with “I would rather not say”"),
        (NOT_OFFERED, "not_offered", "未提供的选项", "Options that were not offered"),
    )
}
"""Reason → the column of exported files that names the blank columns; only where it can occur."""
