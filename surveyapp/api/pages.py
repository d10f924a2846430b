"""The page of tokens, for administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import roles
from surveyapp.api import tokens
from surveyapp.api.models import ApiToken
from surveyapp.customers.events.attributes import EVENTS
from surveyapp.database import db

api_pages = Blueprint("api", __name__)


@api_pages.get("/api-tokens")
@roles("administrator")
def index() -> str:
    """Every system that may call, and how to call."""
    return _page("")


@api_pages.post("/api-tokens")
@roles("administrator")
def create() -> str | tuple[str, int]:
    """Make a token and show it this once."""
    name = " ".join(request.form.get("name", "").split())[:80]
    if not name:
        flash(_("Name the system that will use the token."), "error")
        return _page(""), 422
    _token, text = tokens.create(name)
    db.session.commit()
    return _page(text)


@api_pages.post("/api-tokens/<int:token_id>/revoke")
@roles("administrator")
def revoke(token_id: int) -> Response:
    """Let nobody in by a token any more."""
    tokens.revoke(db.get_or_404(ApiToken, token_id))
    db.session.commit()
    flash(_("Nobody gets in by that token any more."), "success")
    return redirect(url_for("api.index"))


def _page(shown: str) -> str:
    newest = ApiToken.revoked_at.is_not(None), ApiToken.id.desc()
    return render_template(
        "api/tokens.html",
        tokens=db.session.scalars(select(ApiToken).order_by(*newest)).all(),
        shown=shown,
        per_minute=tokens.PER_MINUTE,
        events=EVENTS,
        base=request.url_root.rstrip("/"),
    )
