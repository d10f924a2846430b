from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from surveyapp.accounts.models import AuditEntry
from surveyapp.database import db
from surveyapp.distribution import designs, invitations, population, studies
from surveyapp.distribution.models import Study
from surveyapp.distribution.specs import Spec
from surveyapp.findings import SurveyError
from tests.distribution.builders import add_customers, add_study, add_version


def test_a_study_starts_as_a_draft_with_a_usable_population(any_app: Flask) -> None:
    study = studies.create("Autumn", add_version(), timezone="Europe/Berlin")
    assert (study.state, study.timezone) == ("draft", "Europe/Berlin")
    assert population.read(study.population) == population.Population()
    assert db.session.scalars(select(AuditEntry.action)).all() == ["study.create"]


def test_moves_are_audited_and_illegal_ones_refused(any_app: Flask) -> None:
    study = add_study()
    assert [studies.move(study, e) for e in ("start", "pause", "resume", "close")] == [
        "running",
        "paused",
        "running",
        "closed",
    ]
    with pytest.raises(SurveyError) as refusal:
        studies.move(study, "start")
    assert refusal.value.findings[0].code == "study.illegal_move"
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["study.start", "study.pause", "study.resume", "study.close"]


def test_of_two_people_only_one_moves_a_study(app: Flask) -> None:
    study = add_study()
    assert study.state == "draft"
    statement = update(Study).values(state="closed")
    db.session.execute(statement, execution_options={"synchronize_session": False})
    with pytest.raises(SurveyError):
        studies.move(study, "start")
    assert study.state == "closed"


def test_the_list_takes_three_queries_however_many_studies_there_are(app: Flask) -> None:
    customers = add_customers(30)
    for number in range(4):
        study = add_study(title=f"Study {number}", population=population.Population().as_json())
        designs.draw(study, Spec(n=7, seed=1, strata_by=("city",)))
        invitations.issue(designs.draw(study, Spec(n=10 + number, seed=2, strata_by=("city",))))
    first = db.session.scalars(select(invitations.Invitation)).first()
    assert first is not None
    invitations.mark_completed(first)
    db.session.commit()
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    found = studies.standings()
    assert len(queries) == 3
    assert [s.study.title for s in found] == [f"Study {n}" for n in (3, 2, 1, 0)]
    assert [s.sampled for s in found] == [13, 12, 11, 10]
    assert [s.completed for s in found] == [0, 0, 0, 1]
    assert len(customers) == 30


def test_published_versions_come_newest_first(app: Flask) -> None:
    first, second = add_version(), add_version()
    assert [v.id for v in studies.published_versions()] == [second.id, first.id]
