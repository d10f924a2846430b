"""A running study to answer: its database, its invitations, and a satisfied customer's answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

import config
from surveyapp import create_app
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.designer.document import Document, Likert, LikertGrid, Multiple, Nps, Number, Single
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.distribution import invitations, links
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """What an installation in `folder` is started with."""
    return {"INSTANCE_PATH": str(folder), "SECRET_KEY": "benchmark", "DATABASE_URL": database}


@contextmanager
def application(settings: dict[str, str]) -> Iterator[Flask]:
    """The application with empty tables, within its context."""
    app = create_app(config.load(settings))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def study(document: Document, people: int) -> list[str]:
    """A running study over `document`; the tokens of its `people` invitations."""
    stored = document.model_dump(mode="json")
    questionnaire = Questionnaire(title=stored["title"], draft=stored)
    version = QuestionnaireVersion(
        questionnaire=questionnaire, number=1, content_hash="c" * 64, document=stored
    )
    found = Study(title="Benchmark", version=version, state="running")
    design = SampleDesign(study=found, n=people, seed=1)
    stratum = DesignStratum(design=design, key={}, label="all", size=people, n=people, sd=None)
    db.session.add_all([questionnaire, version, found, design, stratum])
    for number in range(people):
        customer = Customer(number=f"C{number}", product_line="appliance", consent=True)
        db.session.add(customer)
        db.session.flush()
        member = SampleMember(
            design_id=design.id,
            stratum_id=stratum.id,
            customer_id=customer.id,
            inclusion_probability=1.0,
            design_weight=1.0,
        )
        db.session.add(member)
    db.session.flush()
    invitations.issue(design)
    db.session.commit()
    return [links.token_of(i) for i in db.session.scalars(select(Invitation))]


def answers(document: Document) -> dict[str, Any]:
    """A satisfied customer's answers to everything."""
    found: dict[str, Any] = {}
    for question in document.questions():
        match question:
            case Single():
                found[question.id] = question.options[0].id
            case Multiple():
                found[question.id] = [question.options[0].id]
            case Likert():
                found[question.id] = question.scale.points
            case LikertGrid():
                found |= {f"{question.id}.{i.id}": question.scale.points for i in question.items}
            case Nps():
                found[question.id] = 10
            case Number():
                found[question.id] = int(question.minimum or 1)
    return found


def batches(given: dict[str, Any], saves: int) -> list[dict[str, Any]]:
    """The answers as the page's script sends them, in `saves` messages."""
    names = list(given)
    found = []
    for number in range(saves):
        part = names[number::saves] or [names[number % len(names)]]
        changes = {name: {"v": given[name], "s": (number + 1) << 20} for name in part}
        found.append({"answers": changes, "claims": {}})
    return found


def wide(questions: int) -> Document:
    """A questionnaire of ratings, ten on a page."""
    made = [
        {"id": f"q{i}", "type": "likert", "title": {"en": f"How satisfied are you with point {i}?"}}
        for i in range(questions)
    ]
    pages = [{"id": f"p{i}", "questions": made[i : i + 10]} for i in range(0, questions, 10)]
    return Document.model_validate({"title": {"en": "Wide"}, "languages": ["en"], "pages": pages})
