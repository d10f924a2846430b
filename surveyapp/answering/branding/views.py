"""The staff pages of brands: which there are, one with its preview, removing and undoing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as Answer

from surveyapp.accounts.guard import roles
from surveyapp.answering.branding.advice import NEEDED, advice
from surveyapp.answering.branding.forms import BrandForm, colour_of
from surveyapp.answering.branding.sample import ANSWERS, sample
from surveyapp.answering.preview import page_of_draft
from surveyapp.brands import keeping, known
from surveyapp.brands.hosts import without_port
from surveyapp.brands.logos import PLACE as LOGO
from surveyapp.brands.looks import Look
from surveyapp.brands.models import Brand
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.extensions import settings
from surveyapp.findings import SurveyError
from surveyapp.languages import explain, tag

blueprint = Blueprint("brands", __name__)


@blueprint.get("/brands")
@roles()
def index() -> str:
    """Every brand, and those that were removed."""
    counted = select(Study.brand_id, func.count()).group_by(Study.brand_id)
    return render_template(
        "answering/brands.html",
        brands=keeping.listed(),
        look_of=keeping.look_of,
        used={brand_id: n for brand_id, n in db.session.execute(counted)},  # noqa: C416
        gone=request.args.get("gone", type=int),
    )


@blueprint.route("/brands/new", methods=["GET", "POST"])
@roles()
def new() -> Answer | str | tuple[str, int]:
    """Make a brand."""
    return _edit(None)


@blueprint.route("/brands/<int:brand_id>", methods=["GET", "POST"])
@roles()
def edit(brand_id: int) -> Answer | str | tuple[str, int]:
    """Change a brand."""
    return _edit(db.get_or_404(Brand, brand_id))


@blueprint.post("/brands/<int:brand_id>/remove")
@roles()
def remove(brand_id: int) -> Answer:
    """Let it show nowhere; the next page offers to undo that."""
    brand = db.get_or_404(Brand, brand_id)
    keeping.remove(brand)
    _commit()
    return redirect(url_for("brands.index", gone=brand.id))


@blueprint.post("/brands/<int:brand_id>/restore")
@roles()
def restore(brand_id: int) -> Answer:
    """Bring a removed brand back."""
    keeping.restore(db.get_or_404(Brand, brand_id))
    _commit()
    flash(_("The brand is back as it was."), "success")
    return redirect(url_for("brands.index"))


@blueprint.get("/brands/look")
@roles()
def look() -> str:
    """What the form's values look like: advice and a page, for the live preview."""
    return render_template("answering/_brand_look.html", **_looked(_described()))


@blueprint.get("/brands/page")
@roles()
def page() -> Response:
    """A page of a customer in the look that the address describes; nothing is saved."""
    return page_of_draft(sample(), look=_described())


def _edit(brand: Brand | None) -> Answer | str | tuple[str, int]:
    form = BrandForm()
    if request.method == "GET":
        if brand:
            form.load(brand)
        return _page(form, brand)
    if not form.validate_on_submit():
        return _page(form, brand), 422
    try:
        keeping.save(brand, form.wanted(), _staff_hosts())
    except SurveyError as refusal:
        db.session.rollback()
        for finding in refusal.findings:
            field = form.logo if finding.place == LOGO else form.host
            field.errors = [explain(finding)]
        return _page(form, brand), 422
    except IntegrityError:  # two at once made a brand the default, or gave one host to two
        db.session.rollback()
        flash(_("Somebody changed the brands at this moment. Please save once more."), "error")
        return _page(form, brand), 409
    _commit()
    flash(_("Saved. Customers see it within five seconds."), "success")
    return redirect(url_for("brands.index"))


def _page(form: BrandForm, brand: Brand | None) -> str:
    saved = keeping.look_of(brand) if brand else None
    colour = colour_of(form.colour.data or "") or keeping.PLAIN
    shown = Look(form.name(), colour, saved.mark if saved else None)
    return render_template(
        "answering/brand.html", form=form, brand=brand, saved=saved, **_looked(shown)
    )


def _looked(shown: Look) -> dict[str, object]:
    described: dict[str, Any] = {
        "colour": shown.colour[1:],
        "logo_now": shown.mark.hash if shown.mark else "",
        **{f"name_{language[:2]}": name for language, name in shown.name.items()},
    }
    frame = url_for("brands.page", lang=tag(), answers=ANSWERS, **described)
    return {"look": shown, "advice": advice(shown.colour), "needed": NEEDED, "frame": frame}


def _described() -> Look:
    """The look of the address's values; what makes no colour is shown in the plain one."""
    given = request.args
    names = {"zh-Hans": given.get("name_zh", "").strip(), "en": given.get("name_en", "").strip()}
    colour = colour_of(given.get("colour", "")) or keeping.PLAIN
    found = {language: name[:60] for language, name in names.items() if name}
    return Look(found, colour, keeping.mark_of(given.get("logo_now", "")))


def _staff_hosts() -> set[str]:
    """The names under which these pages are reached."""
    installation = settings().public_base_url.partition("://")[2].partition("/")[0]
    return {without_port(installation), without_port(request.host)}


def _commit() -> None:
    db.session.commit()
    known.forget()
