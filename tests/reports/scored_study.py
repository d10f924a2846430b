"""A study whose questionnaire has every kind of question and every rule of scoring."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from surveyapp.datasets.reading import Row
from surveyapp.distribution.models import Study
from surveyapp.reports import snapshots
from tests.datasets.scored import DOCUMENT, EVERYTHING, respondent
from tests.datasets.studies import fill, make_study


def people(count: int, seed: int = 7, *, vetoes: int = 0) -> list[Row]:
    """Plausible answers; the first `vetoes` report a leak, and the first alone a broken promise."""
    source = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        answers, arm = _answers(source), source.choice(("short", "warm"))
        if number <= vetoes:
            answers["incident"] = ["leak", "promise"] if number == 1 else ["leak"]
        row = respondent(number, answers, arm)
        rows.append(
            replace(row, stratum=f"s{number % 2}", probability=0.5, weight=2.0, stratum_size=500)
        )
    return rows


def _answers(source: random.Random) -> dict[str, Any]:
    level = source.gauss(0.7, 0.2)

    def mark(low: int, high: int) -> int:
        value = low + (high - low) * (level + source.gauss(0, 0.12))
        return max(low, min(high, round(value)))

    return {
        **EVERYTHING,
        "channel": source.choice(("phone", "shop", "forgot")),
        "bought": source.choice((["fridge"], ["oven"], ["fridge", "oven"], ["none"])),
        "matters": source.choice((["help", "price"], ["price", "help"], ["price"])),
        "speed.soon": source.choice((mark(1, 5), mark(1, 5), "dont_know")),
        "speed.late": 6 - mark(1, 5),
        "waited": max(0, round(60 * (1 - level), 1)),
        "outcome": mark(1, 7),
        "fixed": source.choice(("yes", "yes", "partly", "no", "open")),
        "effort": mark(1, 7),
        "happy": source.choice((mark(1, 5), mark(1, 5), mark(1, 5), "refused")),
        "polite": mark(1, 5),
        "nps": mark(0, 10),
        "incident": ["neither"],
        "extra": source.choice((["called"], ["called", "advice"], ["nothing"], ["nothing"])),
    }


def scored_study(count: int = 60, *, vetoes: int = 0) -> Study:
    """The study with its figures computed."""
    study = make_study(DOCUMENT)
    fill(study, people(count, vetoes=vetoes), {"s0": 500, "s1": 500})
    snapshots.refresh(study.id)
    return study
