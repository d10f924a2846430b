"""Long work as rows with progress, run by the worker."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the progress card."""
    from surveyapp.jobs.views import jobs

    app.register_blueprint(jobs)
