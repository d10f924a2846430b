"""Pages of saved populations: the list, one rule with its live count."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.database import db
from surveyapp.distribution.populations import rules, saved, words
from surveyapp.distribution.populations.models import SavedPopulation
from surveyapp.distribution.views.blueprint import distribution
from surveyapp.findings import N_, Finding, SurveyError

EXAMPLES = (
    "days(customer.last_purchase, survey.today) <= 90",
    "customer.service_cases_in_30_days >= 1 and customer.open_service_cases == 0",
    'customer.life_cycle == "leaving" and customer.value_tier in ["high", "middle"]',
    "customer.spend_in_365_days > 5000",
)


@dataclass(frozen=True)
class Checked:
    """A text as far as it was understood. found, total: customers."""

    text: str
    reading: str = ""
    found: int = 0
    total: int = 0
    findings: tuple[Finding, ...] = ()


def checked(text: str) -> Checked:
    """Read a text, say it in words, count whom it means."""
    if not text.strip():
        return Checked(text)
    try:
        rule = rules.read(text)
    except SurveyError as refusal:
        return Checked(text, findings=refusal.findings)
    return Checked(text, words.reading(rule), *saved.count(rule))


@distribution.get("/populations")
def populations() -> str:
    """Every saved population, in words."""
    every = [(one, words.reading(one.rule), rules.written(one.rule)) for one in saved.every()]
    return render_template("distribution/populations.html", every=every)


@distribution.get("/populations/check")
def check_population() -> str:
    """What a rule says and how many it means, while it is typed."""
    result = checked(request.args.get("rule", ""))
    return render_template("distribution/_population_checked.html", checked=result)


@distribution.route("/populations/new", methods=["GET", "POST"], defaults={"population_id": None})
@distribution.route("/populations/<int:population_id>", methods=["GET", "POST"])
@roles("researcher")
def population(population_id: int | None) -> Response | str | tuple[str, int]:
    """One population: its name and its rule."""
    known = db.get_or_404(SavedPopulation, population_id) if population_id else None
    if request.method == "GET":
        return _page(known, known.name if known else "", rules.written(known.rule) if known else "")
    name = " ".join(request.form.get("name", "").split())[:100]
    text = request.form.get("rule", "")
    try:
        if not name:
            raise SurveyError(
                Finding("population.no_name", "name", N_("Give the population a name."))
            )
        saved.save(known, name, rules.read(text))
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        named = [f for f in refusal.findings if f.place == "name"]
        return _page(known, name, text, named), 422
    flash(_("Saved. Studies can choose it now; those that chose it before keep its old rule."), "success")  # noqa: E501  # fmt: skip
    return redirect(url_for(".populations"))


@distribution.post("/populations/<int:population_id>/delete")
@roles("researcher")
def delete_population(population_id: int) -> Response:
    """Forget a population."""
    saved.delete(db.get_or_404(SavedPopulation, population_id))
    db.session.commit()
    flash(_("Deleted. Studies that chose it keep its rule."), "success")
    return redirect(url_for(".populations"))


def _page(
    known: SavedPopulation | None, name: str, text: str, findings: list[Finding] | None = None
) -> str:
    return render_template(
        "distribution/population.html",
        known=known,
        name=name,
        checked=checked(text),
        findings=findings or [],
        vocabulary=words.vocabulary(),
        examples=[(text, words.reading(rules.read(text))) for text in EXAMPLES],
    )
