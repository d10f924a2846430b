"""The contact policy of all studies, what it held back, and lists of who must not be contacted."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.customers.models import Suppression
from surveyapp.database import db
from surveyapp.distribution import contact, do_not_contact, eligibility, message_lists, triggers
from surveyapp.distribution.contact import CAPS, Policy
from surveyapp.distribution.contact_forms import TIERS, DoNotContactForm, PolicyForm
from surveyapp.distribution.contact_models import ContactPolicy
from surveyapp.distribution.do_not_contact import Outcome
from surveyapp.distribution.views.blueprint import distribution, flash_findings
from surveyapp.findings import SurveyError

NAMES = {**eligibility.REASONS, **triggers.REASONS, **message_lists.REASON_NAMES}


@distribution.get("/contact-policy", endpoint="contact_policy")
def show_policy() -> str:
    """What holds for every text, and what was held back lately."""
    form, policy = PolicyForm(formdata=None), contact.current()
    new = db.session.get(ContactPolicy, contact.ONLY) is None
    form.load(Policy(caps=CAPS) if new else policy)
    return _page(form, new=new)


@distribution.post("/contact-policy")
@roles("researcher")
def save_policy() -> Response | tuple[str, int]:
    """Change the policy; it holds from the next text on."""
    form = PolicyForm()
    if not form.validate_on_submit() or form.allow_from.data >= form.allow_until.data:
        if not form.errors:
            form.allow_until.errors = [_("The hours must end after they begin.")]
        return _page(form), 422
    contact.save(form.policy())
    db.session.commit()
    flash(_("Saved. It holds from the next text on."), "success")
    return redirect(url_for("distribution.contact_policy"))


@distribution.post("/contact-policy/do-not-contact")
@roles("researcher")
def import_do_not_contact() -> Response | str | tuple[str, int]:
    """Suppress every address of a list."""
    form = DoNotContactForm()
    try:
        outcome = do_not_contact.suppress(form.content())
        db.session.commit()
    except SurveyError as refusal:
        db.session.rollback()
        flash_findings(refusal.findings)
        return redirect(url_for("distribution.contact_policy"))
    shown = PolicyForm(formdata=None)
    shown.load(contact.current())
    flash(
        ngettext("%(num)d address suppressed.", "%(num)d addresses suppressed.", outcome.added),
        "success",
    )
    if not outcome.refused:
        return redirect(url_for("distribution.contact_policy"))
    return _page(shown, outcome)


def _page(form: PolicyForm, outcome: Outcome | None = None, *, new: bool = False) -> str:
    return render_template(
        "distribution/contact_policy.html",
        form=form,
        new=new,
        tiers=TIERS,
        list_form=DoNotContactForm(formdata=None),
        outcome=outcome,
        blocks=contact.blocks(),
        names=NAMES,
        suppressed=db.session.scalar(select(func.count()).select_from(Suppression)),
    )
