"""Bursts of answers in a dataset: from one network, browser or interviewer, or in one minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.gather import dataset as gathered
from surveyapp.datasets.reading import Row
from surveyapp.datasets.screening.bursts import burst_hits
from surveyapp.datasets.screening.engine import screen
from surveyapp.datasets.screening.hits import KINDS, TITLES
from surveyapp.datasets.screening.recipe import Bursts, Recipe
from surveyapp.datasets.table import build
from tests.answering.world import build as world
from tests.auditing import AuditingClient
from tests.datasets.pages import screened_study, words
from tests.datasets.scored import DOCUMENT, NOON, respondent

AROUND = 60
USUAL = Bursts()
BURST = list(range(AROUND + 1, AROUND + 13))


def at(row: Row, minutes: float, **changes: Any) -> Row:
    start = NOON + timedelta(minutes=minutes)
    return replace(row, started_at=start, completed_at=start + timedelta(minutes=3), **changes)


def collected(burst: dict[str, Any], n: int = 12, mode: str = "qr") -> list[Row]:
    """Sixty answers over five hours of other origins, and n within four minutes of one."""
    others = [
        at(
            respondent(i, {}),
            5 * i,
            paradata={"network": f"n{i % 9}", "browser": f"b{i}", "interviewers": {str(i % 9): 1}},
        )
        for i in range(1, AROUND + 1)
    ]
    own = []
    for i in range(1, n + 1):
        paradata = {"network": f"m{i}", **burst}
        own.append(at(respondent(AROUND + i, {}), 161 + i / 3, mode=mode, paradata=paradata))
    return others + own


def rules(rows: list[Row], recipe: Bursts | None = USUAL) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for hit in burst_hits(build(rows, {1: DOCUMENT}, timezone="Asia/Shanghai"), recipe):
        found.setdefault(hit.rule, []).append(hit.response)
    return found


@pytest.mark.parametrize(
    ("origin", "rule"),
    [
        ({"network": "x"}, "burst_network"),
        ({"browser": "x"}, "burst_browser"),
        ({"interviewers": {"77": 1}}, "burst_interviewer"),
    ],
)
def test_many_at_once_from_one_are_seen(origin: dict[str, Any], rule: str) -> None:
    rows = collected(origin)
    assert rules(rows) == {rule: BURST}
    assert rules(rows, Bursts(**{rule.removeprefix("burst_"): None})) == {}
    assert rules(rows, None) == {}


def test_a_terminal_or_a_call_centre_is_one_network_by_its_nature() -> None:
    for mode in ("kiosk", "interviewer"):
        assert rules(collected({"network": "x", "browser": "y"}, mode=mode)) == {}


def test_a_crowded_minute_is_seen_whoever_makes_it() -> None:
    crowd = [at(respondent(100 + i, {}), 171 + i / 60, paradata={}) for i in range(20)]
    assert rules([*collected({}), *crowd]) == {"burst_minute": list(range(100, 120))}


def test_what_is_told_is_how_many_and_how_seldom() -> None:
    data = build(collected({"network": "x"}), {1: DOCUMENT}, timezone="Asia/Shanghai")
    (hit, *_others) = burst_hits(data, Bursts())
    assert hit.layer == 2
    assert dict(hit.detail) == {"answers": 12, "chance": 0.0001, "limit": 0.001}
    assert burst_hits(data.only(data.floats("response") < 0), Bursts()) == []


def test_a_burst_alone_excludes_nobody() -> None:
    data = build(collected({"network": "x", "browser": "y"}), {1: DOCUMENT})
    found = screen(data, Recipe())
    assert {hit.rule for hit in found.hits} >= {"burst_network", "burst_browser"}
    assert not set(found.excluded) & set(BURST), "two bursts are one kind of evidence"
    for rule in ("network", "browser", "interviewer", "minute"):
        assert KINDS[f"burst_{rule}"] == "burst"
        assert f"burst_{rule}" in TITLES


def test_from_requests_to_the_columns_of_the_dataset(app: Flask, client: FlaskClient) -> None:
    made = world("all_types")
    headers = {"User-Agent": "Mozilla/5.0 (iPhone) Mobile"}
    body = {"answers": {"comment": {"v": "x", "s": 1}}}
    origin = {"REMOTE_ADDR": "203.0.113.7"}
    client.post(f"{made.url}/save", json=body, headers=headers, environ_base=origin)
    row = db.session.query(Response).one()
    row.state, row.completed_at = "completed", row.started_at
    db.session.commit()
    data = gathered(row.study_id)
    for name in ("network", "browser"):
        assert data.table[name].to_pylist() == [row.paradata[name]]
        assert len(row.paradata[name]) == 16


def test_the_page_says_what_was_computed_otherwise(staff: AuditingClient) -> None:
    study, run = screened_study()
    assert [finding["code"] for finding in run.summary["findings"]] == ["screening.few_rows"]
    page = words(staff.get(f"/studies/{study.id}/screening").text)
    assert "complete answers are few for 16 items" in page
    run.summary = {**run.summary, "findings": [{"code": "x", "message": "as older runs kept it"}]}
    db.session.commit()
    assert "older runs" not in words(staff.get(f"/studies/{study.id}/screening").text)
