"""A recurring study: this period against the one before, and the trend of all of them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from lxml import html

from surveyapp import clock
from surveyapp.database import db
from surveyapp.distribution import waves
from surveyapp.distribution.models import Study
from surveyapp.reports import publication, snapshots
from surveyapp.stats.projection import project
from tests.auditing import AuditingClient
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import make_study
from tests.reports.recurring_study import begins, falling_study, of_period, recurring_study
from tests.reports.scored_study import scored_study
from tests.reports.test_analysis_pages import figures, ranked_study
from tests.reports.test_change_and_tables import moved
from tests.reports.test_study_page import NEVER, words


def page(staff: AuditingClient, study: Study, name: str, at: datetime | None = None) -> str:
    with clock.frozen(at or datetime(2026, 12, 1, tzinfo=UTC)):
        return staff.get(f"/studies/{study.id}/analysis/{name}").text


def test_the_newest_period_stands_against_the_one_before_by_its_label(
    staff: AuditingClient,
) -> None:
    study = recurring_study(3)
    found = figures(study)["change"]
    assert found["now"] == {"name": "2026-04", "answers": 60}
    assert found["before"] == {"name": "2026-03", "answers": 60}
    for response in of_period("2026-02"):
        response.answers = {**response.answers, "nps": 0}
    db.session.commit()
    snapshots.refresh(study.id)
    assert figures(study)["change"]["outcomes"] == found["outcomes"], "older periods count no more"
    for response in of_period("2026-04"):
        response.answers = {**response.answers, "nps": 10 - response.id % 2}
    db.session.commit()
    snapshots.refresh(study.id)
    nps = figures(study)["change"]["outcomes"][1]
    assert nps["now"]["mean"] is None, "all are promoters: no variance"
    total = found["outcomes"][0]
    assert total["difference"] == pytest.approx(total["now"]["mean"] - total["before"]["mean"])
    text = words(page(staff, study, "change"))
    assert "2026-04 · n = 60" in text
    assert "2026-03 · n = 60" in text
    assert "Choose other days" not in text, "a recurring study has its periods"
    assert not NEVER.search(text)


def test_answers_count_for_the_period_that_asked_however_late_they_come(app: Flask) -> None:
    study = recurring_study(2)
    for response in of_period("2026-02"):
        response.completed_at = response.completed_at + timedelta(days=40)
    db.session.commit()
    before = figures(study)["change"]
    snapshots.refresh(study.id)
    assert figures(study)["change"]["outcomes"] == before["outcomes"]


def test_a_period_that_still_runs_says_until_when(staff: AuditingClient) -> None:
    study = recurring_study(2)
    for name in ("change", "trend"):
        text = words(page(staff, study, name, begins(1)))
        assert "runs until 2026-04-01 09:00" in text
        assert "Who answers early may differ from who answers late." in text
        assert "runs until" not in words(page(staff, study, name, begins(2)))


def test_one_period_has_none_before(staff: AuditingClient) -> None:
    study = recurring_study(1)
    with clock.frozen(begins(1)):
        assert waves.expand_due() == 60
    snapshots.refresh(study.id)
    assert figures(study)["change"] is None, "nobody answered in the second period yet"
    assert "No period before" in page(staff, study, "change")
    text = words(page(staff, study, "trend"))
    assert "a line can be drawn from 2026-03 on, a projection from 2026-05 on" in text


def test_a_scale_that_is_read_otherwise_in_the_newest_period_is_a_warning(
    staff: AuditingClient,
) -> None:
    study, source = recurring_study(2, 100), random.Random(1)
    clean = words(page(staff, study, "change"))
    assert "Do the scales measure alike?" not in clean
    for response in of_period("2026-03"):
        noise = {name: source.randint(1, 5) for name in ("speed.soon", "speed.late")}
        response.answers = {**response.answers, **noise}
    db.session.commit()
    snapshots.refresh(study.id)
    text = words(page(staff, study, "change"))
    assert "“Speed” is not equally reliable in the groups." in text
    assert "Compare such a scale with care." in text


def test_a_line_that_falls_warns_before_it_is_below(staff: AuditingClient) -> None:
    study = falling_study()
    found = figures(study)["trend"]
    assert found["periods"] == [f"2026-{month:02d}" for month in range(2, 8)]
    assert found["next"] == "2026-08"
    total = found["lines"][0]
    means = [point["mean"] for point in total["points"]]
    assert None not in means
    for name, told in (("closed", means[:-1]), ("every", means)):
        expected = project(range(len(told)), told, 6, bounds=(0, 100))
        assert expected is not None
        assert total[name]["value"] == pytest.approx(expected.value, abs=1e-3)
        assert total[name]["low"] == pytest.approx(expected.low, abs=1e-3)
    assert total["every"]["value"] < 80 < means[0]
    text = words(page(staff, study, "trend"))
    assert "Projected below 80 points" in text
    assert f"leads to {total['every']['value']:.1f} [" in text
    assert "A straight line through 6 periods" in text
    assert not NEVER.search(text)
    running = words(page(staff, study, "trend", begins(5)))
    assert f"leads to {total['closed']['value']:.1f} [" in running
    assert "A straight line through 5 periods" in running


def test_each_figure_has_its_line_with_bands_bases_and_words(staff: AuditingClient) -> None:
    study = falling_study()
    lines = figures(study)["trend"]["lines"]
    tree = html.document_fromstring(page(staff, study, "trend", begins(5)))
    charts = tree.xpath("//figure/*[contains(@class, 'trend')]")
    assert len(charts) == len(lines)
    for chart, line in zip(charts, lines, strict=True):
        told = [point for point in line["points"] if point["mean"] is not None]
        dots = chart.xpath(".//*[contains(@class, 'own-')]")
        assert len(dots) == len(told)
        assert len(chart.xpath(".//*[@class='own-open']")) == (told[-1]["name"] == "2026-07")
        assert [t.text for t in chart.xpath(".//*[@class='minor base']")][:-1] == ["60"] * 6
        for point in told:
            shown = f"{point['mean']:.1f}".replace("-", "−")
            assert f"{point['name']}: {shown} (n = 60)" in chart.get("aria-label")
    assert all("Source: this study" in c.text_content() for c in tree.xpath("//figcaption"))


def test_cities_stand_below_each_other_the_lowest_projection_first(staff: AuditingClient) -> None:
    study = falling_study(4)
    by_total, by_nps = figures(study)["trend"]["cities"]
    assert (by_total["outcome"], by_nps["outcome"]) == ("total", "nps")
    text = page(staff, study, "trend")
    order = sorted(by_total["rows"], key=lambda row: row["every"]["value"])
    rows = html.document_fromstring(text).xpath("//section[@aria-labelledby='cities-title']//tr")
    assert [row.xpath("./td")[0].text_content() for row in rows[1:]] == [r["name"] for r in order]
    for row, kept in zip(rows[1:], order, strict=True):
        newest = kept["points"][-1]
        shown = f"{newest['mean']:.1f} [{newest['low']:.1f}, {newest['high']:.1f}]"
        assert shown in words(html.tostring(row, encoding="unicode"))
    other = words(page(staff, study, "trend?of=nps"))
    assert "Cities: NPS" in other
    assert "Cities: Weighted total" in words(page(staff, study, "trend?of=nothing"))


def test_a_period_below_the_minimum_and_the_one_that_would_tell_of_it_are_gaps(
    staff: AuditingClient,
) -> None:
    study = recurring_study(5, 30)
    for response in of_period("2026-04")[5:]:
        db.session.delete(response)
    db.session.commit()
    snapshots.refresh(study.id)
    total = figures(study)["trend"]["lines"][0]
    told = [point["mean"] is not None for point in total["points"]]
    assert sum(told) == 3
    assert not told[2]
    assert [point["n"] for point in total["points"]] == [30, 30, 5, 30, 30]
    assert total["every"] is None, "three periods are no line"
    text = words(page(staff, study, "trend"))
    assert "No projection: it takes 4 periods with figures." in text
    publication.set_minimum(study.id, 31)
    db.session.commit()
    snapshots.refresh(study.id)
    total = figures(study)["trend"]["lines"][0]
    assert {point["mean"] for point in total["points"]} == {None}
    assert "No trend yet" in page(staff, study, "trend")


def test_a_city_is_not_counted_back_from_its_period_nor_from_its_total(app: Flask) -> None:
    study = recurring_study(3, 60)
    city = of_period("2026-03")[0].facts["customer"]["city"]
    there = [r for r in of_period("2026-03") if r.facts["customer"]["city"] == city]
    for response in there[4:]:
        db.session.delete(response)
    db.session.commit()
    snapshots.refresh(study.id)
    rows = {row["name"]: row["points"] for row in figures(study)["trend"]["cities"][0]["rows"]}
    assert rows[city][1]["n"] == 4
    assert rows[city][1]["mean"] is None
    beside = [points[1]["mean"] for name, points in rows.items() if name != city]
    assert beside.count(None) == 1
    assert [point["mean"] for point in rows[city]].count(None) == 2


def test_a_study_that_asks_once_has_months(staff: AuditingClient) -> None:
    study = scored_study(80)
    text = words(page(staff, study, "trend"))
    assert "a line can be drawn from 2026-04 on, a projection from 2026-06 on" in text
    moved(study, 40, 62)
    found = figures(study)["trend"]
    assert found["periods"] == ["2026-03", "2026-04", "2026-05"]
    assert [point["n"] for point in found["lines"][0]["points"]] == [40, 0, 40]
    assert found["lines"][0]["points"][1]["mean"] is None
    assert "runs until" in words(page(staff, study, "trend", datetime(2026, 5, 9, tzinfo=UTC)))
    tree = html.document_fromstring(page(staff, study, "trend"))
    chart = tree.xpath("//figure/*[contains(@class, 'trend')]")[0]
    assert len(chart.xpath("./*[local-name()='polyline']")) == 2, "the line breaks at the gap"


def test_a_study_without_answers_has_no_trend(staff: AuditingClient) -> None:
    study = make_study(DOCUMENT)
    db.session.commit()
    assert "a projection from the fourth on" in words(page(staff, study, "trend"))


def test_the_trend_speaks_chinese(staff: AuditingClient) -> None:
    study = falling_study(5)
    staff.post("/language/zh-Hans")
    text = words(page(staff, study, "trend", begins(4)))
    assert "预测低于 80 分" in text
    assert not NEVER.search(text)


def test_the_small_city_of_a_ranking_takes_the_next_smallest_along(app: Flask) -> None:
    study = ranked_study()
    entries = figures(study)["standings"][0]["entries"]
    least, next_least = sorted(entries, key=lambda e: e["n"])[:2]
    assert least["n"] < next_least["n"]
    publication.set_minimum(study.id, least["n"] + 1)
    db.session.commit()
    snapshots.refresh(study.id)
    standing = figures(study)["standings"][0]
    assert {one["name"] for one in standing["small"]} == {least["name"], next_least["name"]}
