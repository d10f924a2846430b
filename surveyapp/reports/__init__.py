"""Figures and the study page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the study page and the analysis pages."""
    from surveyapp.reports import (
        table_views,  # noqa: F401 - its pages register themselves
        trend_views,  # noqa: F401 - likewise
        weights_views,  # noqa: F401 - its pages register themselves
        work,  # noqa: F401 - its jobs register themselves
    )
    from surveyapp.reports.analysis_views import analysis
    from surveyapp.reports.papers.views import papers
    from surveyapp.reports.views import reports

    app.register_blueprint(reports)
    app.register_blueprint(analysis)
    app.register_blueprint(papers)
