"""Extensions that the application is joined from."""

from __future__ import annotations

from flask import current_app
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

from config import Settings

babel = Babel()
csrf = CSRFProtect()


def settings() -> Settings:
    """The installation's settings."""
    found: Settings = current_app.config["SETTINGS"]
    return found
