"""Screening held against the truth: what was planted, what each layer caught, whom it hit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning
from surveyapp.datasets.models import Flag, ScreeningRun
from surveyapp.demo.people import PLANTED

LAYERS = (1, 2)


def judge(run: ScreeningRun, kinds: Mapping[int, str]) -> dict[str, Any]:
    """planted: completed bad answers by kind. layers: per layer the planted ones that it flagged
    (`caught`, by kind) and the genuine ones (`false_positives`). excluded: the same for what the
    recipe excludes.
    """
    kind_of = _kinds_of_responses(run.study_id, kinds)
    planted = Counter(kind for kind in kind_of.values() if kind in PLANTED)
    flags = db.session.execute(select(Flag.layer, Flag.response_id).where(Flag.run_id == run.id))
    flagged: dict[int, set[int]] = {layer: set() for layer in LAYERS}
    for layer, response in flags:
        flagged.setdefault(layer, set()).add(response)
    layers = {str(layer): _counts(flagged[layer], kind_of) for layer in LAYERS}
    excluded = _counts(set(cleaning.excluded(run.study_id)), kind_of)
    return {
        "planted": {"total": sum(planted.values()), **planted},
        "genuine": sum(kind == "genuine" for kind in kind_of.values()),
        "layers": layers,
        "excluded": excluded,
        "review_sample": run.summary.get("review", 0),
    }


def _kinds_of_responses(study_id: int, kinds: Mapping[int, str]) -> dict[int, str]:
    rows = select(Response.id, Response.invitation_id).where(
        Response.study_id == study_id, Response.state == "completed"
    )
    return {
        response: kinds[invitation]
        for response, invitation in db.session.execute(rows)
        if invitation is not None and invitation in kinds
    }


def _counts(responses: set[int], kind_of: Mapping[int, str]) -> dict[str, Any]:
    found = Counter(kind_of[r] for r in responses if r in kind_of)
    caught = {kind: found[kind] for kind in PLANTED}
    return {
        "caught": {"total": sum(caught.values()), **caught},
        "false_positives": found["genuine"],
    }
