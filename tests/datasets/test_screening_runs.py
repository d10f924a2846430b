from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.gather import completed
from surveyapp.datasets.models import CleaningEntry, Flag, Review
from surveyapp.datasets.screening import review
from surveyapp.datasets.screening.recipe import Logic, Policy, Recipe, recipe_of
from surveyapp.datasets.screening.running import flags_of, last_recipe, run_screening
from surveyapp.findings import SurveyError
from tests.datasets.studies import make_study, small_study


def codes(error: pytest.ExceptionInfo[SurveyError]) -> list[str]:
    return [f.code for f in error.value.findings]


def test_a_run_keeps_flags_and_excludes_by_the_log_only(any_app: Flask) -> None:
    study, kinds = small_study()
    run = run_screening(study.id)
    assert run.summary["n"] == 77 == completed(study.id)
    out = cleaning.excluded(study.id)
    assert {r for r, k in kinds.items() if k == "speeding"} <= set(out)
    assert all(line.run_id == run.id and line.rule for line in out.values())
    flagged = {flag.response_id for flag in flags_of(run.id)}
    assert set(out) <= flagged
    speeder = next(r for r, k in kinds.items() if k == "speeding")
    assert "speed" in [flag.rule for flag in flags_of(run.id, speeder)]
    assert "screening.run" in db.session.scalars(select(AuditEntry.action)).all()


@pytest.mark.usefixtures("app")
def test_running_again_gives_the_same_result_and_no_new_lines() -> None:
    study, _ = small_study()
    first = run_screening(study.id)
    lines = len(cleaning.log(study.id))
    second = run_screening(study.id)
    assert second.result_hash == first.result_hash
    assert second.dataset_hash == first.dataset_hash
    assert len(cleaning.log(study.id)) == lines
    assert (second.summary["newly_excluded"], second.summary["restored"]) == (0, 0)


@pytest.mark.usefixtures("app")
def test_a_milder_recipe_restores_what_it_no_longer_excludes() -> None:
    study, _ = small_study()
    run_screening(study.id)
    before = cleaning.excluded(study.id)
    mild = Recipe(logic=Logic(contradictions=False), policy=Policy(pattern_kinds=0))
    run = run_screening(study.id, mild)
    after = cleaning.excluded(study.id)
    assert set(after) < set(before)
    assert run.summary["restored"] == len(before) - len(after)
    assert last_recipe(study.id) == mild


@pytest.mark.usefixtures("app")
def test_a_persons_decision_outlives_later_runs() -> None:
    study, kinds = small_study()
    run_screening(study.id)
    speeder = next(r for r, k in kinds.items() if k == "speeding")
    honest = next(r for r in kinds if r not in cleaning.excluded(study.id))
    cleaning.restore(speeder, "called back: reads fast")
    cleaning.exclude(honest, "test entry of the store")
    db.session.commit()
    run_screening(study.id)
    assert not cleaning.is_excluded(speeder)
    assert cleaning.is_excluded(honest)


@pytest.mark.usefixtures("app")
def test_decisions_need_a_reason_and_a_change() -> None:
    small_study()
    with pytest.raises(SurveyError) as unknown:
        cleaning.exclude(9999, "x")
    with pytest.raises(SurveyError) as silent:
        cleaning.exclude(1, "  ")
    with pytest.raises(SurveyError) as inside:
        cleaning.restore(1, "x")
    cleaning.exclude(1, "x")
    with pytest.raises(SurveyError) as twice:
        cleaning.exclude(1, "x")
    assert codes(unknown) == ["cleaning.unknown"]
    assert codes(silent) == ["cleaning.no_reason"]
    assert codes(inside) == codes(twice) == ["cleaning.no_change"]


@pytest.mark.usefixtures("app")
def test_no_line_of_the_log_can_be_changed_or_deleted() -> None:
    small_study()
    line = cleaning.exclude(1, "x")
    db.session.commit()
    line.reason = "y"
    with pytest.raises(RuntimeError, match="cannot be changed"):
        db.session.flush()
    db.session.rollback()
    db.session.delete(db.session.get_one(CleaningEntry, line.id))
    with pytest.raises(RuntimeError, match="cannot be changed"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.usefixtures("app")
def test_an_empty_study_says_so_and_leaves_nothing() -> None:
    study = make_study()
    with pytest.raises(SurveyError) as error:
        run_screening(study.id)
    assert codes(error) == ["screening.no_responses"]
    assert db.session.scalar(select(func.count()).select_from(Flag)) == 0


@pytest.mark.usefixtures("app")
def test_a_wrong_recipe_is_named() -> None:
    with pytest.raises(SurveyError) as error:
        recipe_of({"logic": {"speed_share": 3}, "patern": {}})
    assert {f.place for f in error.value.findings} == {"recipe:logic.speed_share", "recipe:patern"}


@pytest.mark.usefixtures("app")
def test_reading_decides_and_measures_the_layers() -> None:
    study, _ = small_study()
    run = run_screening(study.id)
    out = cleaning.excluded(study.id)
    sample = review.queue(run.id)
    assert review.accuracy(run.id).waiting == len(sample)
    assert review.accuracy(run.id).precision is None
    wrong = next(r for r in sample if r.response_id in out)
    missed = next(r for r in sample if r.response_id not in out)
    for item in sample:
        keep = item.response_id not in out
        if item in (wrong, missed):
            keep = not keep
        review.decide(item.id, "keep" if keep else "exclude", "read")
    db.session.commit()
    assert not cleaning.is_excluded(wrong.response_id)
    assert cleaning.is_excluded(missed.response_id)
    result = review.accuracy(run.id)
    n_out = sum(r.response_id in out for r in sample)
    assert result.waiting == 0
    assert result.precision == (n_out - 1) / n_out
    assert result.missed == pytest.approx(1 / (len(sample) - n_out))
    lines = [line for line in cleaning.log(study.id) if line.rule == "review"]
    assert {line.response_id for line in lines} == {wrong.response_id, missed.response_id}


@pytest.mark.usefixtures("app")
def test_verdicts_are_checked() -> None:
    study, _ = small_study()
    run = run_screening(study.id)
    item = db.session.scalars(select(Review).where(Review.run_id == run.id)).first()
    assert item is not None
    for verdict, reason in (("maybe", "x"), ("keep", " ")):
        with pytest.raises(SurveyError):
            review.decide(item.id, verdict, reason)
    assert item.verdict == ""


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.usefixtures("app")
def test_a_response_is_read_in_words(language: str) -> None:
    small_study()
    reading = review.reading(1, language)
    said = {line.variable: line.answer for line in reading.lines}
    assert said["solved"] in (
        "Yes, it is solved",
        "Only in part",
        "No, not yet",
        "已经解决",
        "部分解决",
        "没有解决",
    )
    assert said["speed.reached"][0] in "12345"
    assert len(said["speed.reached"]) > 2
    assert reading.seconds > 0
    assert reading.expected > 30
    assert "王芳" not in str(reading)
