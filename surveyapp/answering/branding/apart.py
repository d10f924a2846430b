"""On a brand's own host there are the customer's pages and nothing else."""

from __future__ import annotations

from flask import Response, request

from surveyapp.answering.asking import language_of
from surveyapp.answering.replies import notice_page
from surveyapp.brands.hosts import without_port
from surveyapp.brands.known import known
from surveyapp.designer.document import Document

BLUEPRINTS = frozenset({"answering", "logo"})
ENDPOINTS = frozenset({"distribution.opt_out", "distribution.confirm_opt_out"})
"""What customers are sent to beside the pages of those blueprints."""


def keep_apart() -> Response | None:
    """Before every request, also before anybody is asked to sign in: staff pages are not found."""
    hosts = known().hosts
    if not hosts or without_port(request.host) not in hosts or _is_customers():
        return None
    return notice_page("unknown", language_of(Document()))


def _is_customers() -> bool:
    if request.blueprint in BLUEPRINTS or request.endpoint in ENDPOINTS:
        return True
    return request.endpoint == "static" and request.path.startswith("/static/survey/")
