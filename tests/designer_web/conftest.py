"""A stored questionnaire, and the requests that the editor makes."""

import json

import pytest

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from surveyapp.designer.models import Questionnaire

HTMX = {"HX-Request": "true", "Editor-Has": "none=0"}
"""What the editor's script says of itself: it shows nothing yet, and wants parts, not a page."""


@pytest.fixture
def made(app):
    """The after-sales questionnaire."""
    found = editor.create(template("aftersales"), "a@example.com")
    db.session.commit()
    return found


def stored(number):
    """The questionnaire as the database has it now."""
    db.session.expire_all()
    return db.session.get(Questionnaire, number)


def document(number):
    """Its draft."""
    return editor.draft_of(stored(number))


def post(client, number, fields, revision=None, **options):
    """Send one change as the editor does."""
    revision = stored(number).revision if revision is None else revision
    data = {"revision": revision, "here": "question:channel", **fields}
    return client.post(f"/questionnaires/{number}/edit", data=data, **options)


def replay(client, number, edit, **options):
    """Send one edit as its buttons do."""
    return post(client, number, {"do": "replay", "edit": json.dumps(edit)}, **options)
