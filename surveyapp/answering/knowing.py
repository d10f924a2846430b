"""What is known during a visit, and the path and the words that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from surveyapp import clock
from surveyapp.answering.speech import Fill
from surveyapp.answering.visits import Visit
from surveyapp.designer.document import Document
from surveyapp.designer.path import Path, path
from surveyapp.designer.piping import piped
from surveyapp.designer.rules import Facts


def known(visit: Visit, language: str) -> Facts:
    """The facts of this moment. Today is the study's own day, wherever the customer is."""
    today = clock.now().astimezone(ZoneInfo(visit.zone)).date()
    survey = {"today": today.isoformat(), "language": language, "mode": visit.mode}
    return {**visit.facts, "survey": survey}


def way_of(visit: Visit, document: Document, language: str) -> Path:
    """The path of this visit, in the order of its seed; `path.facts` has the random groups."""
    return path(document, visit.answers, known(visit, language), visit.seed)


def piping(document: Document, language: str, way: Path, answers: Mapping[str, Any]) -> Fill:
    """How texts read for somebody with these answers, of which only those on the path count."""
    told = way.on_path(answers)
    return lambda text: piped(document, text, language, told, way.facts)
