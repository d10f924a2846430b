"""A study in the database with the responses of a simulated mixture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks._mixtures import mixture
from surveyapp.answering.models import Response
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.datasets.reading import Row
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)

SMALL = {"genuine": 60, "speeding": 5, "straight_lining": 5, "contradictory": 4, "random": 3}


def publish(document: Document, number: int = 1, of: Questionnaire | None = None) -> Any:
    content = json.loads(document.model_dump_json())
    of = of or Questionnaire(draft=content)
    version = QuestionnaireVersion(
        questionnaire=of, number=number, content_hash=f"{number:064d}", document=content
    )
    db.session.add(version)
    db.session.flush()
    return version


def make_study(document: Document | None = None) -> Study:
    study = Study(
        title="售后", version=publish(document or template("aftersales")), state="running"
    )
    db.session.add(study)
    db.session.flush()
    return study


def fill(study: Study, rows: Sequence[Row], strata: Mapping[str, int] | None = None) -> None:
    """Customers, draw, invitations and completed responses behind the rows (ids as in the rows)."""
    design = SampleDesign(study_id=study.id, n=len(rows), seed=1)
    db.session.add(design)
    db.session.flush()
    known: dict[str, DesignStratum] = {}
    for row in rows:
        if row.stratum not in known:
            size = (strata or {}).get(row.stratum, 1000)
            known[row.stratum] = DesignStratum(
                design=design, key={"tier": row.stratum}, label=row.stratum, size=size, n=20
            )
        customer = Customer(number=f"S{study.id}-{row.id:05d}", name="王芳", phone="+8613800138000")
        member = SampleMember(
            design_id=design.id,
            stratum=known[row.stratum],
            customer=customer,
            inclusion_probability=row.probability,
            design_weight=row.weight,
        )
        invitation = Invitation(
            study_id=study.id, member=member, customer=customer, language=row.language
        )
        db.session.add(
            Response(
                id=row.id,
                study_id=study.id,
                version_id=study.version_id,
                invitation=invitation,
                mode=row.mode,
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


def small_study(seed: int = 4) -> tuple[Study, dict[int, str]]:
    """A study of 77 responses, and the behaviour behind each."""
    rows, kinds = mixture(SMALL, seed)
    study = make_study()
    fill(study, rows)
    return study, dict(enumerate(kinds, 1))
