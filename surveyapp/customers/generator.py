"""Invented customers of an invented retailer: seeded, so that the same call gives the same file.

Nobody in them exists: names are put together at random, and the phones lie in the range of
satellite telephones, which is valid but belongs to no mobile customer of a shop.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

HEADER = (
    "客户编号", "姓名", "手机号", "城市", "门店", "产品线", "客户等级", "消费金额",
    "购买次数", "最近购买日期", "语言", "同意调研", "已退订",
)  # fmt: skip

CITIES = (
    "上海", "北京", "广州", "深圳", "成都", "杭州", "重庆", "武汉", "西安", "苏州", "南京", "天津",
    "长沙", "郑州", "东莞", "青岛", "沈阳", "宁波", "昆明", "合肥", "佛山", "济南", "无锡", "厦门",
    "福州", "大连", "哈尔滨", "长春", "石家庄", "南宁", "贵阳", "太原",
)  # fmt: skip
"""The 32 cities, the largest market first."""

PRODUCT_LINES = {"家电": 24, "生鲜": 28, "数码": 18, "家居": 14, "服饰": 16}
"""Product line → its share of customers in percent."""
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史龙陶贺顾毛郝龚邵万钱覃武戴"  # noqa: E501
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬莹颖琳晨宇浩欣怡雪梅兰文博思雨嘉诗涵子轩梓睿佳慧志鹏俊凯晓东建国海峰云飞新宁安然若溪"  # noqa: E501
_PLACES = ("中心店", "万达店", "人民路店", "火车站店", "大学城店", "高新店")
_PHONES = 6_000_000
_STEP = 3_702_247
"""Coprime to the number of phones: walking by it visits each of them once."""
HIGH_VALUE, MIDDLE_VALUE = 30_000, 6_000
"""Spend × purchases from which a customer's tier is high, or middle."""


@dataclass(frozen=True)
class Mix:
    """How the invented customers are made up, as shares from 0 to 1."""

    english: float = 0.04
    no_consent: float = 0.015
    lapsed: float = 0.015
    """Last purchase over three months ago."""
    opted_out: float = 0.005


ALL_ELIGIBLE = Mix(no_consent=0, lapsed=0, opted_out=0)
"""Everybody may be asked: the frame is the whole file."""


def generate(
    n: int = 5842, *, seed: int = 2026, today: date, mix: Mix | None = None
) -> Iterator[tuple[str, ...]]:
    """`n` rows under HEADER; every city has customers when n is at least 32.

    today: purchases lie before it. Raises ValueError for more than 6,000,000 rows.
    """
    if not 0 <= n <= _PHONES:
        raise ValueError(f"n must lie between 0 and {_PHONES}")
    chance = random.Random(seed)  # noqa: S311 - invented data, not a secret
    first_phone = chance.randrange(_PHONES)
    cities = _cities(n, chance)
    for index, city in enumerate(cities):
        phone = f"1740{(first_phone + index * _STEP) % _PHONES:07d}"
        yield _customer(f"C{index + 1:06d}", phone, city, chance, today, mix or Mix())


def _cities(n: int, chance: random.Random) -> list[str]:
    """One customer per city first, the rest by the size of the market."""
    weights = [1 / (rank + 4) for rank in range(len(CITIES))]
    cities = list(CITIES[:n])
    cities += chance.choices(CITIES, weights, k=n - len(cities))
    chance.shuffle(cities)
    return cities


def _customer(
    number: str, phone: str, city: str, chance: random.Random, today: date, mix: Mix
) -> tuple[str, ...]:
    purchases = 1 + int(chance.expovariate(0.22))
    spend = round(purchases * chance.lognormvariate(5.9, 0.8), 2)
    days = chance.randint(92, 300) if chance.random() < mix.lapsed else chance.randint(1, 80)
    return (
        number,
        _name(chance),
        phone,
        city,
        f"{city}{chance.choice(_PLACES[: _stores(city)])}",
        chance.choices([*PRODUCT_LINES], [*PRODUCT_LINES.values()])[0],
        tier(spend, purchases),
        f"{spend:.2f}",
        str(purchases),
        (today - timedelta(days=days)).isoformat(),
        "英文" if chance.random() < mix.english else "中文",
        "否" if chance.random() < mix.no_consent else "是",
        "是" if chance.random() < mix.opted_out else "否",
    )


def _name(chance: random.Random) -> str:
    given = chance.choices(_GIVEN, k=1 if chance.random() < 0.2 else 2)
    return chance.choice(_SURNAMES) + "".join(given)


def _stores(city: str) -> int:
    """Larger markets have more stores: six down to two."""
    return 6 - min(CITIES.index(city) // 6, 4)


def tier(spend: float, purchases: int) -> str:
    """高, 中 or 低 by spend × frequency."""
    value = spend * purchases
    return "高" if value >= HIGH_VALUE else "中" if value >= MIDDLE_VALUE else "低"
