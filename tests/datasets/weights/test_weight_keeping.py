"""Recipes of weights are added, never changed; each is noted, and a change of one is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.datasets.snapshots import taking
from surveyapp.datasets.weights.keeping import ACTION, SHOWN, history, keep, newest, recipe_for
from surveyapp.datasets.weights.models import StudyWeights
from surveyapp.datasets.weights.recipe import USUAL, Margin, WeightRecipe
from surveyapp.findings import SurveyError
from tests.datasets.studies import small_study
from tests.distribution.builders import add_study
from tests.evidence.test_verifying import places, verified

TRIMMED = WeightRecipe(trim=4)
RAKED = WeightRecipe(
    response=("tier",),
    calibration="margins",
    margins=(Margin(of="frame:tier"), Margin(of="data:age", totals={"18_34": 40, "35_54": 60})),
    bounds=(0.3, 3),
)


def test_a_study_has_the_usual_weights_until_a_recipe_is_kept(any_app: Flask) -> None:
    study, other = add_study(), add_study()
    assert (newest(study.id), recipe_for(study.id)) == (None, USUAL)
    assert keep(study.id, USUAL) is None, "that is how it is already"
    kept = keep(study.id, RAKED)
    assert kept is not None
    assert (kept.recipe_hash, recipe_for(study.id)) == (RAKED.hash, RAKED)
    assert keep(study.id, RAKED) is None
    assert recipe_for(other.id) == USUAL


def test_what_counted_before_stays_and_may_count_again(any_app: Flask) -> None:
    study = add_study()
    for recipe in (RAKED, TRIMMED, RAKED):
        assert keep(study.id, recipe) is not None
    hashes = [row.recipe_hash for row in history(study.id)]
    assert hashes == [RAKED.hash, TRIMMED.hash, RAKED.hash]
    for place in range(SHOWN):
        keep(study.id, WeightRecipe(trim=2 + place))
    assert len(history(study.id)) == SHOWN
    assert db.session.query(StudyWeights).count() == SHOWN + 3


def test_each_is_noted_in_the_audit_chain(any_app: Flask) -> None:
    study = add_study()
    rows = [keep(study.id, recipe) for recipe in (RAKED, TRIMMED)]
    keep(study.id, TRIMMED)
    db.session.commit()
    noted = db.session.scalars(select(AuditEntry).filter_by(action=ACTION)).all()
    assert [(e.subject, e.detail) for e in noted] == [
        (f"study:{study.id}", {"recipe": row.id, "hash": row.recipe_hash}) for row in rows if row
    ]
    assert (verified().findings, verified().compared) == ((), {ACTION: 2})


def _typed(row: StudyWeights) -> None:
    margins = [dict(one) for one in row.recipe["margins"]]
    margins[1]["totals"] = {"18_34": 41, "35_54": 60}
    row.recipe = {**row.recipe, "margins": margins}


def _senseless(row: StudyWeights) -> None:
    row.recipe = {**row.recipe, "trim": "much"}


def _with_its_hash(row: StudyWeights) -> None:
    row.recipe, row.recipe_hash = TRIMMED.as_json(), TRIMMED.hash


def _gone(row: StudyWeights) -> None:
    db.session.execute(delete(StudyWeights).where(StudyWeights.id == row.id))


def _of_another(row: StudyWeights) -> None:
    row.study_id = add_study().id


@pytest.mark.parametrize("tamper", [_typed, _senseless, _with_its_hash, _gone, _of_another])
def test_a_recipe_that_was_changed_is_named(any_app: Flask, tamper: Any) -> None:
    study = add_study()
    keep(study.id, TRIMMED)
    row = keep(study.id, RAKED)
    assert row is not None
    db.session.commit()
    place = f"weights:{row.id}"
    tamper(row)
    db.session.commit()
    assert places(verified()) == [place]


def test_a_snapshot_keeps_what_its_weights_are_made_by(app: Flask) -> None:
    study, _ = small_study()
    keep(study.id, TRIMMED)
    db.session.commit()
    snapshot = taking.take(study.id)
    keep(study.id, USUAL)
    db.session.commit()
    kept = taking.read(snapshot).data.weighing
    assert kept.recipe == TRIMMED
    assert sum(cell.counts["answered"] for cell in kept.cells) == 0, "no link was ever used"
    assert sum(sum(cell.counts.values()) for cell in kept.cells) == 77
    assert verified().whole
    path = taking.folder() / snapshot.name / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["weighing"]["cells"][0]["weights"]["silent"] += 1
    path.write_text(json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1), "utf-8")
    assert places(verified()) == [f"snapshot:{snapshot.id}/manifest.json"]
    with pytest.raises(SurveyError) as refusal:
        taking.read(snapshot)
    assert refusal.value.findings[0].code == "snapshot.changed"
