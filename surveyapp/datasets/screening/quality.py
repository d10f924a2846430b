"""How well each layer of the screening did, by the readings so far. For the worker."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from surveyapp.database import db
from surveyapp.datasets.models import Flag, Review, ScreeningRun
from surveyapp.datasets.screening.review import EXCLUDE, excluded_when_run
from surveyapp.datasets.screening.second import verdict_pairs
from surveyapp.stats.agreement import cohens_kappa
from surveyapp.stats.detection import detection


def quality(run_id: int) -> dict[str, Any]:
    """layers: `layer_1`, `layer_2`, `excluded` (both together), each with precision and recall
    (value, low, high, n); read: verdicts given; agreement: of the two readers (n, agreed, kappa,
    low, high).

    What was kept and what was excluded are the strata that the sample of readings was drawn from.
    """
    run = db.session.get_one(ScreeningRun, run_id)
    rows = select(Review).where(Review.run_id == run.id, Review.verdict != "")
    reviews = list(db.session.scalars(rows.order_by(Review.id)))
    ids = [review.response_id for review in reviews]
    out, hits = excluded_when_run(run), _layers(run.id, ids)
    screens = {
        "layer_1": [1 in hits.get(i, ()) for i in ids],
        "layer_2": [2 in hits.get(i, ()) for i in ids],
        "excluded": [i in out for i in ids],
    }
    bad = [review.verdict == EXCLUDE for review in reviews]
    strata = ["excluded" if i in out else "kept" for i in ids]
    population = _population(run, len(out), strata)
    pairs = verdict_pairs(run.id)
    agreement = cohens_kappa([first for first, _ in pairs], [again for _, again in pairs])
    return {
        "layers": {
            key: asdict(detection(flags, bad, strata, population)) for key, flags in screens.items()
        },
        "read": len(reviews),
        "agreement": asdict(agreement),
    }


def _population(run: ScreeningRun, excluded: int, strata: list[str]) -> dict[str, int]:
    """Responses in each stratum; never fewer than were read of it."""
    sizes = {"excluded": excluded, "kept": int(run.summary.get("n", 0)) - excluded}
    return {name: max(size, strata.count(name)) for name, size in sizes.items()}


def _layers(run_id: int, responses: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = select(Flag.response_id, Flag.layer).where(
        Flag.run_id == run_id, Flag.response_id.in_(responses)
    )
    for response, layer in db.session.execute(rows.distinct()):
        found.setdefault(response, set()).add(layer)
    return found
