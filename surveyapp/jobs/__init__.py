"""Long work as rows with progress, run by the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from surveyapp.jobs.announcing import Posting


def init_app(app: Flask) -> None:
    """Register the progress card and, where there is a broker, who tells it of new work."""
    from surveyapp.jobs.announcing import Announcer
    from surveyapp.jobs.views import jobs

    app.register_blueprint(jobs)
    if app.config["SETTINGS"].broker_url:
        app.extensions["job_announcer"] = Announcer(app, lambda: _post(app))


def _post(app: Flask) -> Posting:
    """What sends ids; loaded by a process only when it sends the first."""
    from surveyapp.jobs.broker import Post

    return Post(app.config["SETTINGS"])
