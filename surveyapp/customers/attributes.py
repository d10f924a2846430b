"""The attributes of a customer: what each is called, how it is spelled, how it is read."""

from __future__ import annotations

from surveyapp.customers import values
from surveyapp.customers.phones import normalise
from surveyapp.customers.subjects import Attribute, Subject, words
from surveyapp.findings import N_

PRODUCT_LINES = {
    "appliance": ("家电", "电器", "家用电器", "大家电", "小家电", "appliances"),
    "fresh_food": ("生鲜", "生鲜食品", "食品", "fresh", "freshfood", "food"),
    "digital": ("数码", "数码产品", "电子", "手机数码", "electronics"),
    "home": ("家居", "家具", "家居用品", "家装", "furniture", "household"),
    "apparel": ("服饰", "服装", "服装鞋帽", "鞋服", "clothing", "fashion"),
}
"""Product line → its spellings in files, the usual Chinese one first."""

TIERS = {
    "high": ("高", "高价值", "vip", "金", "gold", "a"),
    "middle": ("中", "中价值", "银", "silver", "medium", "mid", "b"),
    "low": ("低", "低价值", "普通", "铜", "bronze", "regular", "c"),
}
"""Customer value (spend × frequency) → its spellings."""

LANGUAGES = {
    "zh-Hans": ("中文", "简体中文", "汉语", "普通话", "zh", "zhcn", "zhhanscn", "cn", "chinese"),
    "en": ("英文", "英语", "english", "enus", "engb", "eng"),
}
"""Language of texts and questionnaires → its spellings."""


ATTRIBUTES = (
    Attribute(
        "number", N_("Customer number"),
        words("客户编号 客户号 会员号 会员编号 顾客编号 会员卡号 客户id 会员id 编号 number customernumber customerno customerid memberid memberno member id"),  # noqa: E501
        values.customer_number,
    ),
    Attribute(
        "name", N_("Name"),
        words("姓名 客户姓名 顾客姓名 会员姓名 客户名称 名字 称呼 name fullname customername customer"),  # noqa: E501
        values.text_reader(100),
    ),
    Attribute(
        "phone", N_("Mobile phone"),
        words("手机号 手机 手机号码 电话 联系电话 电话号码 移动电话 联系方式 phone mobile mobilephone phonenumber mobilenumber cell telephone tel"),  # noqa: E501
        normalise,
    ),
    Attribute(
        "email", N_("E-mail"),
        words("邮箱 电子邮箱 电子邮件 邮件地址 邮箱地址 email mail emailaddress"),
        values.email,
    ),
    Attribute(
        "city", N_("City"),
        words("城市 所在城市 市 地市 所属城市 city town"), values.city,
    ),
    Attribute(
        "store", N_("Store"),
        words("门店 店铺 门店名称 所属门店 购买门店 分店 store storename shop branch outlet"),
        values.text_reader(80),
    ),
    Attribute(
        "product_line", N_("Product line"),
        words("产品线 品类 商品品类 产品类别 购买品类 类别 productline product category productcategory line"),  # noqa: E501
        values.choice_reader(PRODUCT_LINES),
    ),
    Attribute(
        "tier", N_("Customer tier"),
        words("客户等级 等级 客户层级 会员等级 价值等级 客户价值 客户分层 tier customertier level value customervalue segment"),  # noqa: E501
        values.choice_reader(TIERS),
    ),
    Attribute(
        "spend", N_("Spend"),
        words("消费金额 累计消费 累计消费金额 消费额 消费总额 金额 购买金额 spend spending amount totalspend revenue"),  # noqa: E501
        values.amount,
    ),
    Attribute(
        "purchases", N_("Purchases"),
        words("购买次数 消费次数 订单数 消费频次 购买频次 purchases orders purchasecount ordercount frequency"),  # noqa: E501
        values.count,
    ),
    Attribute(
        "last_purchase", N_("Last purchase"),
        words("最近购买日期 最近购买 最近消费日期 最近消费 末次购买日期 最后购买日期 最近一次购买 最近消费时间 最近购买时间 lastpurchase lastpurchasedate lastorder lastorderdate purchasedate"),  # noqa: E501
        values.day,
    ),
    Attribute(
        "language", N_("Language"),
        words("语言 首选语言 语种 language lang preferredlanguage locale"),
        values.choice_reader(LANGUAGES),
    ),
    Attribute(
        "consent", N_("Consent"),
        words("同意 是否同意 同意调研 同意联系 同意接收短信 是否同意联系 授权 consent consented agreed optin marketingconsent"),  # noqa: E501
        values.yes_or_no,
    ),
    Attribute(
        "opted_out", N_("Opted out"),
        words("退订 是否退订 已退订 拒收 勿扰 optout optedout unsubscribed donotcontact"),
        values.yes_or_no,
    ),
)  # fmt: skip
"""Every attribute, in the order of pages and files."""

CUSTOMERS = Subject(
    "customers",
    "customer",
    "number",
    ATTRIBUTES,
    needed={
        "number": N_("Choose the column that holds the customer number: it tells customers apart.")
    },
    missing={
        "number": N_(
            "Row {row}, {column}: the customer number is missing. Every customer needs one."
        )
    },
)
BY_NAME = CUSTOMERS.by_name

VALUE_LABELS = {
    "appliance": N_("Appliances"),
    "fresh_food": N_("Fresh food"),
    "digital": N_("Digital"),
    "home": N_("Home"),
    "apparel": N_("Apparel"),
    "high": N_("High"),
    "middle": N_("Middle"),
    "low": N_("Low"),
    "new": N_("New customer"),
    "growing": N_("Growing"),
    "mature": N_("Mature"),
    "leaving": N_("Leaving"),
    "silent": N_("Silent"),
    "zh-Hans": N_("Chinese"),
    "en": N_("English"),
}
"""Stored value → msgid of its name."""
