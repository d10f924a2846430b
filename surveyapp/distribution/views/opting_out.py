"""The customer's page for ending all texts. Showing it changes nothing; confirming does."""

from __future__ import annotations

from flask import g, make_response, render_template, request
from flask_babel import refresh
from werkzeug.wrappers import Response

from surveyapp import clock
from surveyapp.accounts.guard import public
from surveyapp.brands.known import known
from surveyapp.database import db
from surveyapp.distribution import links, optout
from surveyapp.distribution.models import Invitation
from surveyapp.distribution.views.blueprint import distribution
from surveyapp.extensions import csrf
from surveyapp.languages import match


@distribution.get("/o/<token>")
@public
def opt_out(token: str) -> Response:
    """Ask whether all texts shall end. Link scanners may come as often as they like."""
    invitation = links.find(token)
    return _answer(invitation, "ask" if invitation else "unknown")


@distribution.post("/o/<token>")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def confirm_opt_out(token: str) -> Response:
    """End all texts, everywhere, at once. The token is the authority; no session is needed."""
    invitation = links.find(token)
    if invitation is None:
        return _answer(None, "unknown")
    optout.opt_out(invitation.customer, "link", clock.now())
    db.session.commit()
    return _answer(invitation, "done")


def _answer(invitation: Invitation | None, step: str) -> Response:
    if invitation and step == "ask" and optout.is_opted_out(invitation.customer):
        step = "done"
    g.language = _language(invitation)
    refresh()
    look = known().look(invitation.study.brand_id if invitation else None)
    page = render_template(
        "distribution/opt_out.html", step=step, look=look, language=g.language, others=()
    )
    answer = make_response(page, 404 if step == "unknown" else 200)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _language(invitation: Invitation | None) -> str:
    """What the reader chose on the page, else the customer's, else the browser's."""
    if chosen := match(request.args.get("lang")):
        return chosen
    if invitation and (known := match(invitation.language)):
        return known
    return next((tag for t, _q in request.accept_languages if (tag := match(t))), "zh-Hans")
