"""From facts to the document: what is said, what is left out, what is only chance."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from surveyapp.designer.paper.layout import Paper
from surveyapp.reports.papers.facts import SECTIONS
from surveyapp.reports.papers.making import document
from surveyapp.reports.papers.model import Figure, Sheet, Table, Words, tables_of
from surveyapp.reports.papers.speech import Speech
from surveyapp.reports.papers.summary import headlines, priorities, summary, trust, weakest
from tests.reports.papers.samples import (
    FIGURES,
    FULL,
    RESPONSE,
    SAY,
    dimension,
    entry,
    estimate,
    facts,
    grading,
    item,
    scale,
    standing,
)


def figures_of(made) -> list[Figure]:
    blocks = [block for section in made.sections for block in section.blocks]
    return [f for block in blocks if isinstance(block, Sheet) for f in block.figures]


def said(made, anchor: str) -> str:
    (section,) = (s for s in made.sections if s.anchor == anchor)
    return repr(section)


def test_the_headlines_and_what_is_called_a_change():
    found = {one.label: one for one in headlines(FULL, SAY)}
    total = found["Weighted total (0–100)"]
    assert (total.value, total.base) == ("71.2", "[69.2, 73.2] · n = 200")
    assert (total.change, total.sure) == ("+3.0 [1.0, 5.0]", "up")
    nps = found["NPS (−100 to 100)"]
    assert (nps.change, nps.sure) == ("−9.0 [−14.0, −4.0]", "down")
    csat = found["Satisfied (CSAT)"]
    assert (csat.value, csat.base) == ("60.0 %", "[50.0, 70.0] · n = 200")
    assert csat.warn == "below 80 %"
    assert (csat.change, csat.sure) == ("no comparison: too few answers before", "")
    assert found["Ease (CES, 1–7)"].value == "5.50"
    score = found["Score of the period (0–10)"]
    assert (score.value, score.base, score.warn) == ("7.50", "Good · n = 200", "veto: 2 answers")


def test_what_is_not_asked_has_no_headline_and_no_warning_without_reason():
    experience = [
        {**FIGURES["experience"][0], "satisfied": {"n": 3, "mean": None, "low": None, "high": None}}
    ]
    some = facts(
        {"dimensions": [], "nps": None, "experience": experience, "grading": None}, previous=""
    )
    (only,) = headlines(some, SAY)
    assert (only.value, only.base, only.warn, only.change) == ("–", "n = 3", "", "")
    good = {
        **FIGURES["experience"][0],
        "satisfied": {"n": 9, "mean": 0.9, "low": 0.8, "high": 0.95},
    }
    assert (
        next(h for h in headlines(facts({"experience": [good]}), SAY) if "CSAT" in h.label).warn
        == ""
    )
    plain = grading(vetoed=0, declares={"vetoes": 1, "bonuses": 0})
    plain["schemes"][0]["level"] = None
    score = next(h for h in headlines(facts({"grading": plain}), SAY) if "Score" in h.label)
    assert (score.base, score.warn) == ("– · n = 200", "")
    undeclared = grading(declares={"vetoes": 0, "bonuses": 0})
    assert not [h for h in headlines(facts({"grading": undeclared}), SAY) if "Score" in h.label]


def test_what_costs_most_comes_first_and_says_where_to_begin():
    costs = [(d["id"], d["cost"]) for d in priorities(FIGURES)]
    assert costs == [("care", 14.0), ("speed", 8.0), ("ease", 7.5)]
    care, speed, _ease = summary(FULL, SAY).priorities
    assert care.cost == "costs 14.0 points of the total (weight 35 %)"
    assert care.begin == (
        "Begin with “care.b”: mean 3.00 of 3.",
        "Furthest behind: Wuhan with 51.0 (n = 50).",
    )
    assert speed.begin == ("Ten points more here raise the total by 4.0.",)
    assert weakest("ease", FIGURES) is None
    scales = [
        scale("care", 0.6, None, item("care.a", 4.0), {**item("care.b", 3.0), "reverse": True})
    ]
    turned = summary(facts({"scales": scales}), SAY).priorities[0]
    assert turned.begin[0].endswith("mean 3.00 of 3, turned round.")
    assert weakest("nobody", FIGURES) is None
    many = [dimension(name, 25.0, 50.0) for name in "dcba"]
    assert [d["id"] for d in priorities({**FIGURES, "dimensions": many})] == ["a", "b", "c"]


def test_a_group_that_may_be_first_is_not_called_behind():
    alike = (standing("care", entry("A", 70.0, 1, 2), entry("B", 69.0, 1, 2)),)
    unknown = (standing("care", {**entry("A", 70.0, 1, 2), "first": None}),)
    for standings in (alike, unknown):
        care = summary(facts(standings=standings), SAY).priorities[0]
        assert not [words for words in care.begin if "behind" in words]


def test_how_far_to_trust():
    fine = list(trust(FULL, SAY))
    assert fine[0] == "The scored items measure reliably (α = 0.85, at least 0.70)."
    assert fine[1] == "Less reliable than expected: Care."
    assert fine[2].startswith("20.7 % of those who were asked answered")
    assert fine[3].startswith("200 answers after screening (7 excluded) are worth 160")
    overall, sample = FIGURES["overall"], FIGURES["sample"]
    strong = facts({"scales": FIGURES["scales"][:1]})
    assert len(list(trust(strong, SAY))) == 3
    weak = {"overall": {**overall, "alpha": 0.5}, "scales": []}
    assert "below 0.70" in next(trust(facts(weak), SAY))
    none = {"overall": {"items": []}, "sample": {**sample, "strata": [], "used": 0}}
    said_ = list(trust(facts(none, response=None), SAY))
    assert said_[0] == "The reliability of the scored items cannot be computed."
    assert said_[1].startswith("Nobody was drawn at random")
    assert len(said_) == 2
    quiet = facts(response={**RESPONSE, "rr1": None})
    assert not [words for words in trust(quiet, SAY) if "RR1" in words or "random" in words]


def test_the_full_report_has_all_its_parts():
    made = document(FULL, SAY)
    assert [s.anchor for s in made.body] == ["dimensions", "score", "standings", "questions"]
    assert [s.anchor for s in made.appendix] == [
        "questionnaire", "sample", "response", "screening", "reliability", "definitions",
        "provenance",
    ]  # fmt: skip
    assert ("Compared with", "2026-10") in made.cover.facts
    assert ("Response rate", "20.7 % of 1,000 asked (AAPOR RR1)") in made.cover.facts
    for figure in figures_of(made):
        assert re.search(r"n = [\d,]+\. Source: After <sales>, 2026-11; cleaned", figure.source)
    names = [table.sheet for table in tables_of(made) if table.sheet]
    assert "Dimensions" in names
    assert "Exclusions" in names


def test_each_question_gets_the_chart_that_suits_it():
    made = {f.title: f for f in figures_of(document(FULL, SAY))}
    assert "Do you agree?" in made, "statements of a grid share one chart"
    assert [row[0] for row in made["Do you agree?"].table.rows] == [
        "They listened",
        "They were kind",
    ]
    assert '<path d="M150' in made["How?"].svg, "two categories: a pie"
    assert made["Why?"].height < 300
    assert '<path d="M150' not in made["Why?"].svg, "six categories: bars"
    assert made["Would you recommend us?"].svg.count("<rect") == 11
    assert '<path d="M150' not in made["Happy?"].svg, "points of a scale are in order: bars"
    assert made["What?"].table.rows[0][:2] == ("fridge", 0.25)
    assert made["What first?"].table.rows[0][-1] == 1.25
    assert "bought.a" not in made
    assert "random.arm" not in made
    assert "“Rare?”: 3 answers, withheld because fewer than 10." in said(
        document(FULL, SAY), "questions"
    )


def test_balance_needs_three_dimensions_and_shows_the_period_before():
    titles = [f.title for f in figures_of(document(FULL, SAY))]
    assert "Balance of the dimensions" in titles
    balance = next(f for f in figures_of(document(FULL, SAY)) if f.title.startswith("Balance"))
    assert "Dashed: 2026-10." in balance.source
    assert balance.table.rows[0] == ("Speed", 80.0, 81.0)
    alone = document(facts(previous="", changes={}), SAY)
    balance = next(f for f in figures_of(alone) if f.title.startswith("Balance"))
    assert balance.table.rows[0] == ("Speed", 80.0)
    two = facts({"dimensions": FIGURES["dimensions"][:2]})
    assert not [f for f in figures_of(document(two, SAY)) if f.title.startswith("Balance")]


def test_the_table_of_changes_has_a_verdict_for_each():
    (table,) = (t for t in tables_of(document(FULL, SAY)) if t.sheet == "Changes since then")
    assert {row[0]: row[-1] for row in table.rows} == {
        "Weighted total": "better", "NPS": "worse", "Speed": "may be chance",
        "Care": "may be chance", "Ease": "may be chance",
    }  # fmt: skip


def test_a_long_ranking_is_drawn_in_part_and_listed_whole():
    entries = [entry(f"c{i}", 90.0 - i, 1, 30) for i in range(30)]
    made = document(facts(standings=(standing("nps", *entries),)), SAY)
    (figure,) = (f for f in figures_of(made) if f.title == "Cities: Nps")
    assert len(figure.table.rows) == 30
    assert "Drawn are the first 16 and the last 8 of 30." in figure.source
    assert not [
        b for s in made.body if s.anchor == "standings" for b in s.blocks if isinstance(b, Words)
    ]


def test_the_score_of_a_period_without_answers_or_roles():
    plain = grading()
    plain["schemes"] = [{**plain["schemes"][0], "counts": {"good": 0, "poor": 0}}]
    made = document(facts({"grading": plain}), SAY)
    assert "By the weights of each role" not in said(made, "score")
    assert "By the weights of each role" in said(document(FULL, SAY), "score")


def test_what_nobody_wanted_is_not_there():
    made = document(facts(sections=()), SAY)
    assert made.body == ()
    assert [s.anchor for s in made.appendix] == ["reliability", "definitions", "provenance"]
    bare = facts(
        {"dimensions": [], "grading": None, "frequencies": [], "multiples": [], "rankings": [],
         "sensitivity": [], "sample": {"used": 0, "strata": []}, "overall": {"items": []}},
        standings=(), response=None, design=None, exclusions=(), paper=None, previous="",
    )  # fmt: skip
    made = document(bare, SAY)
    assert made.body == ()
    assert "No sample was drawn" in said(made, "sample")
    assert "No answer was excluded." in said(made, "screening")
    assert set(SECTIONS) >= {"dimensions", "score"}


def test_rates_of_days_and_strata_that_have_no_name():
    sample = {
        **FIGURES["sample"],
        "strata": [{"name": "", "population": 9, "answers": 3, "weight": 3.0}],
    }
    made = document(facts({"sample": sample}, response={**RESPONSE, "whole": True}), SAY)
    assert "Response rate of the whole sample" in dict(made.cover.facts)
    assert "not of this range of days alone" in said(made, "response")
    (table,) = (t for t in tables_of(made) if t.sheet == "Strata")
    assert table.rows == (("–", 9, 3, 3.0),)
    unstratified = document(facts({"sample": {**FIGURES["sample"], "strata": []}}), SAY)
    assert not [t for t in tables_of(unstratified) if t.sheet == "Strata"]


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"n": 4, "minimum": 10, "withheld": 10, "excluded": 0}, "4 answers are too few"),
        ({**FIGURES, "n": 0}, "There are no answers in this period."),
    ],
)
def test_too_few_answers_give_a_report_that_says_only_that(figures, words):
    made = document(replace(FULL, figures=figures, exclusions=()), SAY)
    assert made.summary.note.startswith(words)
    assert made.summary.headlines == made.summary.priorities == ()
    assert made.body == ()
    assert not [s for s in made.appendix if s.anchor == "reliability"]


def test_provenance_names_everything():
    text = said(document(FULL, SAY), "provenance")
    for wanted in ("babab", "d" * 64, "a" * 64, "c" * 64, "e" * 64, "f" * 64, "surveyapp 1"):
        assert wanted in text
    bare = replace(FULL, provenance=replace(FULL.provenance, recipe=""))
    assert "Recipe" not in said(document(bare, SAY), "provenance")


def test_speech_falls_back_to_what_there_is():
    chinese = Speech("zh-Hans", lambda template: template)
    assert chinese.text({"en": "Speed"}) == "Speed"
    assert chinese.text({"en": "Speed", "zh-Hans": "速度"}) == "速度"
    assert chinese.text(None) == "–"
    assert isinstance(FULL.paper, Paper)
    assert estimate(None)["low"] is None
    assert isinstance(tables_of(document(FULL, SAY))[0], Table)
