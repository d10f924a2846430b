"""The interviewer's desk and the page of a call."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import signed_in
from surveyapp.calling import claims, interviewing, outcomes, plans, recording, script
from surveyapp.calling.desk import desk_of
from surveyapp.calling.forms import SHOWN, OutcomeForm
from surveyapp.calling.models import CallAttempt, CallCase
from surveyapp.calling.views.blueprint import caller, calling, mine_or_refuse, say
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.languages import explain


@calling.get("/calls")
@caller
def desk() -> str:
    """What waits for this interviewer."""
    user = signed_in()
    return render_template(
        "calling/desk.html",
        desk=desk_of(user),
        may_undo=lambda attempt: recording.may_undo(attempt, user),
    )


@calling.post("/calls/next")
@caller
def next_call() -> Response:
    """Take the most urgent customer; `case`: the one of a promised call back."""
    user = signed_in()
    case = claims.claim(user, request.form.get("case", type=int))
    if case is None:
        flash(_("Nobody is to be called at this moment."), "info")
        return redirect(url_for("calling.desk"))
    if state := interviewing.ended(case):
        _settle(case, state)
        flash(_("Your last customer has answered in the meantime."), "success")
        return redirect(url_for("calling.desk"))
    return redirect(url_for("calling.call", case_id=case.id))


@calling.get("/calls/<int:case_id>")
@caller
def call(case_id: int) -> Response | str:
    """The customer, the script, the questions, and what may come of it."""
    try:
        return _page(mine_or_refuse(case_id), OutcomeForm(formdata=None))
    except SurveyError as refusal:
        say(refusal)
        return redirect(url_for("calling.desk"))


@calling.post("/calls/<int:case_id>")
@caller
def record(case_id: int) -> Response | tuple[str, int]:
    """Write what came of the call."""
    form = OutcomeForm()
    try:
        case = mine_or_refuse(case_id)
    except SurveyError as refusal:
        say(refusal)
        return redirect(url_for("calling.desk"))
    outcome = outcomes.BY_KEY.get(form.outcome.data or "")
    if not form.validate_on_submit() or outcome is None or not outcome.by_hand:
        form.outcome.errors = form.outcome.errors or [_("Choose what came of the call.")]
        return _page(case, form), 422
    try:
        recording.record(
            case,
            signed_in(),
            outcome,
            started=claims.held_since(case),
            note=form.note.data or "",
            appointment=form.moment(claims.study_of(case).timezone),
        )
    except SurveyError as refusal:
        return _refused(case_id, form, refusal)
    flash(_("Written down: %(outcome)s.", outcome=_(outcome.name)), "success")
    return redirect(url_for("calling.desk"))


@calling.post("/calls/<int:case_id>/consent")
@caller
def consent(case_id: int) -> Response:
    """The customer agreed to be asked."""
    try:
        interviewing.agree(mine_or_refuse(case_id))
    except SurveyError as refusal:
        say(refusal)
        return redirect(url_for("calling.desk"))
    return redirect(url_for("calling.call", case_id=case_id))


@calling.post("/calls/<int:case_id>/back")
@caller
def give_back(case_id: int) -> Response:
    """Put a customer back who was not called."""
    try:
        claims.give_back(mine_or_refuse(case_id), signed_in())
    except SurveyError as refusal:
        say(refusal)
    return redirect(url_for("calling.desk"))


@calling.post("/calls/attempts/<int:attempt_id>/undo")
@caller
def undo(attempt_id: int) -> Response:
    """Take a wrongly pressed outcome back and have the customer again."""
    user = signed_in()
    try:
        case = recording.undo(db.get_or_404(CallAttempt, attempt_id), user)
    except SurveyError as refusal:
        say(refusal)
        return redirect(url_for("calling.desk"))
    flash(_("Taken back."), "success")
    if case.lease_by == user.id:
        return redirect(url_for("calling.call", case_id=case.id))
    return redirect(url_for("calling.desk"))


def _settle(case: CallCase, state: str) -> None:
    """Let go of a customer whose answers were accepted, by whoever entered them."""
    user = signed_in()
    if interviewing.entered_by(case, user):
        recording.finish(case, user, state, claims.held_since(case))
    else:
        claims.give_back(case, user)


def _refused(case_id: int, form: OutcomeForm, refusal: SurveyError) -> Response | tuple[str, int]:
    """The page again where the time cannot be promised; the desk where the customer is gone."""
    db.session.rollback()
    if any(finding.place != "appointment" for finding in refusal.findings):
        say(refusal)
        return redirect(url_for("calling.desk"))
    form.appointment.errors = [explain(finding) for finding in refusal.findings]
    return _page(mine_or_refuse(case_id), form), 422


def _page(case: CallCase, form: OutcomeForm) -> str:
    study, plan = claims.study_of(case), plans.plan_of(case.study_id)
    customer, language = case.invitation.customer, case.invitation.language
    shown = plan.shown if plan else []
    values = {
        "name": customer.name,
        "store": customer.store,
        "interviewer": signed_in().name,
    }
    return render_template(
        "calling/call.html",
        case=case,
        study=study,
        plan=plan,
        customer=customer,
        form=form,
        facts=[(label, getattr(customer, name)) for name, label in SHOWN.items() if name in shown],
        intro=script.spoken(plan.intro if plan else {}, language, values),
        consent=script.spoken(plan.consent if plan else {}, language, values),
        spoken_language=language,
        attempts=recording.attempts_of(case),
        groups=outcomes.GROUPS,
        ended=interviewing.ended(case),
        may_ask=interviewing.may_ask(case),
        answered=interviewing.answered(case),
    )
