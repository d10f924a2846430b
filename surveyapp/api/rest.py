"""`/api/v1`: what other systems may send."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from surveyapp.accounts import audit
from surveyapp.accounts.guard import public
from surveyapp.api import tokens
from surveyapp.api.taking import take
from surveyapp.customers.targets import target
from surveyapp.database import db
from surveyapp.findings import SurveyError
from surveyapp.languages import explain

rest = Blueprint("rest", __name__, url_prefix="/api/v1")
OPTIONS = {"customers": {}, "events": {"zone": ""}}
"""Subject → options: nobody sits there to say in which zone a time was meant."""
LARGEST = 2 * 1024 * 1024
"""Bytes of a body."""

Answer = tuple[Response, int]


@rest.before_request
def only_by_token() -> Answer | None:
    """Let in who brings a token that is known, and no more often than it may."""
    request.max_content_length = LARGEST
    scheme, _sep, text = request.headers.get("Authorization", "").partition(" ")
    token = tokens.find(text.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        answer, code = _trouble(401, "api.no_token", _("Send a token that an administrator made: Authorization: Bearer …"))  # noqa: E501  # fmt: skip
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer, code
    if not tokens.admit(token):
        answer, code = _trouble(429, "api.too_many", _("Too many requests. Wait a minute, then send the same again."))  # noqa: E501  # fmt: skip
        answer.headers["Retry-After"] = "60"
        return answer, code
    g.api_token = token.id
    return None


@rest.post("/events")
@public
def events() -> Answer:
    """Purchases, service cases, deliveries: new ones go in, known ones are brought up to date."""
    return _taken("events")


@rest.post("/customers")
@public
def customers() -> Answer:
    """Customers: new ones go in, known ones are brought up to date."""
    return _taken("customers")


def _taken(of: str) -> Answer:
    result = take(request.get_data(), target(of, OPTIONS[of]))
    counts = {name: value for name, value in result.items() if isinstance(value, int)}
    refused = len({error["index"] for error in result["errors"]})
    audit.record(f"api.{of}", f"token:{g.api_token}", by="api", refused=refused, **counts)
    db.session.commit()
    return jsonify(result), 200


def _trouble(code: int, name: str, message: str, **more: Any) -> Answer:
    return jsonify({"code": name, "message": message, **more}), code


@rest.errorhandler(SurveyError)
def refused(error: SurveyError) -> Answer:
    """A body that cannot be used at all."""
    db.session.rollback()
    finding = error.findings[0]
    return _trouble(422, finding.code, explain(finding))


@rest.errorhandler(HTTPException)
def failed(error: HTTPException) -> Answer:
    """What the server itself refuses."""
    return _trouble(error.code or 500, f"api.http_{error.code}", error.description or "")
