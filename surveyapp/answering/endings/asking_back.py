"""The form on the closing page: a time and a phone to be called back at."""

from __future__ import annotations

from collections.abc import Mapping

from surveyapp.answering.endings import call_backs
from surveyapp.answering.endings.giving import ending_for
from surveyapp.answering.visits import Visit
from surveyapp.customers.cells import CellError
from surveyapp.customers.phones import normalise
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.findings import N_

TROUBLES = {
    "window": N_("Please choose when we may call."),
    "phone": N_("This is no mobile number. A Chinese one has 11 digits; write + before others."),
}
LONGEST = 40


def take(visit: Visit, document: Document, form: Mapping[str, str]) -> str:
    """Keep the wish, or take it back; one of TROUBLES' sentences where it cannot be kept.

    Pressing twice keeps one wish. Nothing happens where no call was offered.
    """
    ending = ending_for(visit, document)
    if ending is None or not ending.call_back or visit.response_id is None or visit.terminal:
        return ""
    if "withdraw" in form:
        call_backs.withdraw(visit.response_id)
        db.session.commit()
        return ""
    if form.get("window") not in call_backs.WINDOWS:
        return TROUBLES["window"]
    return _keep(visit, form["window"], form.get("phone", "").strip()[:LONGEST])


def _keep(visit: Visit, window: str, written: str) -> str:
    try:
        call_backs.wish(visit, window, normalise(written) if written else None)
    except (CellError, ValueError):
        return TROUBLES["phone"]
    db.session.commit()
    return ""
