"""Who may be asked: people, purchases, consent, import."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages of customers and the import as a kind of long work."""
    # these register themselves
    from surveyapp.customers import import_views, work  # noqa: F401
    from surveyapp.customers.duplicates import views as duplicate_views  # noqa: F401
    from surveyapp.customers.events import linking  # noqa: F401
    from surveyapp.customers.own import views as own_views  # noqa: F401
    from surveyapp.customers.tiers import views  # noqa: F401
    from surveyapp.customers.views import customers

    app.register_blueprint(customers)
