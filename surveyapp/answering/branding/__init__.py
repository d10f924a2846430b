"""Brands on the customer's page: their logos, their hosts, and the staff pages that make them."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the routes, and keep the hosts of brands apart before anything else is asked."""
    from surveyapp.answering.branding import apart, logo_views, views

    app.before_request_funcs.setdefault(None, []).insert(0, apart.keep_apart)
    app.register_blueprint(logo_views.blueprint)
    app.register_blueprint(views.blueprint)
