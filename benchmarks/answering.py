"""What one customer costs: bytes and requests of the first view, CPU per response and per save.

The after-sales questionnaire on SQLite, through the whole application (WSGI), no network. CPU is
this process's own time (`process_time`), so a busy machine changes it little.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import Client, EnvironBuilder

import config
from benchmarks._report import report
from surveyapp import create_app
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.designer.document import Document, Likert, LikertGrid, Multiple, Nps, Number, Single
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion
from surveyapp.distribution import invitations, links
from surveyapp.distribution.models import (
    DesignStratum,
    Invitation,
    SampleDesign,
    SampleMember,
    Study,
)

PEOPLE = 150
GZIP = {"Accept-Encoding": "gzip"}


def main(people: int = PEOPLE) -> dict[str, float]:
    """The measurements, by the names under which they are reported."""
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        with app.app_context():
            tokens = _study(people)
            document = template("aftersales")
            client = Client(app)
            first = client.get(f"/r/{tokens[0]}", headers=GZIP)
            five = _cpu(client, document, tokens[: people // 2], saves=5)
            twenty = _cpu(client, document, tokens[people // 2 :], saves=20)
            db.session.remove()
            db.engine.dispose()
    found = {
        "first_view_bytes": _size(first),
        "first_view_requests": 1 + gzip.decompress(first.get_data()).count(b" src="),
        "cpu_ms_per_response": five,
        "cpu_ms_per_response_20_saves": twenty,
        "cpu_ms_per_save": round((twenty - five) / 15, 3),
    }
    report("answering", [found])
    return found


def _size(answer: Any) -> int:
    """Bytes on the wire: status line, headers and body."""
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers)
    return len("HTTP/1.1 200 OK\r\n\r\n") + head + len(answer.get_data())


def _cpu(client: Client, document: Document, tokens: list[str], saves: int) -> float:
    """Median CPU milliseconds of opening, `saves` saves and submitting."""
    answers = _answers(document)
    times = [_timed(client, token, answers, saves) for token in tokens]
    return round(median(times[5:]) * 1000, 3)


def _timed(client: Client, token: str, answers: dict[str, Any], saves: int) -> float:
    begin = time.process_time()
    _respond(client, token, answers, saves)
    return time.process_time() - begin


def _respond(client: Client, token: str, answers: dict[str, Any], saves: int) -> None:
    client.get(f"/r/{token}", headers=GZIP)
    variables = list(answers)
    for number in range(saves):
        part = variables[number::saves] or [variables[number % len(variables)]]
        batch = {v: {"v": answers[v], "s": (number + 1) << 20} for v in part}
        _post(client, f"/r/{token}/save", {"answers": batch, "claims": {}})
    answer = _post(client, f"/r/{token}/submit", {"answers": {}})
    if answer.json != {"state": "completed", "saved": {}}:
        raise AssertionError(answer.get_data(as_text=True))


def _post(client: Client, path: str, body: dict[str, Any]) -> Any:
    builder = EnvironBuilder(
        path, method="POST", data=json.dumps(body).encode(), content_type="application/json"
    )
    return client.open(builder)


def _answers(document: Document) -> dict[str, Any]:
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


def _application(folder: Path) -> Flask:
    app = create_app(config.load({"INSTANCE_PATH": str(folder), "SECRET_KEY": "benchmark"}))
    with app.app_context():
        db.create_all()
    return app


def _study(people: int) -> list[str]:
    """A running study over the after-sales questionnaire; the tokens of its invitations."""
    stored = template("aftersales").model_dump(mode="json")
    questionnaire = Questionnaire(title=stored["title"], draft=stored)
    version = QuestionnaireVersion(
        questionnaire=questionnaire, number=1, content_hash="c" * 64, document=stored
    )
    study = Study(title="Benchmark", version=version, state="running")
    design = SampleDesign(study=study, n=people, seed=1)
    stratum = DesignStratum(design=design, key={}, label="all", size=people, n=people, sd=None)
    db.session.add_all([questionnaire, version, study, design, stratum])
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


if __name__ == "__main__":
    main()
