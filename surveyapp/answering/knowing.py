"""What rules may know during a visit: the customer, the touchpoint, the survey itself, chance."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from surveyapp import clock
from surveyapp.answering.visits import Visit
from surveyapp.designer.document import Document
from surveyapp.designer.rules import Facts


def known(visit: Visit, document: Document, language: str) -> Facts:
    """The facts of this moment. Today is the study's own day, wherever the customer is."""
    today = clock.now().astimezone(ZoneInfo(visit.zone)).date()
    survey = {"today": today.isoformat(), "language": language, "mode": visit.mode}
    return {**visit.facts, "survey": survey}
