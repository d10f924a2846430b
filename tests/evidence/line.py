"""The whole line, small: a version published, a sample drawn, answers screened and exported."""

from __future__ import annotations

from dataclasses import replace

from benchmarks._mixtures import mixture
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets.exports.offering import export
from surveyapp.datasets.screening.running import run_screening
from surveyapp.designer import editor
from surveyapp.designer.library import template
from surveyapp.designer.publishing import publish
from surveyapp.distribution import designs, studies
from surveyapp.distribution.plans import Spec
from tests.datasets.studies import SMALL
from tests.distribution.builders import add_customers


def whole_line() -> int:
    """The id of the study; everything went through the functions that note it."""
    add_customers(60)
    questionnaire = editor.create(template("aftersales"), "a@example.com")
    db.session.flush()
    version = publish(questionnaire, questionnaire.revision, "a@example.com", accept_warnings=True)
    study = studies.create("售后", version, state="running")
    designs.draw(study, Spec(n=30, seed=20261130, strata_by=("tier",)))
    for row in (replace(one, id=n) for n, one in enumerate(mixture(SMALL, 4)[0], 1)):
        db.session.add(
            Response(
                id=row.id,
                study_id=study.id,
                version_id=version.id,
                token_hash=f"{row.id:064d}",
                mode="qr",
                language=row.language,
                state="completed",
                seed=row.id,
                answers=dict(row.answers),
                facts=dict(row.facts),
                started_at=row.started_at,
                completed_at=row.completed_at,
            )
        )
    db.session.commit()
    run_screening(study.id)
    export(study.id, "csv")
    return study.id
