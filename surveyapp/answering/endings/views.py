"""The page of a study's endings: who is to be called, the stock of coupons, the secret."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from surveyapp.accounts import audit
from surveyapp.accounts.guard import allowed, roles
from surveyapp.answering.endings import addresses, call_backs, coupons
from surveyapp.answering.endings.forms import CodesForm
from surveyapp.answering.shelf import shelf
from surveyapp.customers.phones import masked, masked_name
from surveyapp.database import db
from surveyapp.distribution.models import Study
from surveyapp.distribution.views.blueprint import study_or_404

blueprint = Blueprint("endings", __name__)
SHOWN = 50
"""Lines of each list; the export has all of them."""


@blueprint.get("/studies/<int:study_id>/endings")
def page(study_id: int) -> str:
    """What the endings of the study give, and what became of it."""
    return page_of(study_or_404(study_id))


def page_of(
    study: Study, form: CodesForm | None = None, revealed: int = 0, secret: str | None = None
) -> str:
    """The page. revealed: the call-back whose number is shown. secret: the study's, where shown."""
    document = shelf().document(study.asked.id)
    counts = call_backs.counts(study.id)
    return render_template(
        "answering/study_endings.html",
        study=study,
        endings=document.endings,
        gives={
            "coupon": any(one.coupon for one in document.endings),
            "call_back": any(one.call_back for one in document.endings),
            "address": any(one.address for one in document.endings),
        },
        form=form or CodesForm(formdata=None),
        stock=coupons.stock(study.id),
        claimed=coupons.claimed(study.id, SHOWN) if allowed("endings.export") else [],
        reference_of=addresses.reference_of,
        counts=counts,
        open_ones=call_backs.of_study(study.id, call_backs.OPEN, SHOWN),
        done_ones=call_backs.of_study(study.id, call_backs.DONE, SHOWN) if counts else [],
        windows=call_backs.WINDOWS,
        phone_of=call_backs.phone_of,
        masked=masked,
        masked_name=masked_name,
        revealed=revealed,
        secret=secret,
    )


@blueprint.post("/studies/<int:study_id>/endings/secret")
@roles("researcher")
def show_secret(study_id: int) -> str:
    """Show the secret once, and keep a record of who looked."""
    study = study_or_404(study_id)
    addresses.prepare(study.id)
    secret = addresses.secret_of(study.id)
    audit.record("ending.secret", f"study:{study.id}")
    db.session.commit()
    return page_of(study, secret=secret)


@blueprint.post("/studies/<int:study_id>/endings/secret/new")
@roles("researcher")
def renew_secret(study_id: int) -> Answer:
    """Make a new secret."""
    study = study_or_404(study_id)
    addresses.renew(study.id)
    audit.record("ending.new_secret", f"study:{study.id}")
    db.session.commit()
    flash(_("There is a new secret. Give it to whoever checks the addresses."), "success")
    return redirect(address_of(study.id))


def address_of(study_id: int) -> str:
    """Address of the page."""
    return url_for("endings.page", study_id=study_id)
