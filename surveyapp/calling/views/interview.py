"""The questionnaire inside the page of a call: the customer's page, for whoever reads it out.

Its script brings no form token, so what another website could send is refused here: a browser says
where each POST comes from, and one that does not say so is no browser of ours.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from surveyapp.accounts.guard import signed_in
from surveyapp.answering import handling
from surveyapp.answering.replies import notice_page, reply
from surveyapp.answering.visits import OPEN, Visit
from surveyapp.calling import claims, interviewing, recording
from surveyapp.calling.models import CallCase
from surveyapp.calling.views.blueprint import caller, mine
from surveyapp.database import db
from surveyapp.languages import tag

interview = Blueprint("interview", __name__, url_prefix="/calls/<int:case_id>/interview")


@interview.before_request
def from_our_own_page() -> None:
    """Refuse a POST that does not say that it comes from this site."""
    says = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
    if request.method == "POST" and not (says and handling.from_here()):
        abort(403)


@interview.get("")
@caller
def page(case_id: int) -> Response:
    """The questions, from where the customer or an earlier call stopped."""
    case = mine(case_id) or db.session.get(CallCase, case_id)
    user = signed_in()
    asked = case is not None and case.lease_by == user.id and interviewing.may_ask(case)
    if case is None or not (asked or interviewing.interviewed(case, user)):
        return notice_page("gone", tag(), framed=True)
    return handling.show(interviewing.visit_of(case, tag()))


@interview.post("")
@caller
def press(case_id: int) -> Response:
    """A button of the plain form."""
    return _taking(case_id, handling.press, lambda: notice_page("gone", tag(), framed=True))


@interview.post("/save")
@caller
def save(case_id: int) -> Response:
    """A batch of answers."""
    return _taking(case_id, handling.save, _lost, briefly=True)


@interview.post("/submit")
@caller
def submit(case_id: int) -> Response:
    """The last batch."""
    return _taking(case_id, handling.submit, _lost, briefly=True)


@interview.post("/photo/<variable>")
@caller
def photo(case_id: int, variable: str) -> Response:
    """A photo that the customer sent on another way."""
    return _taking(case_id, lambda visit: handling.attach(visit, variable), _lost)


def _taking(
    case_id: int,
    handle: Callable[[Visit | None], Response],
    refuse: Callable[[], Response],
    *,
    briefly: bool = False,
) -> Response:
    """What `handle` does with the visit of a customer whom the interviewer holds.

    The lease is renewed first: whoever lost it writes nothing. An accepted interview ends the call.
    """
    user, case = signed_in(), mine(case_id)
    if case is None or not interviewing.may_ask(case) or not claims.renew(case, user):
        return refuse()
    started = claims.held_since(case)
    db.session.commit()
    visit = interviewing.visit_of(case, tag(), briefly=briefly)
    answer = handle(visit)
    interviewing.note(case, user)
    db.session.commit()
    if visit is not None and visit.state == OPEN and (state := interviewing.ended(case)):
        recording.finish(case, user, state, started)
    return answer


def _lost() -> Response:
    return reply({"state": "gone"}, 410)
