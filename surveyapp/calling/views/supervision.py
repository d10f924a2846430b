"""A study's calls: plan and script, lists, progress, who has whom."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from surveyapp.accounts.forms import ROLE_NAMES
from surveyapp.calling import lists, plans, progress, script
from surveyapp.calling.forms import ListForm, PlanForm
from surveyapp.calling.models import CallList
from surveyapp.calling.views.blueprint import calling, supervisor
from surveyapp.database import db
from surveyapp.designer.document import Document
from surveyapp.distribution.forms import LANGUAGES
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import flash_findings, study_or_404
from surveyapp.findings import SurveyError
from surveyapp.languages import explain


@calling.get("/studies/<int:study_id>/calls")
def study(study_id: int) -> str:
    """Progress of the calls."""
    return _progress(study_or_404(study_id), ListForm(formdata=None))


@calling.get("/studies/<int:study_id>/calls/plan")
@supervisor
def plan(study_id: int) -> str:
    """The form of plan and script."""
    found = study_or_404(study_id)
    kept, form = plans.plan_of(study_id), PlanForm(formdata=None)
    if kept is not None:
        form.load(kept)
    else:
        for part, words in script.EXAMPLE.items():
            for short, language in LANGUAGES.items():
                form[f"{part}_{short}"].data = words[language]
        form.shown.data = ["store", "product_line", "last_purchase"]
    form.crew.data = [user.id for user in plans.crew_of(study_id)]
    return _plan(found, form, kept.notes if kept else {})


@calling.post("/studies/<int:study_id>/calls/plan")
@supervisor
def keep_plan(study_id: int) -> Response | tuple[str, int]:
    """Write it."""
    found, form = study_or_404(study_id), PlanForm()
    _offer_crew(form)
    notes = _notes(found)
    if not form.validate_on_submit() or not _readable(form):
        return _plan(found, form, notes), 422
    plans.staff(found, form.crew.data or [])
    plans.keep(found, **form.values(), notes=notes)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("calling.study", study_id=study_id))


@calling.post("/studies/<int:study_id>/calls/lists")
@supervisor
def add_list(study_id: int) -> Response | tuple[str, int]:
    """Put customers on a new list."""
    found, form = study_or_404(study_id), ListForm()
    _offer_list(found, form)
    if plans.plan_of(study_id) is None or not form.validate_on_submit():
        return _progress(found, form), 422
    try:
        made, n = lists.create(
            found,
            form.title.data.strip(),
            form.who.data,
            form.strata.data or [],
            form.interviewer.data or None,
        )
        title = made.title
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return _progress(study_or_404(study_id), form), 422
    flash(_("%(n)s customers stand on the list %(title)s.", n=n, title=title), "success")
    return redirect(url_for("calling.study", study_id=study_id))


@calling.post("/studies/<int:study_id>/calls/lists/<int:list_id>/give")
@supervisor
def give_list(study_id: int, list_id: int) -> Response:
    """Make it one interviewer's, or everyone's."""
    call_list = _list(study_id, list_id)
    wanted = request.form.get("interviewer", type=int) or None
    if wanted is not None and wanted not in {user.id for user in plans.callers()}:
        raise NotFound
    lists.give(call_list, wanted)
    db.session.commit()
    return redirect(url_for("calling.study", study_id=study_id))


@calling.post("/studies/<int:study_id>/calls/lists/<int:list_id>/remove")
@supervisor
def remove_list(study_id: int, list_id: int) -> Response:
    """Take a list away from which nobody was called."""
    try:
        lists.remove(_list(study_id, list_id))
        db.session.commit()
        flash(_("The list is gone; its customers can stand on another one."), "success")
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
    return redirect(url_for("calling.study", study_id=study_id))


@calling.post("/studies/<int:study_id>/calls/cases/<int:case_id>/release")
@supervisor
def release(study_id: int, case_id: int) -> Response:
    """Give a customer back to everyone who calls."""
    if not lists.release(study_id, case_id):
        raise NotFound
    db.session.commit()
    flash(_("Others can call this customer now."), "success")
    return redirect(url_for("calling.study", study_id=study_id))


def _list(study_id: int, list_id: int) -> CallList:
    found = db.session.get(CallList, list_id)
    if found is None or found.study_id != study_id:
        raise NotFound
    return found


def _progress(found: Study, form: ListForm) -> str:
    _offer_list(found, form)
    counts = {who: lists.count(found, who, ()) for who in lists.WHO}
    if not form.is_submitted():
        form.who.data = next((who for who, n in counts.items() if n), "all")
    return render_template(
        "calling/study.html",
        study=found,
        plan=plans.plan_of(found.id),
        crew=plans.crew_of(found.id),
        form=form,
        cases=progress.cases(found.id),
        outcomes=progress.by_outcome(found.id),
        attempts=progress.by_attempts(found.id),
        interviewers=progress.by_interviewer(found.id),
        held=progress.held(found.id),
        lists=progress.lists_of(found.id),
        callers=plans.callers(),
        counts=counts,
    )


def _plan(found: Study, form: PlanForm, notes: dict[str, dict[str, str]]) -> str:
    _offer_crew(form)
    return render_template(
        "calling/plan.html",
        study=found,
        form=form,
        notes=notes,
        questions=_document(found).questions(),
        fields=script.FIELDS,
        languages=LANGUAGES,
    )


def _offer_crew(form: PlanForm) -> None:
    form.crew.choices = [
        SelectChoice(user.id, f"{user.name} ({_(ROLE_NAMES[user.role])})")
        for user in plans.callers()
    ]


def _offer_list(found: Study, form: ListForm) -> None:
    strata = lists.strata_of(found.id)
    form.strata.choices = [SelectChoice(one.id, one.label or "–") for one in strata]
    people = [SelectChoice(user.id, user.name) for user in plans.crew_of(found.id)]
    form.interviewer.choices = [SelectChoice(0, _("Everyone who calls in this study")), *people]


def _readable(form: PlanForm) -> bool:
    """Whether the texts can be filled in; says at the field what cannot."""
    fine = True
    for name in ("intro_zh", "intro_en", "consent_zh", "consent_en"):
        found = list(script.findings(form[name].data or "", f"call_plan:{name}"))
        if found:
            fine, form[name].errors = False, [explain(one) for one in found]
    return fine


def _notes(found: Study) -> dict[str, dict[str, str]]:
    """Question's id → language → hint, as the form says; only of questions that are asked."""
    kept: dict[str, dict[str, str]] = {}
    for question in _document(found).questions():
        for short, language in LANGUAGES.items():
            hint = request.form.get(f"note.{question.id}.{short}", "").strip()[:500]
            if hint:
                kept.setdefault(question.id, {})[language] = hint
    return kept


def _document(found: Study) -> Document:
    return Document.model_validate(found.asked.document)
