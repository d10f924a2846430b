"""The fewest answers behind a published figure: a setting of each study."""

from __future__ import annotations

from surveyapp.accounts import audit
from surveyapp.database import db
from surveyapp.datasets.withholding import DEFAULT, LEAST, MOST, published
from surveyapp.findings import N_, Finding, SurveyError
from surveyapp.reports.models import Snapshot
from surveyapp.reports.publication_models import Publication

STALE = -1
"""No study has so many completed responses: the worker computes its figures again."""


def minimum_of(study_id: int) -> int:
    """The study's minimum, else the default."""
    row = db.session.get(Publication, study_id)
    return row.minimum_n if row else DEFAULT


def set_minimum(study_id: int, minimum: int) -> None:
    """Change it in the caller's transaction; the figures are computed again.

    Figures of before that may no longer be shown are taken away at once. Raises SurveyError outside
    LEAST to MOST.
    """
    if not LEAST <= minimum <= MOST:
        template = N_("The minimum lies between {least} and {most} answers.")
        params = {"least": LEAST, "most": MOST}
        raise SurveyError(Finding("publication.minimum", "minimum", template, params))
    row = db.session.get(Publication, study_id) or Publication(study_id=study_id)
    before, row.minimum_n = minimum_of(study_id), minimum
    db.session.add(row)
    shown = db.session.get(Snapshot, study_id)
    if shown is not None:
        shown.completed = STALE
        shown.figures = published(shown.figures, max(minimum, before))
    audit.record("publication.minimum", f"study:{study_id}", before=before, after=minimum)
