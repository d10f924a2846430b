"""What one act in the editor costs on a questionnaire of 300 questions and 500 rules.

CPU is this process's own time (`process_time`) of a whole request through the application (WSGI),
on SQLite; bytes are those of the answer's body, plain and compressed. The work that only the first
request of a process has (compiling templates) is done before.
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

from flask import Flask
from werkzeug.test import Client

import config
from benchmarks._report import report
from benchmarks.path import synthetic
from surveyapp import create_app
from surveyapp.accounts.models import User
from surveyapp.accounts.passwords import hash_password
from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.document import Document
from surveyapp.designer.models import Questionnaire

QUESTIONS, RULES, ROUNDS = 300, 500, 7
PASSWORD = "correct horse battery"
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
        self._client.post("/sign-in", data={"email": "a@example.com", "password": PASSWORD})
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
            self._keys |= {name: key for name, (key, _) in json.loads(text)["parts"].items()}
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
    }


def main(
    questions: int = QUESTIONS, rules: int = RULES, rounds: int = ROUNDS
) -> list[dict[str, Any]]:
    """A row for each act: median CPU and bytes."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        app = _application(Path(folder))
        with app.app_context():
            found = editor.create(large(questions, rules), "a@example.com")
            db.session.commit()
            number = found.id
            for name, act in _acts(number).items():
                desk = Desk(app, number)
                desk.open("question:q150")
                desk.cpu, desk.bytes = [], []
                for n in range(rounds + 1):
                    act(desk, n)
                plain, packed = map(median, zip(*desk.bytes[1:], strict=True))
                rows.append(
                    {"act": name, "cpu_ms": round(median(desk.cpu[1:]), 1), "bytes": plain,
                     "gzip_bytes": packed}
                )  # fmt: skip
            db.session.remove()
            db.engine.dispose()
    report("editor", rows)
    return rows


def _application(folder: Path) -> Flask:
    app = create_app(config.load({"INSTANCE_PATH": str(folder), "SECRET_KEY": "benchmark"}))
    app.config.update(WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
        user = User(email="a@example.com", name="a", role="researcher", language="en")
        user.password_hash = hash_password(PASSWORD)
        db.session.add(user)
        db.session.commit()
    return app


if __name__ == "__main__":
    main()
