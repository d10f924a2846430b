"""Working off the wishes to be called: whom, on which number, done by whom, and undone."""

from __future__ import annotations

from flask import flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from surveyapp.accounts import audit
from surveyapp.accounts.guard import roles, signed_in
from surveyapp.answering.endings import call_backs
from surveyapp.answering.endings.models import CallBack
from surveyapp.answering.endings.views import address_of, blueprint, page_of
from surveyapp.database import db
from surveyapp.distribution.views.blueprint import study_or_404


@blueprint.post("/call-backs/<int:call_back_id>/reveal")
@roles("researcher")
def reveal(call_back_id: int) -> str:
    """Show the number once, and keep a record of who looked."""
    found = db.get_or_404(CallBack, call_back_id)
    audit.record("call_back.reveal", f"call_back:{found.id}")
    db.session.commit()
    return page_of(study_or_404(found.study_id), revealed=found.id)


@blueprint.post("/call-backs/<int:call_back_id>/done")
@roles("researcher")
def settle(call_back_id: int) -> Answer:
    """Note that the person was called."""
    found = db.get_or_404(CallBack, call_back_id)
    call_backs.settle(found, signed_in().email)
    audit.record("call_back.done", f"call_back:{found.id}")
    db.session.commit()
    flash(_("Noted as called. It stands under “Called”, where it can be undone."), "success")
    return redirect(address_of(found.study_id))


@blueprint.post("/call-backs/<int:call_back_id>/open")
@roles("researcher")
def reopen(call_back_id: int) -> Answer:
    """Undo that."""
    found = db.get_or_404(CallBack, call_back_id)
    call_backs.reopen(found)
    audit.record("call_back.open", f"call_back:{found.id}")
    db.session.commit()
    flash(_("It is to be called again."), "success")
    return redirect(address_of(found.study_id))
