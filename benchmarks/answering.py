"""What one customer costs, and what many at once wait: bytes, requests, CPU, latency.

`cpu_ms_…` is the application's own time, from the request's environment to the last byte of the
answer, without any client; `server_cpu_ms_…` that of all processes of the real web server (user and
system), sockets and HTTP included. The after-sales questionnaire on SQLite; below it crowds of
phones on both engines, also over a questionnaire of 300 questions.
"""

from __future__ import annotations

import gzip
import json
import os
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client, EnvironBuilder

from benchmarks._phones import Habits, Tally, run
from benchmarks._report import report
from benchmarks._server import Server, serving
from benchmarks._study import answers, application, batches, environment, study, wide
from surveyapp.designer.document import Document
from surveyapp.designer.library import template

PEOPLE = 300
WARM = 20
CROWDS = (1, 8, 32, 256)
POSTGRESQL = os.environ.get(
    "TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres"
)
GZIP = [("Accept-Encoding", "gzip")]
ALIKE = Habits()
PEOPLE_LIKE = Habits(think=0.1, abandon=0.1, offline=0.05)


def main(people: int = PEOPLE) -> dict[str, float]:
    """Measure, report, and give the first row."""
    document = template("aftersales")
    first = {**_first_view(document), **_application(document, people), **_server(document, people)}
    report("answering", [first])
    crowds = [
        _crowd(engine, address, name, asked, phones, max(phones, min(people // 2, 20 * phones)))
        for engine, address in _engines()
        for name, asked in (("after-sales", document), ("300 questions", wide(300)))
        for phones in CROWDS
    ]
    report("answering_crowds", crowds)
    return first


def _first_view(document: Document) -> dict[str, float]:
    """Bytes on the wire (status line, headers, body) and requests of the whole survey's page."""
    with tempfile.TemporaryDirectory() as folder, application(environment(Path(folder))) as app:
        answer = Client(app).get(f"/r/{study(document, 1)[0]}", headers=GZIP)
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers)
        size = len("HTTP/1.1 200 OK\r\n\r\n") + head + len(answer.get_data())
        sources = gzip.decompress(answer.get_data()).count(b" src=")
    return {"first_view_bytes": size, "first_view_requests": 1 + sources}


def _application(document: Document, people: int) -> dict[str, float]:
    """CPU milliseconds of the application, median response: with 5 and 20 saves, and one more."""
    given = answers(document)
    with tempfile.TemporaryDirectory() as folder:
        with application(environment(Path(folder))) as app:
            tokens = study(document, 2 * people + WARM)
        for token in tokens[:WARM]:
            _respond(app, token, batches(given, 5))
        five = [_respond(app, t, batches(given, 5)) for t in tokens[WARM : WARM + people]]
        twenty = [_respond(app, t, batches(given, 20)) for t in tokens[WARM + people :]]
    return _named("cpu_ms_per", median(five) * 1000, median(twenty) * 1000)


def _respond(app: Flask, token: str, messages: list[dict[str, Any]]) -> float:
    """CPU seconds of opening, saving and submitting."""
    spent, page = _timed(app, f"/r/{token}", None)
    for message in messages:
        spent += _timed(app, f"/r/{token}/save", message)[0]
    last, answer = _timed(app, f"/r/{token}/submit", {"answers": {}})
    if not page or json.loads(answer) != {"state": "completed", "saved": {}}:
        raise AssertionError(answer)
    return spent + last


def _timed(app: Flask, path: str, message: dict[str, Any] | None) -> tuple[float, bytes]:
    builder = EnvironBuilder(path, headers=GZIP, json=message)
    builder.method = "GET" if message is None else "POST"
    environ = builder.get_environ()
    began = time.process_time()
    parts = app.wsgi_app(environ, _start)
    content = b"".join(parts)
    parts.close()  # type: ignore[attr-defined]
    return time.process_time() - began, content


def _start(_status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
    """What a server does with the head of an answer, but for sending it."""
    return bytes


def _named(prefix: str, five: float, twenty: float) -> dict[str, float]:
    return {
        f"{prefix}_response": round(five, 3),
        f"{prefix}_response_20_saves": round(twenty, 3),
        f"{prefix}_save": round((twenty - five) / 15, 3),
    }


def _server(document: Document, people: int) -> dict[str, float]:
    """The same of the server's processes, mean response."""
    given = answers(document)
    with _running(document, "", 2 * people + WARM) as (server, tokens):
        run(server.port, tokens[:WARM], batches(given, 5), 1, ALIKE)
        five = _cost(server, tokens[WARM : WARM + people], batches(given, 5))
        twenty = _cost(server, tokens[WARM + people :], batches(given, 20))
    return _named("server_cpu_ms_per", five, twenty)


def _cost(server: Server, tokens: list[str], messages: list[dict[str, Any]]) -> float:
    before = server.cpu_seconds()
    tally = run(server.port, tokens, messages, 1, ALIKE)
    if tally.completed != len(tokens):
        raise AssertionError(f"{tally.failed} of {len(tokens)} responses failed")
    return (server.cpu_seconds() - before) / len(tokens) * 1000


def _crowd(
    engine: str, address: str, name: str, document: Document, phones: int, people: int
) -> dict[str, Any]:
    """So many phones at once, of people who think, give up and lose the network."""
    messages = batches(answers(document), 5)
    with ExitStack() as stack:
        database = stack.enter_context(_database(address))
        server, tokens = stack.enter_context(_running(document, database, people + WARM))
        run(server.port, tokens[:WARM], messages, 4, ALIKE)
        before = server.cpu_seconds()
        tally = run(server.port, tokens[WARM:], messages, phones, PEOPLE_LIKE)
        cpu = (server.cpu_seconds() - before) / people * 1000
    ended = {"completed": tally.completed, "abandoned": tally.abandoned, "failed": tally.failed}
    about = {"engine": engine, "survey": name, "phones": phones}
    return {**about, **ended, "cpu_ms_per_response": round(cpu, 2), **_latencies(tally)}


def _latencies(tally: Tally) -> dict[str, float]:
    """Milliseconds until the answer is there: the half and the slowest fiftieth of each act."""
    found = {}
    for act in ("open", "save", "submit"):
        times = [second * 1000 for second in tally.seconds[act]]
        found[f"{act}_p50_ms"] = round(median(times), 1)
        found[f"{act}_p98_ms"] = round(quantiles(times, n=50)[-1], 1)
    return found


@contextmanager
def _running(document: Document, database: str, people: int) -> Iterator[tuple[Server, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = environment(Path(folder), database)
        with application(settings):
            tokens = study(document, people)
        with serving(settings) as server:
            yield server, tokens


def _engines() -> list[tuple[str, str]]:
    try:
        create_engine(POSTGRESQL).connect().close()
    except OperationalError:
        print(f"No PostgreSQL at {POSTGRESQL}: SQLite alone.")
        return [("sqlite", "")]
    return [("sqlite", ""), ("postgresql", POSTGRESQL)]


@contextmanager
def _database(address: str) -> Iterator[str]:
    """The address of a fresh database of that server; nothing to do for SQLite."""
    if not address:
        yield ""
        return
    name = f"benchmark_{uuid.uuid4().hex[:12]}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        yield address.rsplit("/", 1)[0] + f"/{name}"
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


if __name__ == "__main__":
    main()
