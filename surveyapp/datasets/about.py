"""The columns of a dataset that are not answers: who, when, how long, with what weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from surveyapp.datasets.blanks import (
    DONT_KNOW,
    NOT_APPLICABLE,
    NOT_OFFERED,
    NOT_REACHED,
    REFUSED,
)
from surveyapp.datasets.variable import Variable
from surveyapp.designer.document import Document


def _about(name: str, kind: str, chinese: str, english: str) -> Variable:
    return Variable(name, "about", {"zh-Hans": chinese, "en": english}, type=kind)


ABOUT = (
    _about("response", "integer", "答卷编号", "Response number"),
    _about("version", "integer", "问卷版本", "Questionnaire version"),
    _about("mode", "text", "填答方式", "Mode (link, qr, kiosk, interviewer, reply)"),
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

PARADATA = (
    _about("device", "text", "设备类型", "Device (phone, tablet, desktop)"),
    _about(
        "network",
        "text",
        "网络（本调研内的代号）",
        "Network (a code within this study, equal for answers from one)",
    ),
    _about(
        "browser",
        "text",
        "浏览器（本调研内的代号）",
        "Browser on its network (a code within this study)",
    ),
    _about(
        "away_times",
        "integer",
        "离开页面次数（浏览器自报）",
        "Times the page was hidden, as it claims",
    ),
    _about(
        "away_seconds",
        "number",
        "离开页面时长（浏览器自报，秒）",
        "Seconds hidden, as the page claims",
    ),
    _about(
        "trap",
        "integer",
        "填写了隐藏字段（1 为是）",
        "Filled in a field that nobody sees (1) or not (0)",
    ),
)
"""What is known of how the answers were given; every dataset has these."""
WINDOW = (
    _about("days_since_purchase", "integer", "距最近购买天数", "Days since the last purchase"),
    _about(
        "days_past_window",
        "integer",
        "超出访问期的天数",
        "Days past the window that the study names",
    ),
)
"""Where the study names the days after a purchase in which answers make sense."""
UNWORKED = _about(
    "unworked",
    "integer",
    "高频提交且未做验证（1 为是）",
    "Begun in a rush without the puzzle (1) or not (0)",
)
"""Where the study has printed codes."""
HOURS = _about(
    "minutes_outside_hours", "integer", "超出营业时间的分钟数", "Minutes outside the store's hours"
)
"""Where a printed code says when its store is open."""
DISTANCE = (
    _about(
        "distance_metres",
        "integer",
        "与门店的距离（米）",
        "Metres to the store, rounded, if shared",
    ),
    _about("distance_accuracy", "integer", "定位误差（米）", "Metres by which that may be wrong"),
    _about(
        "metres_outside_store",
        "integer",
        "超出门店范围的米数",
        "Metres certainly outside the store's radius",
    ),
)
"""Where a printed code says where its store is."""
MEMBER = _about(
    "member_known",
    "integer",
    "是否凭会员卡识别（1 是，0 否）",
    "Member known from a card read at the terminal (1) or not (0)",
)
"""Where the study has store terminals. A card says whose it was, not who answered."""

CLUSTER = _about("cluster", "text", "初级抽样单位（门店）", "Store that was drawn first")
"""Where stores were drawn, then customers in them."""
PERIOD = _about("period", "text", "期次", "Period of the recurring study")
"""Where the study recurs: of the invitation, or of the day for answers through printed codes."""

FINISHED = _about("finished", "integer", "是否完成（1 是，0 否）", "Finished (1) or not (0)")
"""Where unfinished answers are among the rows."""

VETOES = _about("vetoes", "text", "一票否决项", "Vetoes that are true of the answers")
BONUSES = _about("bonuses", "text", "加分项", "Bonuses that are true of the answers")


@dataclass(frozen=True)
class Uses:
    """What a study knows of its visits, sample and periods: each brings columns of its own."""

    window: bool = False
    codes: bool = False
    hours: bool = False
    places: bool = False
    terminals: bool = False
    clusters: bool = False
    recurs: bool = False
    unfinished: bool = False


def about_of(documents: Iterable[Document], uses: Uses = Uses()) -> tuple[Variable, ...]:
    """ABOUT, PARADATA and what the study `uses`, and the vetoes and bonuses where a version
    declares any.
    """
    known = list(documents)
    vetoes = (VETOES,) if any(document.vetoes for document in known) else ()
    bonuses = (BONUSES,) if any(document.bonuses for document in known) else ()
    return (*ABOUT, *PARADATA, *_used(uses), *vetoes, *bonuses)


def _used(uses: Uses) -> Iterator[Variable]:
    yield from (FINISHED,) if uses.unfinished else ()
    yield from (PERIOD,) if uses.recurs else ()
    yield from (CLUSTER,) if uses.clusters else ()
    yield from WINDOW if uses.window else ()
    yield from (UNWORKED,) if uses.codes else ()
    yield from (HOURS,) if uses.hours else ()
    yield from DISTANCE if uses.places else ()
    yield from (MEMBER,) if uses.terminals else ()


SCREENING = (
    _about(
        "unanswered", "text", "已显示未作答的题", "Shown, not answered (other blanks: off path)"
    ),
    _about("flags", "text", "筛查标记", "Screening flags"),
    _about("excluded", "integer", "是否剔除", "Excluded from the cleaned data (1) or not (0)"),
    _about("exclusion_reason", "text", "剔除原因", "Rule and reason of the exclusion"),
    _about(
        "analysis_weight",
        "number",
        "估计权数（不参与估计则为空）",
        "Weight for estimates (blank: does not enter them)",
    ),
)
"""Added to exported files."""

REASONED = {
    reason: _about(name, "text", chinese, english)
    for reason, name, chinese, english in (
        (DONT_KNOW, "dont_know", "回答“不知道”的题", "Answered with “don't know”"),
        (NOT_APPLICABLE, "not_applicable", "回答“不适用”的题", "Answered with “not applicable”"),
        (REFUSED, "refused", "拒绝回答的题", "Answered with “I would rather not say”"),
        (NOT_OFFERED, "not_offered", "未提供的选项", "Options that were not offered"),
        (NOT_REACHED, "not_reached", "尚未答到的题", "Not reached by who left before"),
    )
}
"""Reason → the column of exported files that names the blank columns; only where it can occur."""
