"""Answers as a table: codebook, screening, cleaning log, exports."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register what this package adds to the application."""
    from surveyapp.datasets import work  # noqa: F401 - its jobs register themselves
    from surveyapp.datasets.kept_views import kept
    from surveyapp.datasets.views import datasets

    app.register_blueprint(datasets)
    app.register_blueprint(kept)
