"""The pages of own attributes: the list, adding, renaming, retiring."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.customers.models import Customer
from surveyapp.customers.own import entering, keeping
from surveyapp.customers.own.forms import OwnAttributeForm
from surveyapp.customers.own.kinds import KINDS, PREFIX
from surveyapp.customers.own.models import OwnAttribute
from surveyapp.customers.own.subject import label
from surveyapp.customers.views import customers
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

Page = str | tuple[str, int] | Response


@customers.get("/customers/attributes")
def own_attributes() -> str:
    """Every own attribute, and how many customers have a value."""
    return _list(OwnAttributeForm(formdata=None))


@customers.post("/customers/attributes")
@roles("researcher")
def add_own_attribute() -> Page:
    """Define one."""
    form = OwnAttributeForm()
    if not form.validate():
        return _list(form), 422
    try:
        made = keeping.add(form.entry())
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        form.blame(list(refusal.findings))
        return _list(form), 422
    flash(_("Added. Columns called “%(name)s” are imported from now on.", name=label(made)), "success")  # noqa: E501  # fmt: skip
    return redirect(url_for(".own_attributes"))


@customers.route("/customers/attributes/<int:attribute_id>", methods=["GET", "POST"])
@roles("researcher")
def rename_own_attribute(attribute_id: int) -> Page:
    """Change names, and options of a choice."""
    known = db.get_or_404(OwnAttribute, attribute_id)
    names = {"label_zh": known.label_zh, "label_en": known.label_en}
    form = OwnAttributeForm(data={**names, "options": entering.written(known.options)})
    form.kind.data = known.kind
    if not form.validate_on_submit():
        return render_template("customers/own_attribute.html", form=form, known=known)
    try:
        keeping.rename(known, form.entry())
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        form.blame(list(refusal.findings))
        return render_template("customers/own_attribute.html", form=form, known=known), 422
    flash(_("Saved."), "success")
    return redirect(url_for(".own_attributes"))


@customers.post("/customers/attributes/<int:attribute_id>/<any(retire, restore):what>")
@roles("researcher")
def retire_own_attribute(attribute_id: int, what: str) -> Response:
    """Offer it no more, or take that back."""
    known = db.get_or_404(OwnAttribute, attribute_id)
    try:
        (keeping.retire if what == "retire" else keeping.restore)(known)
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash(" ".join(map(explain, refusal.findings)), "error")
        return redirect(url_for(".own_attributes"))
    said = _("Retired. Customers keep their values; use it again at any time.")
    flash(said if what == "retire" else _("In use again."), "success")
    return redirect(url_for(".own_attributes"))


def _list(form: OwnAttributeForm) -> str:
    known = keeping.every()
    return render_template(
        "customers/own_attributes.html",
        known=known,
        counts=_counts([one.key for one in known]),
        form=form,
        kinds=KINDS,
        label=label,
        prefix=PREFIX,
        most=keeping.MOST,
    )


def _counts(keys: list[str]) -> dict[str, int]:
    """Key → how many customers have a value."""
    if not keys:
        return {}
    counted = [func.count(Customer.extra[key].as_string()) for key in keys]
    here = Customer.extra.is_not(None) & Customer.erased_at.is_(None)
    return dict(zip(keys, db.session.execute(select(*counted).where(here)).one(), strict=True))
