"""What one customer costs, and what many at once wait: bytes, requests, CPU, latency.

CPU is that of the real web server's own processes (user and system), so it holds everything that
an installation pays but the database server. The after-sales questionnaire on SQLite for the first
row; crowds of phones on both engines, and a questionnaire of 300 questions, below it.
"""

from __future__ import annotations

import gzip
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from benchmarks._phones import Habits, Tally, run
from benchmarks._report import report
from benchmarks._server import Server, serving
from benchmarks._study import answers, application, batches, environment, study, wide
from surveyapp.designer.document import Document
from surveyapp.designer.library import template

PEOPLE = 300
WARM = 20
CROWDS = (1, 8, 32, 256)
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1/postgres")
ALIKE = Habits()
PEOPLE_LIKE = Habits(think=0.2, abandon=0.1, offline=0.05)


def main(people: int = PEOPLE) -> dict[str, float]:
    """Measure, report, and give the first row."""
    document = template("aftersales")
    first = {**_first_view(document), **_costs(document, people)}
    report("answering", [first])
    crowds = [
        _crowd(engine, address, name, asked, phones, max(people // 2, phones))
        for engine, address in _engines()
        for name, asked in (("after-sales", document), ("300 questions", wide(300)))
        for phones in CROWDS
    ]
    report("answering_crowds", crowds)
    return first


def _first_view(document: Document) -> dict[str, float]:
    """Bytes on the wire (status line, headers, body) and requests of the whole survey's page."""
    with tempfile.TemporaryDirectory() as folder, application(environment(Path(folder))) as app:
        answer = Client(app).get(f"/r/{study(document, 1)[0]}", headers={"Accept-Encoding": "gzip"})
        head = sum(len(name) + len(value) + 4 for name, value in answer.headers)
        size = len("HTTP/1.1 200 OK\r\n\r\n") + head + len(answer.get_data())
        sources = gzip.decompress(answer.get_data()).count(b" src=")
    return {"first_view_bytes": size, "first_view_requests": 1 + sources}


def _costs(document: Document, people: int) -> dict[str, float]:
    """CPU milliseconds of a response in 5 and in 20 saves, and of one save more."""
    with _running(document, "", 2 * people + WARM) as (server, tokens):
        given = answers(document)
        run(server.port, tokens[:WARM], batches(given, 5), 1, ALIKE)
        five = _cost(server, tokens[WARM : WARM + people], batches(given, 5))
        twenty = _cost(server, tokens[WARM + people :], batches(given, 20))
    return {
        "cpu_ms_per_response": five,
        "cpu_ms_per_response_20_saves": twenty,
        "cpu_ms_per_save": round((twenty - five) / 15, 3),
    }


def _cost(server: Server, tokens: list[str], messages: list[dict[str, Any]]) -> float:
    before = server.cpu_seconds()
    tally = run(server.port, tokens, messages, 1, ALIKE)
    if tally.completed != len(tokens):
        raise AssertionError(f"{tally.failed} of {len(tokens)} responses failed")
    return round((server.cpu_seconds() - before) / len(tokens) * 1000, 3)


def _crowd(
    engine: str, address: str, name: str, document: Document, phones: int, people: int
) -> dict[str, Any]:
    """So many phones at once, of people who think, give up and lose the network."""
    with _database(address) as database, _running(document, database, people) as (server, tokens):
        before = server.cpu_seconds()
        tally = run(server.port, tokens, batches(answers(document), 5), phones, PEOPLE_LIKE)
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
