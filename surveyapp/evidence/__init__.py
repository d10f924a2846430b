"""Tamper evidence: what the audit trail noted of data sets, samples, recipes and files, held
against what is there now.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the page of the verification."""
    from surveyapp.evidence.views import evidence

    app.register_blueprint(evidence)
