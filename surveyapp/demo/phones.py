"""Simulated phones: they open the link of a text and answer over HTTP as the page's script does."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from surveyapp.demo.moments import HEADER
from surveyapp.demo.people import Person, planted
from surveyapp.designer.document import Document, Page
from surveyapp.designer.duration import expected_seconds
from surveyapp.designer.path import Path, VisiblePage, path
from surveyapp.designer.rules import Answers

STEP = 1 << 20
"""Distance of the sequence numbers that one page of the script gives out."""


TOGETHER = 5
"""Answers that travel together, as on a slow network."""


class PhoneError(Exception):
    """The server answered a phone in a way that a real one could not go on from."""


@dataclass(frozen=True)
class Visit:
    """One person with the link of their text; `start` is when they tap it."""

    person: Person
    link: str
    facts: Mapping[str, Mapping[str, object]]
    start: datetime


class Line:
    """A thread's kept-open connection to the server."""

    def __init__(self, base: str) -> None:
        self._base = base
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def send(self, method: str, where: str, moment: datetime, body: Any = None) -> dict[str, Any]:
        """Make one request at a simulated moment; the JSON answer, or {} for a page."""
        headers = {HEADER: moment.isoformat(), "Origin": self._base, "Accept-Encoding": "gzip"}
        payload = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(body, ensure_ascii=False).encode()
        self._connection.request(method, where, payload, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise PhoneError(f"{method} {where}: {answer.status} {content[:200]!r}")
        is_json = (answer.getheader("Content-Type") or "").startswith("application/json")
        return dict(json.loads(content)) if is_json else {}


def answer(line: Line, document: Document, visit: Visit) -> str:
    """Live through one visit; `completed`, or `abandoned` after some pages."""
    where, moment = urlsplit(visit.link).path, visit.start
    answers: dict[str, Any] = {}
    line.send("GET", where, moment)
    line.send("POST", f"{where}/open", moment, {"opened": moment.timestamp()})
    most, page_id = visit.person.stops_after(len(document.pages)), ""
    waiting: dict[str, Any] = {}
    for number, page in enumerate(document.pages, 1):
        given = _given(document, visit, page, answers)
        if not given and not _seen(document, visit, page.id, answers):
            continue
        if number > most:
            if waiting:
                line.send("POST", f"{where}/save", moment, {"page": page_id, "answers": waiting})
            return "abandoned"
        page_id, answers = page.id, answers | given
        expected = _expected(document, visit, page_id, answers)
        moment += timedelta(seconds=visit.person.seconds(expected))
        waiting |= {v: {"v": value, "s": number * STEP + 1} for v, value in given.items()}
        if len(waiting) >= TOGETHER:
            line.send("POST", f"{where}/save", moment, {"page": page_id, "answers": waiting})
            waiting = {}
    outcome = line.send("POST", f"{where}/submit", moment, {"page": page_id, "answers": waiting})
    if outcome.get("state") != "completed":
        raise PhoneError(f"submit of a {visit.person.kind} person: {outcome}")
    return "completed"


def _seen(document: Document, visit: Visit, page_id: str, answers: Answers) -> VisiblePage | None:
    return path(document, answers, visit.facts).page(page_id)


def _given(document: Document, visit: Visit, page: Page, answers: Answers) -> dict[str, Any]:
    """What the person answers on one page, question by question as each becomes visible."""
    lies = planted(document, visit.person)
    given: dict[str, Any] = {}
    for question in page.questions:
        seen = _seen(document, visit, page.id, {**answers, **given})
        if seen and question in seen.questions:
            given |= visit.person.answers(document, question)
            given |= {v: lies[v] for v in given if v in lies}
    return given


def _expected(document: Document, visit: Visit, page_id: str, answers: Answers) -> float:
    seen = _seen(document, visit, page_id, answers)
    return expected_seconds(document, Path((seen,))) if seen else 0.0


def answer_all(
    base: str, document: Document, visits: Iterable[Visit], threads: int, progress: Any
) -> dict[str, int]:
    """Live through all visits on `threads` lines at once; how many ended how."""
    local, lock = threading.local(), threading.Lock()
    counts = {"completed": 0, "abandoned": 0}
    lines: list[Line] = []

    def live(visit: Visit) -> None:
        if not hasattr(local, "line"):
            local.line = Line(base)
            lines.append(local.line)
        ended = answer(local.line, document, visit)
        with lock:
            counts[ended] += 1
            progress(sum(counts.values()))

    try:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(live, visits))
    finally:
        for line in lines:
            line.close()
    return counts
