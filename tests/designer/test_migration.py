"""What was published before versions had a mapping keeps its rows and gets an empty one."""

from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from surveyapp import create_app
from surveyapp.database import db
from surveyapp.designer.models import QuestionnaireVersion
from surveyapp.distribution.models import Study
from surveyapp.migrating import register
from tests.conftest import make_settings

EARLIER = (
    "INSERT INTO questionnaire (id, title, draft, revision, created_by, updated_by, created_at,"
    " updated_at) VALUES (1, '{}', '{}', 1, '', '', '2026-01-01', '2026-01-01')",
    "INSERT INTO questionnaire_version (id, questionnaire_id, number, content_hash, document,"
    " published_by, published_at) VALUES (1, 1, 1, 'c', '{\"pages\": []}', '', '2026-01-01')",
    "INSERT INTO study (id, title, version_id, timezone, state, population, send_from, send_until,"
    " contact_cap, contact_cap_days, created_by, created_at)"
    " VALUES (1, 'S', 1, 'UTC', 'running', '{}', 0, 1, 3, 30, '', '2026-01-01')",
    "INSERT INTO response (id, study_id, version_id, mode, language, state, seed, answers,"
    " sequences, facts, paradata, started_at, saved_at)"
    " VALUES (1, 1, 1, 'qr', 'en', 'started', 1, '{}', '{}', '{}', '{}', '2026-01-01',"
    " '2026-01-01')",
)


@pytest.mark.parametrize(
    "engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_an_installation_with_versions_is_upgraded(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    more = {}
    if engine == "postgresql":
        more["DATABASE_URL"] = request.getfixturevalue("postgresql_url")
    app = create_app(make_settings(tmp_path, **more))
    register(app)
    with app.app_context():
        upgrade(revision="0001")
        for statement in EARLIER:
            db.session.execute(text(statement))
        db.session.commit()
        upgrade()
        version = db.session.scalars(db.select(QuestionnaireVersion)).one()
        assert version.mapping == []
        assert version.document == {"pages": []}
        study = db.session.scalars(db.select(Study)).one()
        assert (study.asked.id, study.planned_version) == (1, None)
        assert db.session.scalar(text("SELECT count(*) FROM response")) == 1
        db.session.remove()
        db.engine.dispose()
