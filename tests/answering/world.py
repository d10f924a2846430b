"""A running study over one of the tiny questionnaires, with personal links and a printed code."""

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from surveyapp.answering.models import Response
from surveyapp.database import Base, db
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.distribution import invitations, links
from surveyapp.distribution.models import Invitation, Study, Touchpoint
from tests.distribution.builders import add_customer, add_draw
from tests.questionnaires import questionnaire


@dataclass
class World:
    study: Study
    tokens: list[str]
    code: str

    @property
    def url(self) -> str:
        return f"/r/{self.tokens[0]}"

    @property
    def printed(self) -> str:
        return f"/q/{self.code}"


def publish(document: Document) -> QuestionnaireVersion:
    stored = document.model_dump(mode="json")
    row = Questionnaire(title=stored["title"], draft=stored)
    db.session.add(row)
    db.session.flush()
    version = QuestionnaireVersion(
        questionnaire_id=row.id, number=1, content_hash="c" * 64, document=stored
    )
    db.session.add(version)
    db.session.flush()
    return version


def build(name: str | Document, links_count: int = 1, **customer: Any) -> World:
    """Publish, start a study, invite `links_count` customers and print one code; committed."""
    document = questionnaire(name) if isinstance(name, str) else name
    version = publish(document)
    study = Study(title="Autumn", version_id=version.id, state="running")
    db.session.add(study)
    db.session.flush()
    values = {"product_line": "appliance", "language": "en", **customer}
    people = [add_customer(i, **values) for i in range(1, links_count + 1)]
    db.session.flush()
    invitations.issue(add_draw(study, people))
    issued = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
    code = Touchpoint(study_id=study.id, code="RECEIPT1", store="S01", label="Receipt")
    db.session.add(code)
    db.session.commit()
    return World(study, [links.token_of(one) for one in issued], code.code)


def the_response() -> Response:
    """The only response, read afresh."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Response)).one()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to see whether anything was written."""
    db.session.rollback()
    return {
        table.name: sorted(
            map(tuple, db.session.execute(text(f'SELECT * FROM "{table.name}"'))), key=str
        )
        for table in Base.metadata.sorted_tables
    }


def batch(answers: dict[str, Any], counter: int = 1, **more: Any) -> dict[str, Any]:
    """What the page's script sends, all answers with one sequence number."""
    sent = {variable: {"v": value, "s": (counter << 20) + 7} for variable, value in answers.items()}
    return {"answers": sent, **more}


def post(app: Flask, url: str, body: dict[str, Any], **headers: str) -> Any:
    return app.test_client().post(url, json=body, headers=headers)


def state_in(answer: Any) -> dict[str, Any]:
    """The state that a page gives its script."""
    page = answer.get_data(as_text=True)
    found = re.search(r'<script type="application/json" id="state">(.*?)</script>', page)
    assert found is not None
    state: dict[str, Any] = json.loads(found[1])
    return state
