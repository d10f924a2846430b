"""Photos for staff: one picture at a time, under headers that let it be a picture and no more."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from surveyapp.accounts.guard import roles
from surveyapp.answering import photos

blueprint = Blueprint("photos", __name__)


@blueprint.get("/photos/<key>")
@roles("analyst", "researcher")
def photo(key: str) -> Response:
    """The picture that an answer names."""
    jpeg = photos.picture(key)
    if jpeg is None:
        abort(404)
    headers = {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": 'inline; filename="photo.jpg"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(jpeg, headers=headers, mimetype="image/jpeg")
