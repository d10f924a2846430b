"""The invented customers: seeded, valid, spread, and readable by our own import."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from surveyapp.customers import generator, mapping, phones
from surveyapp.customers.generator import ALL_ELIGIBLE, CITIES, HEADER, Mix, generate
from surveyapp.customers.rows import RowReader
from tests.customers.conftest import do_import, table

TODAY = date(2026, 11, 23)


def columns(rows: list[tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [row[i] for row in rows] for i, name in enumerate(HEADER)}


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(generate(50, seed=7, today=TODAY)) == list(generate(50, seed=7, today=TODAY))
    assert list(generate(50, seed=7, today=TODAY)) != list(generate(50, seed=8, today=TODAY))


def test_5842_customers_in_exactly_32_cities() -> None:
    found = columns(list(generate(today=TODAY)))
    assert len(found["客户编号"]) == 5842
    assert len(set(found["客户编号"])) == len(set(found["手机号"])) == 5842
    assert set(found["城市"]) == set(CITIES)
    assert len(CITIES) == 32
    strata = Counter(zip(found["城市"], found["客户等级"], strict=True))
    assert len(strata) == 96
    assert min(strata.values()) >= 2
    assert set(found["产品线"]) == set(generator.PRODUCT_LINES)
    assert all(
        store.startswith(city) for store, city in zip(found["门店"], found["城市"], strict=True)
    )
    assert {"英文", "中文"} == set(found["语言"])


def test_every_cell_is_read_by_our_own_import() -> None:
    reader = RowReader(HEADER, mapping.guess(HEADER))
    for number, row in enumerate(generate(2000, today=TODAY), 2):
        assert reader.read(number, row).findings == []


def test_phones_are_valid_and_lie_in_the_satellite_range() -> None:
    for row in generate(500, seed=3, today=TODAY):
        assert phones.normalise(row[2]).startswith("+861740")


@pytest.mark.parametrize(
    ("mix", "no_consent", "out", "lapsed"),
    [(ALL_ELIGIBLE, 0, 0, 0), (Mix(no_consent=1, opted_out=1, lapsed=1), 300, 300, 300)],
)
def test_who_may_be_asked_is_a_parameter(mix: Mix, no_consent: int, out: int, lapsed: int) -> None:
    found = columns(list(generate(300, today=TODAY, mix=mix)))
    assert found["同意调研"].count("否") == no_consent
    assert found["已退订"].count("是") == out
    ages = [(TODAY - date.fromisoformat(day)).days for day in found["最近购买日期"]]
    assert sum(age > 91 for age in ages) == lapsed


@pytest.mark.parametrize("n", [0, 1, 31, 32])
def test_small_files(n: int) -> None:
    assert len(list(generate(n, today=TODAY))) == n


def test_more_people_than_phones_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="between"):
        next(generate(6_000_001, today=TODAY))


def test_tiers_follow_spend_and_frequency() -> None:
    assert [generator.tier(spend, 10) for spend in (3000, 600, 599)] == ["高", "中", "低"]


def test_the_generated_file_imports_whole(app: Flask, tmp_path: Path) -> None:
    outcome, bad = do_import(table(*generate(1500, today=TODAY), header=HEADER), tmp_path)
    assert (outcome.created, bad) == (1500, [])
