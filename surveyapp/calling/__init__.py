"""Telephone interviews: who is called, when, by whom, and what came of it."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the interviewer's desk, the call, and the study's page of calls.

    The interview's script brings no form token; its blueprint refuses what is not from this site.
    """
    from surveyapp.calling.telling import happenings
    from surveyapp.calling.views import calling, interview
    from surveyapp.distribution.timeline import add_teller
    from surveyapp.extensions import csrf

    add_teller(app, happenings)
    csrf.exempt(interview)
    app.register_blueprint(calling)
    app.register_blueprint(interview)
