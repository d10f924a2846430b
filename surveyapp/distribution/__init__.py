"""Who is asked, when and how: frame, draw, waves, invitations, outbox."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register what this package adds to the application."""
    from surveyapp.distribution import hooks, views
    from surveyapp.distribution import work as _jobs  # noqa: F401 - its jobs register themselves
    from surveyapp.distribution.sms.providers import configured

    configured(app.config["SETTINGS"])  # a channel that cannot be used is told at the start
    hooks.init_app(app)
    app.register_blueprint(views.distribution)
