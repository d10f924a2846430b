"""What other systems call: REST under bearer tokens, and the page where tokens are made."""

from __future__ import annotations

from flask import Flask

from surveyapp.extensions import csrf


def init_app(app: Flask) -> None:
    """Register the interface and its page."""
    from surveyapp.api.pages import api_pages
    from surveyapp.api.rest import rest

    csrf.exempt(rest)  # a bearer token is no cookie: no browser sends it unasked
    app.register_blueprint(rest)
    app.register_blueprint(api_pages)
