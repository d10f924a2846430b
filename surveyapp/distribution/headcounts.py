"""How many customers of a study's population have each value of an attribute, now."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import population
from surveyapp.distribution.eligibility import ELIGIBLE, judged
from surveyapp.distribution.models import Study

MOST = 200


def headcount(study: Study, attribute: str) -> dict[str, int]:
    """Value → customers, the `MOST` largest; empty while the study has no population.

    Whom the contact rules keep out counts, because the study's own invitations would.
    """
    if not study.population:
        return {}
    chosen = replace(population.read(study.population), not_contacted_for_days=None)
    verdicts = judged(chosen, study, [getattr(Customer, attribute).label("value")], ())
    counted = func.count().label("customers")
    rows = db.session.execute(
        select(verdicts.c.value, counted)
        .where(verdicts.c.verdict.in_((ELIGIBLE, "contact_cap")))
        .group_by(verdicts.c.value)
        .order_by(counted.desc(), verdicts.c.value)
        .limit(MOST)
    )
    return {str(value): n for value, n in rows if value not in (None, "")}
