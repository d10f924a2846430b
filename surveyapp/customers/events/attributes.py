"""The attributes of an event: what each is called, how it is spelled, how it is read."""

from __future__ import annotations

from surveyapp.customers import values
from surveyapp.customers.attributes import BY_NAME, PRODUCT_LINES
from surveyapp.customers.cells import CellError
from surveyapp.customers.events.moments import moment
from surveyapp.customers.subjects import NO_CELL, Attribute, Subject, words
from surveyapp.findings import N_

KINDS = {
    "purchase": ("购买", "订单", "消费", "下单", "销售", "order", "sale", "buy"),
    "service_case": ("服务工单", "工单", "售后", "报修", "维修", "服务", "case", "service", "ticket", "repair"),  # noqa: E501
    "delivery": ("配送", "送货", "发货", "收货", "delivered", "shipping", "shipment"),
    "installation": ("安装", "install", "installed"),
    "return": ("退货", "退款", "退换货", "refund", "returned"),
    "complaint": ("投诉", "抱怨", "complain"),
    "visit": ("到店", "来访", "进店", "store visit"),
}  # fmt: skip
"""Kind of event → its spellings, the usual Chinese one first."""

LASTING = {"service_case", "complaint"}
"""Kinds that are opened and closed."""


def event_number(cell: str) -> str:
    """The retailer's own id of an event; what a spreadsheet spoiled is refused."""
    text = _id_text(cell)
    if values.spoiled_number(text):
        raise CellError(
            "event_id_damaged",
            N_('Row {row}, {column}: "{value}" was turned into a number by a spreadsheet. Format the column as text and enter the event id again.'),  # noqa: E501
        )  # fmt: skip
    return text


_id_text = values.text_reader(80)

ATTRIBUTES = (
    Attribute(
        "event_id", N_("Event id"),
        words("事件编号 事件号 订单号 订单编号 工单号 工单编号 服务单号 单号 流水号 交易号 eventid event orderid orderno ordernumber caseid caseno casenumber ticketid transactionid id"),  # noqa: E501
        event_number,
    ),
    Attribute(
        "kind", N_("Kind of event"),
        words("事件类型 类型 事件 业务类型 单据类型 kind type eventtype eventkind"),
        values.choice_reader(KINDS),
    ),
    Attribute(
        "happened_at", N_("When"),
        words("时间 发生时间 日期 发生日期 下单时间 订单时间 订单日期 购买时间 购买日期 完成时间 开单时间 报修时间 受理时间 创建时间 when happenedat time date datetime at orderdate purchasedate opened openedat createdat"),  # noqa: E501
        moment,
    ),
    Attribute(
        "closed_at", N_("Closed at"),
        words("关闭时间 关单时间 结案时间 办结时间 解决时间 关闭日期 结案日期 closed closedat closingdate resolved resolvedat"),  # noqa: E501
        moment,
    ),
    Attribute("number", BY_NAME["number"].label, BY_NAME["number"].headers[:-4], values.customer_number),  # noqa: E501
    Attribute("store", BY_NAME["store"].label, BY_NAME["store"].headers, BY_NAME["store"].read),
    Attribute(
        "product_line", BY_NAME["product_line"].label, BY_NAME["product_line"].headers,
        values.choice_reader(PRODUCT_LINES),
    ),
    Attribute(
        "amount", N_("Amount"),
        words("金额 订单金额 消费金额 实付金额 支付金额 付款金额 amount ordervalue value total paid price"),  # noqa: E501
        values.amount,
    ),
)  # fmt: skip
"""Every attribute, in the order of pages and files."""

EVENTS = Subject(
    "events",
    "event",
    "event_id",
    ATTRIBUTES,
    needed={
        "event_id": N_("Choose the column that holds the event id: it tells events apart."),
        "kind": N_("Choose the column that says what kind of event it was."),
        "happened_at": N_("Choose the column that says when it happened."),
        "number": N_("Choose the column that holds the customer number: it says whose event it was."),  # noqa: E501
    },
    missing=dict.fromkeys(("event_id", "kind", "happened_at", "number"), NO_CELL),
)  # fmt: skip

KIND_LABELS = {
    "purchase": N_("Purchase"),
    "service_case": N_("Service case"),
    "delivery": N_("Delivery"),
    "installation": N_("Installation"),
    "return": N_("Return of goods"),
    "complaint": N_("Complaint"),
    "visit": N_("Visit to a store"),
}
"""Kind → msgid of its name."""
