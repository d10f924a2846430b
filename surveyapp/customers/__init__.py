"""Who may be asked: people, purchases, consent, import."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register what this package adds to the application."""
