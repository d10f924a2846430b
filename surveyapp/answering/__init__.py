"""The customer's page."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the page's routes, and what one process keeps for them.

    The customer's routes are authorised by the secret in their address and by `Origin`; a form
    token would expire under somebody who answers tomorrow.
    """
    from surveyapp.answering import (
        branding,
        cards,
        counting,
        photo_views,
        preview,
        shared_preview,
        shelf,
        texting,
        views,
    )
    from surveyapp.answering.endings import pages
    from surveyapp.answering.misses import Misses
    from surveyapp.answering.rush import Beginnings
    from surveyapp.designer import touched
    from surveyapp.distribution import touchpoints
    from surveyapp.extensions import csrf

    shelf.init_app(app)
    texting.init_app()
    app.extensions[touched.EXTENSION] = counting.count
    app.extensions[touchpoints.CARDS] = cards.counted
    app.extensions["answering.misses"] = Misses()
    app.extensions["answering.rush"] = Beginnings()
    csrf.exempt(views.blueprint)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(preview.blueprint)
    app.register_blueprint(photo_views.blueprint)
    app.register_blueprint(shared_preview.blueprint)
    app.register_blueprint(pages.blueprint)
    branding.init_app(app)
