"""The study page of a questionnaire that has every kind of question and of score."""

from __future__ import annotations

import re

import pytest
from lxml import html

from surveyapp import clock
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.reports import snapshots
from tests.auditing import AuditingClient
from tests.reports.scored_study import scored_study
from tests.reports.test_study_page import NEVER, version_of, words


def section(page: str, name: str) -> html.HtmlElement:
    """The section whose heading has this id."""
    (found,) = html.document_fromstring(page).xpath(f"//section[.//h2[@id='{name}-title']]")
    return found


def said(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def cells(element: html.HtmlElement) -> list[list[str]]:
    """The body of the first table, cell by cell."""
    body = element.xpath(".//tbody")[0]
    return [[said(cell) for cell in row.iterchildren("td")] for row in body.iterchildren("tr")]


def test_totals_stand_side_by_side_under_every_set_of_weights(staff: AuditingClient) -> None:
    study = scored_study()
    kept = snapshots.refresh(study.id).figures["grading"]
    rows = cells(section(staff.get(f"/studies/{study.id}").text, "grade"))
    assert [row[0] for row in rows] == ["All staff", "Technical", "Reception"]
    for row, scheme in zip(rows, kept["schemes"], strict=True):
        assert row[1] == f"{scheme['score']:.2f}"
        assert row[3].startswith(f"{scheme['raised']['mean']:.2f} [")
        assert row[4] == f"{scheme['plain']['mean']:.2f}"
        assert scheme["raised"]["mean"] > scheme["plain"]["mean"]


def test_a_profile_changes_the_headline_the_weights_and_the_levels(staff: AuditingClient) -> None:
    study = scored_study()
    kept = snapshots.refresh(study.id).figures
    technical = kept["grading"]["schemes"][1]
    own, other = (staff.get(f"/studies/{study.id}{q}").text for q in ("", "?profile=technical"))
    assert f"{kept['weighted_total']['mean']:.1f}" in words(own)
    assert f"{10 * technical['plain']['mean']:.1f}" in words(other)
    assert "Solved (35 %)" in said(section(own, "dimensions"))
    assert "Solved (60 %)" in said(section(other, "dimensions"))
    current = section(other, "grade").xpath(".//nav/a[@aria-current]")
    assert [said(link) for link in current] == ["Technical"]
    assert "profile=technical" in html.document_fromstring(other).get_element_by_id("live").get(
        "hx-get"
    )
    assert version_of(own) != version_of(other)
    unknown = staff.get(f"/studies/{study.id}?profile=nobody").text
    assert said(section(unknown, "grade")) == said(section(own, "grade"))


def test_a_veto_zeroes_the_period_and_says_where_it_stands(staff: AuditingClient) -> None:
    study = scored_study(vetoes=2)
    page = staff.get(f"/studies/{study.id}").text
    shown = section(page, "grade")
    text = said(shown)
    assert re.search(
        r"Score of the period \(0–10\) ?0\.00 ?Bad · before the veto \d\.\d\d", words(page)
    )
    assert "The score of the period is 0: 2 answers contain a veto." in text
    assert "Information leak: in 2 answers No. 1, 2" in text
    assert "Broken promise: in 1 answer No. 1" in text
    links = [a.get("href") for a in shown.xpath(".//li//a")]
    assert links[0] == f"/studies/{study.id}/responses/1"
    assert staff.get(links[0]).status_code == 200
    for row in cells(shown):
        assert row[1] == "0.00"
        assert row[2].startswith("Bad"), row
    assert shown.xpath(".//td[contains(@class, 'spent')]"), "the score before stands beside, grey"
    cleaning.exclude(1, "tried out by the shop")
    cleaning.exclude(2, "tried out by the shop")
    db.session.commit()
    snapshots.refresh(study.id)
    after = said(section(staff.get(f"/studies/{study.id}").text, "grade"))
    assert "contain" not in after.split("Points from")[0], "only answers that are kept count"


def test_bonuses_name_their_percent_their_answers_and_the_limit(staff: AuditingClient) -> None:
    study = scored_study()
    grading = snapshots.refresh(study.id).figures["grading"]
    shown = section(staff.get(f"/studies/{study.id}").text, "grade")
    text = said(shown)
    assert cells(shown.xpath(".//details")[0]) == [
        ["Called back", "10 %", str(grading["bonuses"][0]["n"])],
        ["Gave advice", "7.5 %", str(grading["bonuses"][1]["n"])],
    ]
    assert "at most 15 %" in text
    assert f"{grading['capped']} answers reached the limit" in text


def test_satisfaction_and_effort_have_their_definitions(staff: AuditingClient) -> None:
    study = scored_study()
    happy = next(e for e in snapshots.refresh(study.id).figures["experience"] if e["satisfied"])
    shown = section(staff.get(f"/studies/{study.id}").text, "experience")
    text = said(shown)
    assert f"{100 * happy['satisfied']['mean']:.1f} %" in text
    assert f"{happy['mean']['mean']:.2f}" in text
    assert "CES: mean, 1 to 7" in text
    assert "the two highest points (4 and 5)" in text


def test_reliability_is_held_against_what_was_expected(staff: AuditingClient) -> None:
    study = scored_study()
    speed = snapshots.refresh(study.id).figures["scales"][0]
    text = said(section(staff.get(f"/studies/{study.id}").text, "scales"))
    assert "Verdict" in text
    assert "the expected 0.75" in text
    assert f"{speed['alpha']:.3f} [{speed['low']:.3f}, {speed['high']:.3f}]" in text
    assert "items of different lengths" in text


@pytest.mark.parametrize("name", ["multiple-1", "ranking-1"])
def test_closed_questions_are_bars_with_their_base(staff: AuditingClient, name: str) -> None:
    page = html.document_fromstring(staff.get(f"/studies/{scored_study().id}").text)
    (shown,) = page.xpath(f"//section[@aria-labelledby='{name}']")
    assert {"multiple-1": "A fridge", "ranking-1": "The price"}[name] in said(shown)
    assert re.search(r"\d+\.\d %", said(shown))
    assert "n = " in said(shown) or "mean place" in said(shown)


def test_an_experiment_shows_arms_test_and_verdict(staff: AuditingClient) -> None:
    study = scored_study()
    (kept,) = snapshots.refresh(study.id).figures["experiments"]
    page = html.document_fromstring(staff.get(f"/studies/{study.id}").text)
    (shown,) = page.xpath("//section[@aria-labelledby='experiment-1']")
    text = said(shown)
    assert "Experiment: Wording" in text
    for arm in kept["arms"]:
        assert f"n = {arm['n']}" in text
    assert re.search(r"t\(\d+\.\d\) = −?\d+\.\d\d, p [=<] 0\.\d+, g = −?\d+\.\d\d", text)
    assert "may be chance" in text or "differ" in text


def test_missing_answers_are_counted_and_named(staff: AuditingClient) -> None:
    study = scored_study()
    kept = {m["variable"]: m for m in snapshots.refresh(study.id).figures["missing"]}
    rows = cells(section(staff.get(f"/studies/{study.id}").text, "missing"))
    by_label = {row[0]: row for row in rows}
    refused = kept["happy"]["refused"]
    row = by_label["Overall, how satisfied are you?"]
    assert row[3] == f"{refused} {100 * refused / 60:.1f} %"
    assert row[5] == "60"


def test_who_was_screened_out_or_came_too_late_is_said(staff: AuditingClient) -> None:
    study = scored_study(12)
    for state in ("screened_out", "screened_out", "quota_full"):
        db.session.add(
            Response(
                study_id=study.id, version_id=study.version_id, mode="qr", language="en", seed=1,
                state=state, completed_at=clock.now(),
            )
        )  # fmt: skip
    db.session.commit()
    text = words(staff.get(f"/studies/{study.id}").text)
    assert "Screened out: 2." in text
    assert "Quota full: 1." in text


def test_the_page_speaks_chinese_and_makes_nothing_up(staff: AuditingClient) -> None:
    study = scored_study(vetoes=1)
    english = words(staff.get(f"/studies/{study.id}").text)
    assert not NEVER.search(english)
    staff.post("/language/zh-Hans")
    chinese = words(staff.get(f"/studies/{study.id}?profile=reception").text)
    assert not NEVER.search(chinese)
    assert not re.findall(r"[A-Za-z]{4,}(?: [a-z]+)+", chinese), "English on the Chinese page"
    assert "本期得分为 0" in chinese


def test_figures_of_before_the_rules_still_show(staff: AuditingClient) -> None:
    """A snapshot that was computed by an earlier release lacks the new keys."""
    study = scored_study(12)
    kept = snapshots.refresh(study.id)
    new = ("grading", "experience", "multiples", "rankings", "experiments", "missing")
    old = {name: value for name, value in kept.figures.items() if name not in new}
    old["scales"] = [
        {k: v for k, v in scale.items() if k not in ("expected", "mixed")}
        for scale in old["scales"]
    ]
    kept.figures = old
    db.session.commit()
    text = words(staff.get(f"/studies/{study.id}?profile=technical").text)
    assert "Score and level" not in text
    assert "Dimension scores" in text
    assert not NEVER.search(text)
