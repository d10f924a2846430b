"""Releases and panels against what the audit trail noted."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, panels, releases
from surveyapp.distribution.population import Population
from surveyapp.distribution.specs import Spec
from surveyapp.evidence.comparing import COMPARED
from surveyapp.stats.sampling.rotation import Pattern
from tests.distribution.builders import add_customers, add_study


def found(action: str) -> list[str]:
    db.session.flush()
    entry = db.session.scalars(select(AuditEntry).filter_by(action=action)).one()
    return [finding.code for finding in COMPARED[action](entry)]


@pytest.fixture
def spec(app: Flask) -> Spec:
    add_customers(60)
    return Spec(n=20, seed=1, strata_by=("city",), replicates=4, released=2)


def test_a_release_is_compared_with_what_was_noted(spec: Spec) -> None:
    study = add_study(population=Population().as_json())
    design = designs.draw(study, spec)
    seen = sum(one.released for one in releases.standing(design))
    made = releases.release_batches(study, 1, "few", seen)
    assert found("sample.release") == found("sample.draw") == []
    made.strata = {key: n + 1 for key, n in made.strata.items()}
    assert found("sample.release") == found("sample.draw") == ["evidence.changed"]
    db.session.delete(made)
    assert found("sample.release") == ["evidence.gone"]


def test_a_panel_is_compared_with_what_was_noted(spec: Spec) -> None:
    study = add_study(population=Population().as_json())
    panel = panels.recruit("Panel", study, Pattern(2), 3, 10, spec)
    assert found("panel.recruit") == []
    panel.spec = {**panel.spec, "seed": 2}
    assert found("panel.recruit") == ["evidence.changed"]
    panel.frame = b"no frame"
    assert found("panel.recruit") == ["evidence.changed"]
    db.session.delete(panel)
    assert found("panel.recruit") == ["evidence.gone"]
