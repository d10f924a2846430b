"""What one act in the editor costs on a questionnaire of 300 questions and 500 rules.

cpu_ms is this process's own time (`process_time`) of a whole request through the application
(WSGI), on SQLite, with one published version; bytes are those of the answer's body, plain and
compressed. The work that only the first request of a process has (compiling templates) is done
before. browser_ms is the time that passes in a real Chromium until the result is painted, on a
machine that other work may share; page_cpu_ms is the part of it for which the page's thread works.
"""

from __future__ import annotations

import gzip
import html
import json
import random
import re
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import Client

import config
from benchmarks._editor_in_browser import measure
from benchmarks._report import report
from benchmarks.path import synthetic
from surveyapp import create_app
from surveyapp.accounts.models import User
from surveyapp.accounts.passwords import hash_password
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire, QuestionnaireVersion

QUESTIONS, RULES, ROUNDS = 300, 500, 7
EMAIL, PASSWORD = "a@example.com", "correct horse battery"
HTMX = {"HX-Request": "true", "Accept-Encoding": "gzip"}


def large(questions: int = QUESTIONS, rules: int = RULES) -> Document:
    """A questionnaire of that many questions and rules, half of the rules on options."""
    tree = synthetic(questions).model_dump(mode="json")
    draw = random.Random(7)
    asked = [question for page in tree["pages"] for question in page["questions"]]
    made = sum(1 for question in asked if question["show"])
    for index, question in enumerate(asked):
        numbers = [q["id"] for q in asked[:index] if q["type"] in ("likert", "nps")]
        for option in question.get("options", ())[:4]:
            if made < rules and numbers:
                option["show"] = {"<=": [{"answer": draw.choice(numbers)}, draw.randint(2, 4)]}
                made += 1
    return Document.model_validate(tree)


class Desk:
    """A researcher's browser: knows the revision, and what it shows."""

    def __init__(self, app: Flask, number: int) -> None:
        self._client, self._number = Client(app), number
        self._client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        self._headers: dict[str, str] = dict(HTMX)
        self._keys: dict[str, str] = {}
        self.cpu: list[float] = []
        self.bytes: list[tuple[int, int]] = []

    def open(self, at: str) -> None:
        """Load the whole page of the editor."""
        address = f"/questionnaires/{self._number}?at={at}"
        self._count(lambda: self._client.get(address, headers={"Accept-Encoding": "gzip"}))

    def select(self, at: str) -> None:
        """Select another part."""
        address = f"/questionnaires/{self._number}?at={at}"
        self._count(lambda: self._client.get(address, headers=self._headers))

    def check(self, at: str, text: str) -> None:
        """Write a rule: what the rule editor asks for between keystrokes."""
        query = {"at": at, "field": "show", "lang": "en", "text": text}
        address = f"/questionnaires/{self._number}/rule/check?{urlencode(query)}"
        self._count(lambda: self._client.get(address, headers=dict(HTMX)))

    def act(self, edit: Mapping[str, Any], here: str) -> None:
        """Make one edit."""
        self._post("edit", {"do": "replay", "edit": json.dumps(edit)}, here)

    def walk(self, step: str, here: str) -> None:
        """Undo or redo."""
        self._post(step, {}, here)

    def _post(self, address: str, fields: Mapping[str, str], here: str) -> None:
        found = db.session.get(Questionnaire, self._number)
        assert found is not None
        db.session.refresh(found)
        data = {"revision": str(found.revision), "here": here, **fields}
        db.session.rollback()
        url = f"/questionnaires/{self._number}/{address}"
        self._count(lambda: self._client.post(url, data=data, headers=self._headers))

    def _count(self, send: Any) -> None:
        began = time.process_time()
        answer = send()
        body = answer.get_data()
        self.cpu.append(1000 * (time.process_time() - began))
        assert answer.status_code == 200, answer.status
        packed = answer.headers.get("Content-Encoding") == "gzip"
        plain = gzip.decompress(body) if packed else body
        self._learn(plain.decode())
        self.bytes.append((len(plain), len(body) if packed else len(gzip.compress(body, 6))))

    def _learn(self, text: str) -> None:
        """Remember the parts that the page shows now, as its script does."""
        if text.startswith("{"):
            parts = json.loads(text).get("parts", {})
            self._keys |= {name: key for name, (key, _) in parts.items()}
        elif found := re.search(r'data-keys="([^"]*)"', text):
            self._keys = json.loads(html.unescape(found[1]))
        self._headers["Editor-Has"] = " ".join(f"{n}={k}" for n, k in self._keys.items())


def _acts(number: int) -> dict[str, Any]:
    """What is measured: name → what the desk does in round n."""
    at = "question:q150"
    into = {"into": "page:p150"}

    def words(n: int) -> dict[str, Any]:
        return {"do": "set", "at": at, "values": {"title": {"en": f"Words {n}"}}}

    return {
        "open": lambda desk, n: desk.open(at),
        "select": lambda desk, n: desk.select(f"question:q{151 + n}"),
        "type": lambda desk, n: desk.act(words(n), at),
        "add": lambda desk, n: desk.act(
            {"do": "add", "what": "question", "type": "likert", **into, "index": 1}, at
        ),
        "move": lambda desk, n: desk.act({"do": "move", "at": at, **into, "index": n % 9}, at),
        "delete": lambda desk, n: desk.act({"do": "delete", "at": f"question:q{200 + n}"}, at),
        "undo": lambda desk, n: desk.walk("undo", at),
        "rule check": lambda desk, n: desk.check(at, f"q1 <= {n % 5 + 1} and answered(q2)"),
    }


def main(
    questions: int = QUESTIONS, rules: int = RULES, rounds: int = ROUNDS, browser: bool = True
) -> list[dict[str, Any]]:
    """A row for each act: median CPU, bytes, and time in the browser (None without one)."""
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        with app.app_context():
            number = _questionnaire(large(questions, rules))
            rows = [_row(app, number, *act, rounds) for act in _acts(number).items()]
            db.session.remove()
        seen = measure(app, number, EMAIL, PASSWORD, rounds) if browser else {}
        with app.app_context():
            db.engine.dispose()
    for row in rows:
        times = seen.get(row["act"])
        row["browser_ms"] = round(median(one.passed for one in times)) if times else None
        row["page_cpu_ms"] = round(median(one.worked for one in times)) if times else None
    report("editor", rows)
    return rows


def _row(app: Flask, number: int, name: str, act: Any, rounds: int) -> dict[str, Any]:
    desk = Desk(app, number)
    desk.open("question:q150")
    desk.cpu, desk.bytes = [], []
    for n in range(rounds + 1):
        act(desk, n)
    plain, packed = map(median, zip(*desk.bytes[1:], strict=True))
    cpu = round(median(desk.cpu[1:]), 1)
    return {"act": name, "cpu_ms": cpu, "bytes": plain, "gzip_bytes": packed}


def _questionnaire(document: Document) -> int:
    """The number of a questionnaire with that draft, which is published as well."""
    found = editor.create(document, EMAIL)
    tree = document.model_dump(mode="json")
    version = QuestionnaireVersion(
        questionnaire_id=found.id, number=1, content_hash="benchmark", document=tree
    )
    db.session.add(version)
    db.session.commit()
    return found.id


def _application(folder: Path) -> Flask:
    app = create_app(config.load({"INSTANCE_PATH": str(folder), "SECRET_KEY": "benchmark"}))
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        user = User(email=EMAIL, name="a", role="researcher", language="en")
        user.password_hash = hash_password(PASSWORD)
        db.session.add(user)
        db.session.commit()
    return app


if __name__ == "__main__":
    main()
