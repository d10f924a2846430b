"""Ranking, scales, data and comparisons: what the worker computed is what the pages say."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.reading import Row
from surveyapp.distribution.models import DesignStratum, Study
from surveyapp.distribution.specs import BETWEEN
from surveyapp.findings import SurveyError
from surveyapp.jobs import running
from surveyapp.jobs.models import Job
from surveyapp.reports import publication, snapshots, telling
from surveyapp.reports.models import Snapshot
from surveyapp.reports.publication_models import Comparison
from tests.auditing import AuditingClient
from tests.datasets.scored import DOCUMENT
from tests.datasets.studies import fill, make_study, small_study
from tests.reports.scored_study import people, scored_study
from tests.reports.test_study_page import NEVER, SignIn, counting, words

CITIES = ("北京", "上海", "广州", "深圳", "成都", "重庆")


def city_rows(count: int = 240, seed: int = 3) -> list[Row]:
    """Six cities; everybody in the last one is content, whatever they said before."""
    source = random.Random(seed)
    rows: list[Row] = []
    for row in people(count, seed):
        city = source.choice(CITIES)
        answers = dict(row.answers)
        if city == CITIES[-1]:
            answers |= {"speed.soon": 5, "speed.late": 1, "outcome": 7, "polite": 5, "nps": 10}
            answers["fixed"] = "yes"
        facts = {**row.facts, "customer": {"city": city}}
        rows.append(replace(row, answers=answers, facts=facts))
    return rows


def ranked_study(count: int = 240) -> Study:
    study = make_study(DOCUMENT)
    fill(study, city_rows(count), {"s0": 500, "s1": 500})
    snapshots.refresh(study.id)
    return study


def figures(study: Study) -> dict[str, Any]:
    return db.session.get_one(Snapshot, study.id).figures


def compare(staff: AuditingClient, study: Study, **asked: object) -> str:
    """Ask for a comparison, let the worker make it, open it."""
    answer = staff.post(f"/studies/{study.id}/analysis/compare", data=asked)
    assert answer.status_code == 302
    assert running.run_waiting() == 1
    found = db.session.query(Comparison).order_by(Comparison.id.desc()).first()
    assert found is not None, db.session.query(Job).one().error
    return staff.get(f"/studies/{study.id}/analysis/compare/{found.id}").text


def test_the_ranking_tells_apart_only_what_differs(staff: AuditingClient) -> None:
    study = ranked_study()
    standing = figures(study)["standings"][0]
    assert (standing["by"], standing["outcome"]) == ("city", "total")
    best, *others = standing["entries"]
    assert (best["name"], best["first"], best["last"]) == ("重庆", 1, 1)
    assert all(one["first"] == 2 for one in others)
    assert standing["bands"] == [[1, 1], [2, 6]]
    text = words(staff.get(f"/studies/{study.id}/analysis").text)
    assert "5 of 15 pairs differ by more than chance." in text
    assert "Places 2 to 6 cannot be told apart:" in text
    for one in standing["entries"]:
        assert f"{one['mean']:.1f} [{one['low']:.1f}, {one['high']:.1f}]" in text
        assert f"n = {one['n']}" in text
    assert not NEVER.search(text)


def test_the_shrunken_means_lie_closer_to_the_common_one(staff: AuditingClient) -> None:
    study = ranked_study()
    standing = figures(study)["standings"][0]
    common = standing["common"]
    for one in standing["entries"]:
        assert abs(one["shrunk"] - common) <= abs(one["mean"] - common) + 1e-5
        assert 0 <= one["own"] <= 1
    assert "Fay and Herriot 1979" in staff.get(f"/studies/{study.id}/analysis").text


def test_a_city_below_the_minimum_is_named_and_has_no_figure(staff: AuditingClient) -> None:
    study = ranked_study()
    smallest = min(figures(study)["standings"][0]["entries"], key=lambda e: e["n"])
    page = staff.post(f"/studies/{study.id}/analysis", data={"minimum": smallest["n"] + 1})
    assert page.status_code == 302
    assert snapshots.stale() == [study.id], "the worker computes again"
    assert snapshots.notice() == 1
    running.run_waiting()
    standing = figures(study)["standings"][0]
    assert smallest["name"] not in [e["name"] for e in standing["entries"]]
    text = words(staff.get(f"/studies/{study.id}/analysis").text)
    assert f"{smallest['name']} (n = {smallest['n']})" in text
    assert f"[{smallest['low']:.1f}, {smallest['high']:.1f}]" not in text


def test_ranking_by_another_figure_and_of_unknown_ones(staff: AuditingClient) -> None:
    study = ranked_study()
    nps = words(staff.get(f"/studies/{study.id}/analysis?by=city&of=nps").text)
    assert "Cities: NPS" in nps
    odd = words(staff.get(f"/studies/{study.id}/analysis?by=nothing&of=nothing").text)
    assert "Cities: Weighted total" in odd


def test_the_minimum_is_refused_outside_its_limits(staff: AuditingClient) -> None:
    study = ranked_study(60)
    for wrong in ("1", "1001", "", "many"):
        page = staff.post(f"/studies/{study.id}/analysis", data={"minimum": wrong})
        assert page.status_code == 422
    with pytest.raises(SurveyError, match="between 2 and 1000"):
        publication.set_minimum(study.id, 1)
    assert publication.minimum_of(study.id) == 10


def test_a_raised_minimum_takes_figures_away_at_once(staff: AuditingClient) -> None:
    study = scored_study(40)
    before = figures(study)["weighted_total"]["mean"]
    staff.post(f"/studies/{study.id}/analysis", data={"minimum": 41})
    db.session.expire_all()
    assert figures(study)["withheld"] == 41
    assert "weighted_total" not in figures(study)
    for path in ("", "/analysis", "/analysis/scales", "/analysis/data"):
        text = words(staff.get(f"/studies/{study.id}{path}").text)
        assert "40 answers so far. This study publishes figures from 41 answers on" in text
        assert f"{before:.1f}" not in text
    staff.post(f"/studies/{study.id}/analysis", data={"minimum": 10})
    snapshots.notice()
    running.run_waiting()
    db.session.expire_all()
    assert figures(study)["weighted_total"]["mean"] == before


def test_the_scale_page_says_what_to_drop_and_what_that_would_do(staff: AuditingClient) -> None:
    study, _ = small_study()
    snapshots.refresh(study.id)
    kept = figures(study)
    text = words(staff.get(f"/studies/{study.id}/analysis/scales").text)
    for scale in kept["scales"]:
        limit = scale["expected"] or 0.7
        side = "above" if scale["alpha"] >= limit else "below"
        shown = (
            f"{scale['alpha']:.2f} [{scale['low']:.2f}, {scale['high']:.2f}]: {side} {limit:.2f}"
        )
        assert shown.replace("-", "−") in text
        deep = kept["depth"][scale["dimension"]]
        if deep["omega"] is not None:
            assert f"{deep['omega']:.3f}" in text
            assert f"CR {deep['composite']:.3f}, AVE {deep['extracted']:.3f}" in text
        if scale["drop"]:
            after = next(i for i in scale["items"] if i["id"] == scale["drop"])
            assert f"α would be {after['alpha_if_deleted']:.3f} instead of" in text
    assert any(deep["eigenvalues"] for deep in kept["depth"].values())
    plots = html.document_fromstring(staff.get(f"/studies/{study.id}/analysis/scales").text).xpath(
        "//figure/*[contains(@class, 'scree')]"
    )
    scree = [*kept["depth"].values(), kept["structure"]]
    assert len(plots) == sum(bool(one["eigenvalues"]) for one in scree)


def test_the_data_page_counts_what_the_dataset_holds(staff: AuditingClient) -> None:
    study = ranked_study(100)
    text = words(staff.get(f"/studies/{study.id}/analysis/data").text)
    strata = figures(study)["sample"]["strata"]
    assert sum(row["answers"] for row in strata) == 100
    for row in strata:
        assert f"{row['name']}500{row['answers']}{row['weight']:.1f}" in text
    assert figures(study)["sample"]["effective"] == pytest.approx(
        1000**2 / sum(row["population"] ** 2 / row["answers"] for row in strata)
    )


def test_names_of_strata_and_devices_are_those_of_people(staff: AuditingClient) -> None:
    study = scored_study()
    first = db.session.query(DesignStratum).first()
    first.label = BETWEEN.join(("上海", "high"))
    response = db.session.query(Response).first()
    response.paradata = {**response.paradata, "device": "desktop"}
    db.session.commit()
    snapshots.refresh(study.id)
    text = staff.get(f"/studies/{study.id}/analysis/data").text
    assert "<td>上海 · High</td>" in text
    assert "<td>Computer</td>" in text
    assert "<td>上海 · High</td>" in staff.get(f"/studies/{study.id}/response").text


def test_groups_are_compared_with_their_covariance(staff: AuditingClient) -> None:
    study = ranked_study()
    text = words(compare(staff, study, by="city"))
    (found,) = db.session.query(Comparison)
    total = found.figures["outcomes"][0]
    assert len(total["pairs"]) == 15
    assert sum(pair["differ"] for pair in total["pairs"]) == 5
    for pair in total["pairs"]:
        assert ("重庆" in (pair["a"], pair["b"])) == pair["differ"]
        assert (pair["effect"] > 0) == (pair["difference"] > 0) or abs(pair["difference"]) < 2
    assert "5 of 15 pairs differ by more than chance." in text
    assert "η² = " in text
    assert not NEVER.search(text)


def test_two_periods_are_compared_by_day(staff: AuditingClient) -> None:
    study = scored_study(80)
    for response in db.session.query(Response).where(Response.id > 40):
        response.completed_at = response.completed_at + timedelta(days=31)
        response.answers = {**response.answers, "nps": 9 + response.id % 2 - response.id % 3}
    db.session.commit()
    days = {"a_from": "2026-03-01", "a_to": "2026-03-31", "b_from": "2026-04-01",
            "b_to": "2026-04-30"}  # fmt: skip
    text = words(compare(staff, study, by="periods", **days))
    (found,) = db.session.query(Comparison)
    assert found.figures["sizes"] == {"A": 40, "B": 40}
    nps = next(o for o in found.figures["outcomes"] if o["outcome"] == "nps")
    (pair,) = nps["pairs"]
    assert pair["differ"]
    assert pair["difference"] < 0
    assert "2026-03-01 – 2026-03-31" in text


def test_another_study_is_compared_as_independent(staff: AuditingClient) -> None:
    one = scored_study(60)
    other = make_study(DOCUMENT)
    rows = [replace(row, id=row.id + 1000) for row in people(60, seed=9)]
    fill(other, rows, {"s0": 500, "s1": 500})
    text = words(compare(staff, one, by="study", other=other.id))
    (found,) = db.session.query(Comparison)
    total = found.figures["outcomes"][0]
    (pair,) = total["pairs"]
    a, b = total["groups"]
    assert pair["difference"] == pytest.approx(a["mean"] - b["mean"])
    half = (pair["high"] - pair["low"]) / 2
    assert half == pytest.approx(1.98 * (a["se"] ** 2 + b["se"] ** 2) ** 0.5, rel=0.01)
    assert "Do the scales measure alike?" in text
    assert [s["dimension"] for s in found.figures["scales"]]


def test_a_scale_that_is_read_otherwise_in_a_group_is_a_warning(staff: AuditingClient) -> None:
    """In the second period the two items of a scale have nothing in common any more."""
    study = scored_study(200)
    source = random.Random(1)
    for response in db.session.query(Response).where(Response.id > 100):
        response.completed_at = response.completed_at + timedelta(days=31)
        noise = {name: source.randint(1, 5) for name in ("speed.soon", "speed.late")}
        response.answers = {**response.answers, **noise}
    db.session.commit()
    days = {"a_from": "2026-03-01", "a_to": "2026-03-31", "b_from": "2026-04-01",
            "b_to": "2026-04-30"}  # fmt: skip
    text = words(compare(staff, study, by="periods", **days))
    assert "“Speed” is not equally reliable in the groups." in text
    assert "Compare such a scale with care." in text


@pytest.mark.parametrize(
    "asked",
    [{"by": "periods"}, {"by": "study"}, {"by": "colour"},
     {"by": "periods", "a_from": "2026-03-02", "a_to": "2026-03-01", "b_from": "2026-03-02",
      "b_to": "2026-03-03"}],
)  # fmt: skip
def test_half_a_choice_is_refused_where_it_stands(
    staff: AuditingClient, asked: dict[str, str]
) -> None:
    study = scored_study(12)
    page = staff.post(f"/studies/{study.id}/analysis/compare", data=asked)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert db.session.query(Job).count() == 0


def test_nothing_to_compare_is_said_by_the_job(staff: AuditingClient) -> None:
    study = scored_study(12)
    staff.post(f"/studies/{study.id}/analysis/compare", data={"by": "city"})
    running.run_waiting()
    text = words(staff.get(f"/studies/{study.id}/analysis/compare").text)
    assert "There are no two groups with answers to compare." in text
    other = make_study(DOCUMENT)
    db.session.commit()
    staff.post(f"/studies/{study.id}/analysis/compare", data={"by": "study", "other": other.id})
    running.run_waiting()
    assert db.session.query(Comparison).count() == 0


def test_a_comparison_opens_only_under_its_study(staff: AuditingClient) -> None:
    study = ranked_study(80)
    compare(staff, study, by="city")
    other = make_study(DOCUMENT)
    db.session.commit()
    assert staff.get(f"/studies/{other.id}/analysis/compare/1").status_code == 404


def test_interviewers_see_and_change_nothing(sign_in: SignIn) -> None:
    study = scored_study(12)
    browser = sign_in("interviewer")
    assert browser.get(f"/studies/{study.id}/analysis").status_code == 403
    assert browser.post(f"/studies/{study.id}/analysis", data={"minimum": 5}).status_code == 403


def test_the_pages_speak_chinese(staff: AuditingClient) -> None:
    study = ranked_study()
    compare(staff, study, by="city")
    staff.post("/language/zh-Hans")
    for path in ("", "/scales", "/data", "/compare", "/compare/1"):
        text = words(staff.get(f"/studies/{study.id}/analysis{path}").text)
        assert not re.findall(r"[A-Za-z]{4,}(?: [a-z]{2,})+", text), path
        assert not NEVER.search(text)


def test_a_study_without_answers_leads_on(staff: AuditingClient) -> None:
    study = make_study(DOCUMENT)
    db.session.commit()
    for path in ("", "/scales", "/data", "/compare", "/change", "/trend", "/tables"):
        assert staff.get(f"/studies/{study.id}/analysis{path}").status_code == 200


def test_figures_of_an_earlier_release_still_show(staff: AuditingClient) -> None:
    study = scored_study(40)
    row = db.session.get_one(Snapshot, study.id)
    new = ("standings", "depth", "equality", "sample", "minimum")
    row.figures = {k: v for k, v in row.figures.items() if k not in new}
    db.session.commit()
    for path in ("", "/scales", "/data"):
        assert staff.get(f"/studies/{study.id}/analysis{path}").status_code == 200


@pytest.mark.parametrize(
    ("value", "low", "high", "said", "kind"),
    [
        (0.68, 0.64, 0.69, "0.68 [0.64, 0.69]: below 0.70", "warn"),
        (0.68, 0.64, 0.72, "0.68 [0.64, 0.72]: below 0.70, but the interval reaches it", "warn"),
        (0.72, 0.66, 0.78, "0.72 [0.66, 0.78]: above 0.70, but the interval reaches below", "note"),
        (0.80, 0.75, 0.84, "0.80 [0.75, 0.84]: above 0.70", "good"),
        (0.80, None, None, "0.80: above 0.70", "good"),
        (0.60, None, None, "0.60: below 0.70", "warn"),
        (None, None, None, "cannot be computed", "warn"),
    ],
)
def test_a_verdict_holds_the_interval_against_the_threshold(
    app: Flask, value: float | None, low: float | None, high: float | None, said: str, kind: str
) -> None:
    estimate = {"low": low, "high": high}
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert telling.verdict(value, estimate, 0.7) == said
        assert telling.verdict_kind(value, estimate, 0.7) == kind


def test_long_rankings_draw_their_ends_and_list_them_briefly(app: Flask) -> None:
    entries = [
        {"name": f"c{i}", "n": 30, "mean": 90.0 - i, "low": 80.0 - i, "high": 99.0 - i,
         "first": 1, "last": 60, "next_p": 1.0}
        for i in range(60)
    ]  # fmt: skip
    standing = {"by": "city", "outcome": "nps", "entries": entries, "bands": [[1, 60]],
                "pairs": 1770, "told_apart": 0}  # fmt: skip
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert len(telling.ranking_chart(standing).rows) == 40
        (sentence,) = telling.bands(standing)
        assert "c0, c1, c2, c3, c4, …, c58, c59" in sentence
        assert "No two of them can be told apart" in telling.summary(standing)
        assert "Every pair" in telling.summary({**standing, "told_apart": 1770})


def test_the_pages_ask_the_database_little(staff: AuditingClient) -> None:
    study = ranked_study(80)
    compare(staff, study, by="city")
    for path in ("", "/scales", "/data", "/compare", "/compare/1"):
        with counting() as statements:
            staff.get(f"/studies/{study.id}/analysis{path}")
        assert len(statements) <= 10, (path, statements)


def test_everybody_who_answered_of_a_whole_population_is_ranked_exactly(app: Flask) -> None:
    study = make_study(DOCUMENT)
    fill(study, city_rows(60), {"s0": 30, "s1": 30})
    snapshots.refresh(study.id)
    standing = figures(study)["standings"][0]
    assert [(e["first"], e["last"]) for e in standing["entries"]] == [
        (place, place) for place in range(1, len(standing["entries"]) + 1)
    ]
    assert all(e["shrunk"] == pytest.approx(e["mean"], abs=1e-4) for e in standing["entries"])
