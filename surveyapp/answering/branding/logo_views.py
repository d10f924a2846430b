"""Logos for everybody: an address made of the content, kept by browsers for good."""

from __future__ import annotations

from flask import Blueprint, Response

from surveyapp.accounts.guard import public
from surveyapp.brands import keeping

blueprint = Blueprint("logo", __name__)


@blueprint.get("/survey/logo/<string(length=32):name>.<any(png,webp):kind>")
@public
def logo(name: str, kind: str) -> Response:
    """The picture that a page names."""
    found = keeping.picture(name)
    if found is None or found[1] != kind:
        return Response(status=404)
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return Response(found[0], headers=headers, mimetype=f"image/{kind}")
