"""Figures and the study page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the study page."""
    from surveyapp.reports.views import reports

    app.register_blueprint(reports)
