"""Staff: users, roles, sign-in, audit trail."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages of staff accounts and put the guard before every route."""
    from surveyapp.accounts import guard
    from surveyapp.accounts.views import accounts

    app.register_blueprint(accounts)
    guard.init_app(app)
