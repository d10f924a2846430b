"""Small files that show how a table may look, in both languages."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

_CUSTOMERS = {
    "zh-Hans": [
        ("客户编号", "姓名", "手机号", "城市", "门店", "产品线", "客户等级", "消费金额", "购买次数", "最近购买日期", "语言", "同意调研", "已退订"),  # noqa: E501
        ("C000001", "王小明", "174 0012 3456", "上海", "上海中心店", "家电", "高", "1299.50", "3", "{day}", "中文", "是", "否"),  # noqa: E501
    ],
    "en": [
        ("Customer number", "Name", "Mobile phone", "City", "Store", "Product line", "Tier", "Spend", "Purchases", "Last purchase", "Language", "Consent", "Opted out"),  # noqa: E501
        ("C000001", "Ann Lee", "+86 174 0012 3456", "Shanghai", "Shanghai Central", "Appliance", "High", "1299.50", "3", "{day}", "English", "Yes", "No"),  # noqa: E501
    ],
}  # fmt: skip
_EVENTS = {
    "zh-Hans": [
        ("事件编号", "事件类型", "发生时间", "关闭时间", "客户编号", "门店", "产品线", "金额"),
        ("O1", "购买", "{day} 18:05", "", "C000001", "上海中心店", "家电", "1299.50"),
        ("S1", "服务工单", "{day} 09:30", "{day} 16:45", "C000001", "上海中心店", "家电", ""),
    ],
    "en": [
        ("Event id", "Kind", "When", "Closed", "Customer number", "Store", "Product line", "Amount"),  # noqa: E501
        ("O1", "Purchase", "{day} 18:05", "", "C000001", "Shanghai Central", "Appliance", "1299.50"),  # noqa: E501
        ("S1", "Service case", "{day} 09:30", "{day} 16:45", "C000001", "Shanghai Central", "", ""),
    ],
}  # fmt: skip


def example(of: str, language: str, now: datetime) -> str:
    """The CSV text of an example of `of` (`customers` or `events`); its days lie a week ago."""
    rows = (_CUSTOMERS if of == "customers" else _EVENTS)[language]
    text = io.StringIO()
    day = (now - timedelta(days=7)).date().isoformat()
    csv.writer(text).writerows([cell.replace("{day}", day) for cell in row] for row in rows)
    return text.getvalue()
