"""Messages: the outbox of a study, and everything that happened to one invitation."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.customers.phones import masked
from surveyapp.database import db
from surveyapp.distribution import costs, links, message_lists
from surveyapp.distribution.models import Invitation
from surveyapp.distribution.sms.providers import configured
from surveyapp.distribution.timeline import timeline
from surveyapp.distribution.views.blueprint import distribution, study_or_404
from surveyapp.extensions import settings


@distribution.get("/studies/<int:study_id>/messages", endpoint="messages")
def list_messages(study_id: int) -> str:
    """The outbox, newest first, filtered by state."""
    study = study_or_404(study_id)
    state = request.args.get("state", "")
    counts = message_lists.state_counts(study)
    lines, following = message_lists.page(study, state, request.args.get("before", type=int))
    return render_template(
        "distribution/messages.html",
        study=study,
        state=state,
        counts=counts,
        total=sum(counts.values()),
        costs=costs.of_study(study, configured(settings())) if counts else [],
        lines=lines,
        following=following,
        state_names=message_lists.STATE_NAMES,
        message_reasons=message_lists.REASON_NAMES,
    )


@distribution.get("/studies/<int:study_id>/messages/<int:invitation_id>")
def show_invitation(study_id: int, invitation_id: int) -> str:
    """What happened to one invitation, in order."""
    study = study_or_404(study_id)
    invitation = _invitation(study_id, invitation_id)
    phone = invitation.customer.phone
    return render_template(
        "distribution/invitation.html",
        study=study,
        invitation=invitation,
        phone=masked(phone) if phone else "–",
        happenings=timeline(invitation.id),
        living=links.living(invitation),
        message_reasons=message_lists.REASON_NAMES,
    )


@distribution.post("/studies/<int:study_id>/messages/<int:invitation_id>/<any(revoke, end):how>")
@roles("researcher")
def close_link(study_id: int, invitation_id: int, how: str) -> Response:
    """Make one person's link worthless: revoke gives a new one with the next text, end none."""
    invitation = _invitation(study_id, invitation_id)
    if not links.living(invitation):
        flash(_("This link opens nothing any more."), "warning")
    elif how == "revoke":
        links.revoke(invitation)
        flash(_("The link is revoked. The next text brings a new one."), "success")
    else:
        links.end(invitation)
        flash(_("The link has ended. No text follows."), "success")
    db.session.commit()
    return redirect(
        url_for("distribution.show_invitation", study_id=study_id, invitation_id=invitation_id)
    )


def _invitation(study_id: int, invitation_id: int) -> Invitation:
    found = db.session.scalar(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.study_id == study_id)
        .options(joinedload(Invitation.customer))
    )
    if found is None:
        raise NotFound
    return found
