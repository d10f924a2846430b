"""When and where answers were given: what is known becomes a column, what is unknown no flag."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import gather
from surveyapp.datasets.about import Uses, about_of
from surveyapp.datasets.plausible import Circumstances, Terms, outside_hours, terms_of
from surveyapp.datasets.screening import review
from surveyapp.datasets.screening.engine import screen
from surveyapp.datasets.screening.plausibility import plausibility_hits
from surveyapp.datasets.screening.recipe import Plausibility, Recipe
from surveyapp.datasets.screening.running import run_screening
from surveyapp.datasets.table import Dataset, build
from surveyapp.distribution.models import Touchpoint
from tests.datasets.studies import small_study
from tests.datasets.test_table import document, row

ZONE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 3, 2, 13, 30, tzinfo=UTC)
"""21:30 in the study's zone, on the second of March."""
ALL = Uses(window=True, codes=True, hours=True, places=True)
SHOP = Terms(hours=(9 * 60, 21 * 60), radius=200, visit_days=14)


def around(
    paradata: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **terms: Any
) -> Circumstances:
    return Circumstances(paradata or {}, facts or {}, EVENING, ZONE, Terms(**terms))


def at(clock: str) -> int:
    moment = time.fromisoformat(clock)
    return moment.hour * 60 + moment.minute


@pytest.mark.parametrize(
    ("opens", "closes", "hours"), [(0, 60, (0, 60)), (None, 60, None), (0, None, None)]
)
def test_hours_are_known_where_both_ends_are(
    opens: int | None, closes: int | None, hours: tuple[int, int] | None
) -> None:
    row = {"open_from": opens, "open_until": closes, "radius": 200, "visit_days": None}
    assert terms_of(row) == Terms(hours, 200, None)


@pytest.mark.parametrize(
    ("clock", "opens", "closes", "minutes"),
    [
        ("09:00", "09:00", "21:00", 0),
        ("21:00", "09:00", "21:00", 0),
        ("21:45", "09:00", "21:00", 45),
        ("08:10", "09:00", "21:00", 50),
        ("00:30", "09:00", "21:00", 210),
        ("06:00", "09:00", "21:00", 180),
        ("23:30", "18:00", "02:00", 0),
        ("01:59", "18:00", "02:00", 0),
        ("02:20", "18:00", "02:00", 20),
        ("17:00", "18:00", "02:00", 60),
    ],
)
def test_minutes_outside_the_hours_are_counted_to_the_nearer_end(
    clock: str, opens: str, closes: str, minutes: int
) -> None:
    assert outside_hours(at(clock), at(opens), at(closes)) == minutes


def test_hours_are_those_of_the_studys_zone() -> None:
    assert around(hours=(at("09:00"), at("21:00"))).minutes_outside_hours == 30
    assert around().minutes_outside_hours is None


@pytest.mark.parametrize(
    ("bought", "days", "since", "past"),
    [
        ("2026-03-02", 14, 0, 0),
        ("2026-02-16", 14, 14, 0),
        ("2026-02-15", 14, 15, 1),
        ("2026-02-15", None, 15, None),
        ("2026-03-03", 14, None, None),
        (None, 14, None, None),
    ],
)
def test_days_are_counted_from_the_purchase_that_was_known_at_the_start(
    bought: str | None, days: int | None, since: int | None, past: int | None
) -> None:
    found = around(facts={"customer": {"last_purchase": bought}}, visit_days=days)
    assert (found.days_since_purchase, found.days_past_window) == (since, past)
    assert around(visit_days=days).days_since_purchase is None


@pytest.mark.parametrize(
    ("place", "radius", "outside"),
    [
        ({"metres": 900, "accuracy": 100}, 200, 600),
        ({"metres": 250, "accuracy": 60}, 200, 0),
        ({"metres": 900, "accuracy": 100}, None, None),
        (None, 200, None),
    ],
)
def test_only_what_is_certainly_outside_counts(
    place: dict[str, int] | None, radius: int | None, outside: int | None
) -> None:
    found = around({"place": place}, radius=radius)
    assert found.metres_outside_store == outside
    assert found.distance_metres == (place or {}).get("metres")


def test_claims_of_the_page_and_marks() -> None:
    told = {"claims": {"p1": 900, "~away": 3, "~away_ms": 12_340}, "device": "phone"}
    found = around({**told, "trap": True})
    assert (found.away_times, found.away_seconds, found.device) == (3, 12.3, "phone")
    assert (found.trap, found.unworked) == (1, 0)
    assert around({"claims": {"p1": 900}}).away_times == 0
    silent = around({"unworked": True, "claims": {}})
    assert (silent.away_times, silent.away_seconds, silent.device) == (None, None, None)
    assert (silent.trap, silent.unworked) == (0, 1)


