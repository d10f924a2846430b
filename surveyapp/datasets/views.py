"""Pages of data quality: screening, one response, the review desk, exports."""

from __future__ import annotations

from flask import (
    Blueprint,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as HttpResponse

from surveyapp.accounts.guard import roles
from surveyapp.answering.models import Response
from surveyapp.database import db
from surveyapp.datasets import cleaning, desk
from surveyapp.datasets.forms import (
    DecisionForm,
    ExportForm,
    RecipeForm,
    VerdictForm,
    WholeRecipeForm,
)
from surveyapp.datasets.models import ExportFile, Review, ScreeningRun
from surveyapp.datasets.screening import review as reviewing
from surveyapp.datasets.screening import second
from surveyapp.datasets.screening.hits import title_of
from surveyapp.datasets.screening.recipe import Recipe, recipe_of
from surveyapp.datasets.snapshots.listing import of_study
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import in_words, local_time
from surveyapp.extensions import settings
from surveyapp.findings import SurveyError
from surveyapp.jobs.refusals import restored
from surveyapp.jobs.running import enqueue
from surveyapp.languages import explain, tag

datasets = Blueprint("datasets", __name__)
Answer = str | HttpResponse
quality = roles("analyst", "researcher")


@datasets.app_template_filter()
def rule_title(rule: str, study: Study) -> str:
    """A rule's name; a contradiction as the study's questionnaire words it."""
    name, _colon, which = rule.partition(":")
    if not which:
        return str(_(title_of(name)))
    declared = study.asked.document.get("contradictions", ())
    titles = {one["id"]: one.get("title") for one in declared}
    return str(_("Contradiction: %(which)s", which=in_words(titles.get(which) or {"": which})))


@datasets.get("/studies/<int:study_id>/screening")
def screening(study_id: int) -> str:
    """The newest run, what it flagged, and the recipe of the next one."""
    return _screening_page(_study(study_id), None)


@datasets.post("/studies/<int:study_id>/screening")
@quality
def run_screening(study_id: int) -> Answer:
    """Screen with the settings of the form, as a job."""
    study = _study(study_id)
    form = _recipe_form(study)
    if not form.validate_on_submit():
        return _screening_page(study, form)
    return _screen(study, form.applied_to(_recipe(study.id)), form.snapshot.data or None)


@datasets.post("/studies/<int:study_id>/screening/recipe")
@quality
def run_recipe(study_id: int) -> Answer:
    """Screen by a whole recipe that somebody wrote, as a job."""
    study = _study(study_id)
    whole = WholeRecipeForm.of(_recipe(study.id))
    recipe = whole.recipe()
    if recipe is None:
        usual = RecipeForm.of(_recipe(study.id), _frozen(study), fill=True)
        return _screening_page(study, usual, whole)
    return _screen(study, recipe, None)


def _screen(study: Study, recipe: Recipe, snapshot: int | None) -> HttpResponse:
    enqueue("screening.run", study_id=study.id, recipe=recipe.as_json(), snapshot=snapshot)
    db.session.commit()
    return redirect(url_for("datasets.screening", study_id=study.id))


def _recipe(study_id: int) -> Recipe:
    run = desk.newest_run(study_id)
    return recipe_of(run.recipe if run else None)


def _recipe_form(study: Study) -> RecipeForm:
    return RecipeForm.of(_recipe(study.id), _frozen(study))


def _frozen(study: Study) -> list[tuple[int, str]]:
    return [(s.id, f"{local_time(s.at, study)} · {s.sha256[:12]}") for s in of_study(study.id)]


def _screening_page(
    study: Study, form: RecipeForm | None, whole: WholeRecipeForm | None = None
) -> str:
    run = desk.newest_run(study.id)
    page = max(request.args.get("page", 1, type=int), 1)
    rule = request.args.get("rule", "")
    rows, more = desk.flagged(run, rule, page) if run else ([], False)
    log, lines = desk.log_page(study.id)
    return render_template(
        "datasets/screening.html",
        study=study,
        run=run,
        remarks=_remarks(run),
        form=form or _recipe_form(study),
        whole=whole or WholeRecipeForm.of(_recipe(study.id), fill=True),
        rows=rows,
        more=more,
        page=page,
        rule=rule,
        log=log,
        lines=lines,
        job=desk.running_job(study.id, "screening.run"),
    )


def _remarks(run: ScreeningRun | None) -> list[str]:
    """What the run could not compute, or computed otherwise; older runs kept it in English only."""
    found = run.summary.get("findings", ()) if run else ()
    return [str(explain(restored(one))) for one in found if "template" in one]


@datasets.get("/studies/<int:study_id>/responses/<int:response_id>")
def response(study_id: int, response_id: int) -> str:
    """One response in words, its flags, and its cleaning log."""
    return _response_page(_study(study_id), response_id, DecisionForm())


@datasets.post("/studies/<int:study_id>/responses/<int:response_id>")
@quality
def decide(study_id: int, response_id: int) -> Answer:
    """Take a response out of the cleaned data, or in again."""
    study, form = _study(study_id), DecisionForm()
    _belongs(study, response_id)
    if form.validate_on_submit():
        act = cleaning.restore if form.action.data == cleaning.RESTORE else cleaning.exclude
        try:
            act(response_id, form.reason.data or "")
            db.session.commit()
        except SurveyError as refusal:
            db.session.rollback()
            _flash(refusal)
        return redirect(url_for("datasets.response", study_id=study.id, response_id=response_id))
    return _response_page(study, response_id, form)


def _response_page(study: Study, response_id: int, form: DecisionForm) -> str:
    _belongs(study, response_id)
    return render_template(
        "datasets/response.html",
        study=study,
        reading=reviewing.reading(response_id, tag()),
        flags=desk.flags_of(desk.newest_run(study.id), response_id),
        history=desk.history(response_id),
        excluded=cleaning.is_excluded(response_id),
        form=form,
    )


@datasets.get("/studies/<int:study_id>/review")
def review(study_id: int) -> str:
    """The review desk: the next response to read, without its flags, and what reading found."""
    return _review_page(_study(study_id), VerdictForm(), request.args.get("after", 0, type=int))


@datasets.post("/studies/<int:study_id>/review/<int:review_id>")
@quality
def give_verdict(study_id: int, review_id: int) -> Answer:
    """Keep or exclude what was read."""
    study, form = _study(study_id), VerdictForm()
    found = db.get_or_404(Review, review_id)
    _belongs(study, found.response_id)
    if not form.validate_on_submit():
        return _review_page(study, form, review_id - 1)
    reviewing.decide(review_id, form.verdict.data, form.reason.data or "")
    desk.measure_again(found.run_id)
    db.session.commit()
    return redirect(url_for("datasets.review", study_id=study.id, after=review_id))


def _review_page(study: Study, form: VerdictForm, after: int) -> str:
    run = desk.newest_run(study.id)
    return _reading_page(
        "datasets/review.html",
        study,
        run,
        desk.next_review(run, after) if run else None,
        form,
        accuracy=reviewing.accuracy(run.id) if run else None,
        measured=desk.measured(run.id) if run else None,
        layers=desk.LAYERS,
        again=second.waiting(run.id) if run else 0,
    )


def _reading_page(
    template: str,
    study: Study,
    run: ScreeningRun | None,
    waiting: Review | None,
    form: VerdictForm,
    **more: object,
) -> str:
    """A desk with the response that waits to be read, if one does."""
    reading = reviewing.reading(waiting.response_id, tag()) if waiting else None
    return render_template(
        template, study=study, run=run, waiting=waiting, reading=reading, form=form, **more
    )


@datasets.get("/studies/<int:study_id>/review/again")
def review_again(study_id: int) -> str:
    """The second reader's desk: what somebody else has read, without flags and first verdict."""
    return _second_page(_study(study_id), VerdictForm(), request.args.get("after", 0, type=int))


@datasets.post("/studies/<int:study_id>/review/again/<int:review_id>")
@quality
def give_second_verdict(study_id: int, review_id: int) -> Answer:
    """Record a second verdict, which measures and decides nothing."""
    study, form = _study(study_id), VerdictForm()
    found = db.get_or_404(Review, review_id)
    _belongs(study, found.response_id)
    if not form.validate_on_submit():
        return _second_page(study, form, review_id - 1)
    try:
        second.read_again(review_id, form.verdict.data, form.reason.data or "")
        desk.measure_again(found.run_id)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        _flash(refusal)
    return redirect(url_for("datasets.review_again", study_id=study.id, after=review_id))


def _second_page(study: Study, form: VerdictForm, after: int) -> str:
    run = desk.newest_run(study.id)
    waiting = second.next_second(run, after) if run else None
    return _reading_page("datasets/review_again.html", study, run, waiting, form)


@datasets.get("/studies/<int:study_id>/exports")
def exports(study_id: int) -> str:
    """The files that are offered, and the form for another."""
    study = _study(study_id)
    return _exports_page(study, _export_form(study))


@datasets.post("/studies/<int:study_id>/exports")
@quality
def make_export(study_id: int) -> Answer:
    """Export in the chosen form, as a job."""
    study = _study(study_id)
    form = _export_form(study)
    if not form.validate_on_submit():
        return _exports_page(study, form)
    enqueue(
        "datasets.export",
        study_id=study.id,
        format=form.format.data,
        cleaned=form.scope.data == "cleaned",
        unfinished=form.scope.data == "begun",
        snapshot=form.snapshot.data or None,
    )
    db.session.commit()
    return redirect(url_for("datasets.exports", study_id=study.id))


def _export_form(study: Study) -> ExportForm:
    return ExportForm.of(_frozen(study))


def _exports_page(study: Study, form: ExportForm) -> str:
    return render_template(
        "datasets/exports.html",
        study=study,
        form=form,
        exports=desk.exports(study.id),
        beside=desk.BESIDE,
        job=desk.running_job(study.id, "datasets.export"),
    )


@datasets.get("/exports/<int:file_id>")
@quality
def download(file_id: int) -> HttpResponse:
    """An offered file."""
    row = db.get_or_404(ExportFile, file_id)
    return send_from_directory(settings().instance / "exports", row.name, as_attachment=True)


def _study(study_id: int) -> Study:
    study: Study = db.get_or_404(Study, study_id)
    return study


def _belongs(study: Study, response_id: int) -> None:
    found = db.session.get(Response, response_id)
    if found is None or found.study_id != study.id:
        abort(404)


def _flash(refusal: SurveyError) -> None:
    for finding in refusal.findings:
        flash(explain(finding), "error")
