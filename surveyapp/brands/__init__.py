"""Brands: the name, logo, colour and address under which customers are asked."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Let the application know its brands."""
    from surveyapp.brands import known

    known.init_app(app)