def dataset(**terms: Any) -> Dataset:
    """Five rows: in order, too late in the day, weeks later, elsewhere, and nothing known."""
    told = replace(SHOP, **terms)
    bought = {"customer": {"last_purchase": "2026-03-01"}}
    long_ago = {"customer": {"last_purchase": "2026-01-01"}}
    base = {"terms": told, "facts": bought}
    rows = [
        row(1, {}, completed_at=EVENING.replace(hour=4), **base),
        row(2, {}, completed_at=EVENING.replace(hour=16), **base),
        row(3, {}, **{**base, "facts": long_ago}),
        row(4, {}, paradata={"place": {"metres": 5000, "accuracy": 50}, "trap": True}, **base),
        row(5, {}),
    ]
    versions = {1: document({"id": "q", "type": "short_text"})}
    about = about_of(versions.values(), ALL)
    return build(rows, versions, timezone="Asia/Shanghai", about=about)


def test_each_rule_flags_what_is_beyond_its_limit_and_nothing_unknown() -> None:
    hits = plausibility_hits(dataset(), Plausibility())
    assert [(hit.response, hit.layer, hit.rule, dict(hit.detail)) for hit in hits] == [
        (2, 2, "off_hours", {"value": 210.0, "limit": 60}),
        (3, 2, "off_window", {"value": 46.0, "limit": 0}),
        (4, 2, "far", {"value": 4750.0, "limit": 0}),
        (4, 2, "trap", {"value": 1.0, "limit": 0}),
    ]


def test_a_recipe_may_switch_each_rule_off() -> None:
    quiet = Plausibility(
        minutes_outside_hours=None, days_past_window=None, metres_outside_store=None, trap=False
    )
    assert plausibility_hits(dataset(), quiet) == []
    assert plausibility_hits(dataset(hours=None, visit_days=None), Plausibility(trap=False)) == [
        hit for hit in plausibility_hits(dataset(), Plausibility()) if hit.rule == "far"
    ]


def test_one_of_them_alone_excludes_nobody_and_two_kinds_do() -> None:
    outcome = screen(dataset(), Recipe())
    assert outcome.excluded == {4: (2, "far+trap")}
    assert outcome.bytes == screen(dataset(), Recipe()).bytes


def test_a_study_has_only_the_columns_of_what_it_says() -> None:
    names = {v.name for v in about_of([], Uses())}
    assert {"device", "away_times", "away_seconds", "trap"} < names
    assert not {"unworked", "minutes_outside_hours", "days_past_window", "distance_metres"} & names
    for variable in about_of([], ALL):
        assert set(variable.label) == {"zh-Hans", "en"}


def test_what_the_study_and_its_code_say_reaches_screening(any_app: Flask) -> None:
    study, _ = small_study()
    study.visit_days = 7
    code = Touchpoint(
        study_id=study.id, code="RECEIPT1", store="S01", label="Receipt",
        open_from=0, open_until=60, latitude=30.2, longitude=120.1, radius=300,
    )  # fmt: skip
    db.session.add(code)
    db.session.flush()
    first, second = db.session.scalars(select(Response).order_by(Response.id).limit(2))
    first.touchpoint_id = code.id
    first.paradata = {"claims": {"~away": 2, "~away_ms": 9000}, "device": "phone", "unworked": True}
    second.facts = {**second.facts, "customer": {"last_purchase": "2020-01-01"}}
    db.session.commit()
    table = gather.dataset(study.id).table
    assert table["away_times"].to_pylist()[:2] == [2, None]
    assert table["away_seconds"].to_pylist()[0] == 9.0
    assert table["minutes_outside_hours"].to_pylist()[0] > 60
    assert table["minutes_outside_hours"].null_count == len(table) - 1
    assert table["days_past_window"].to_pylist()[1] > 1000
    run = run_screening(study.id)
    rules = {r["rule"] for r in run.summary["rules"]}
    assert {"off_hours", "unworked", "off_window"} <= rules
    reading = review.reading(first.id, "en")
    assert reading.around.away_times == 2
    assert reading.around.terms.hours == (0, 60)


def test_a_study_that_says_nothing_of_visits_has_no_such_columns(app: Flask) -> None:
    study, _ = small_study()
    assert gather.uses_of(study) == Uses()
    assert "unworked" not in gather.dataset(study.id).table.column_names
