"""Computing tiers as long work: `customers.tiers`."""

from __future__ import annotations

from typing import Any

from surveyapp.accounts import audit
from surveyapp.customers.tiers import rule
from surveyapp.customers.tiers.computing import compute
from surveyapp.database import db
from surveyapp.jobs.registry import Progress, job

KIND = "customers.tiers"


@job(KIND)
def compute_tiers(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute by `limits`; twice gives the same but for the moment. params: limits, by."""
    done = compute(rule.read(params["limits"]), progress)
    db.session.flush()
    audit.record("customers.tiers", f"tiers:{done.id}", by=params["by"], **done.limits)
    db.session.commit()
    return {"customers": done.customers}
