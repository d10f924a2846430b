"""The staff pages' frame: navigation by job, the start page, and pages for what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import text
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from surveyapp.accounts.guard import allowed, everyone, public
from surveyapp.accounts.sessions import current_user
from surveyapp.database import db
from surveyapp.findings import N_, SurveyError
from surveyapp.languages import explain

SECTIONS = (
    ("distribution.studies", "send", N_("Studies")),
    ("distribution.calendar", "calendar", N_("Calendar")),
    ("designer.index", "list-checks", N_("Questionnaires")),
    ("designer.library", "library", N_("Library")),
    ("customers.index", "users", N_("Customers")),
    ("distribution.contact_policy", "ban", N_("Contact policy")),
    ("calling.desk", "smartphone", N_("Telephone")),
    ("brands.index", "store", N_("Brands")),
    ("api.index", "database", N_("Other systems")),
    ("distribution.channels", "message-square", N_("Channels")),
    ("accounts.staff", "shield-check", N_("Staff")),
    ("accounts.trail", "file-text", N_("Audit trail")),
)
"""Endpoint, icon, label; shown to those who may open it."""

EXPLANATIONS = {
    400: N_("The request could not be understood. Go back, reload the page and try again."),
    403: N_("Your role may not do this. Ask an administrator."),
    404: N_("There is nothing at this address. It may have been moved or deleted."),
    405: N_("This address cannot be used in this way."),
    409: N_("Someone else changed this in the meantime. Reload the page to see what changed."),
    413: N_("The file is too large. At most 64 MB can be uploaded."),
    429: N_("Too many requests. Wait a little, then try again."),
    500: N_("Something went wrong on our side. It has been recorded; nothing was half saved."),
}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    url: str
    icon: str
    label: str
    current: bool


def navigation() -> list[Place]:
    """The entries that this user may open; the one of the current page is marked."""
    known = [s for s in SECTIONS if s[0] in current_app.view_functions and allowed(s[0])]
    places = [(url_for(endpoint), icon, gettext(label)) for endpoint, icon, label in known]
    return [Place(url, icon, label, request.path.startswith(url)) for url, icon, label in places]


@everyone
def start() -> Response:
    """The start page: studies, or what else is first for the role."""
    places = navigation()
    return redirect(places[0].url if places else url_for("accounts.sign_in"))


@public
def health() -> dict[str, str]:
    """For monitors: answers when the database does."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


def _trouble(code: int, sentence: str) -> tuple[str, int]:
    if "user" not in g:
        g.user = current_user() if request.endpoint is None else None
    return render_template("trouble.html", code=code, sentence=sentence), code


def _http_trouble(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400 or request.path.startswith(("/hooks/", "/static/")):
        return error
    return _trouble(code, gettext(EXPLANATIONS.get(code, EXPLANATIONS[400])))


def _refusal(error: SurveyError) -> tuple[str, int]:
    """A refusal that no view turned into something better is still said in words."""
    db.session.rollback()
    return _trouble(422, " ".join(explain(finding) for finding in error.findings))


def init_app(app: Flask) -> None:
    """Register the start page, the health check and the pages for trouble."""
    app.add_template_global(navigation)
    app.add_url_rule("/", "start", start)
    app.add_url_rule("/health", "health", health)
    app.register_error_handler(HTTPException, _http_trouble)
    app.register_error_handler(SurveyError, _refusal)
