"""The preview behind a link, for people without an account. Reads only; nothing is saved."""

from __future__ import annotations

from flask import Blueprint, Response

from surveyapp.accounts.guard import public
from surveyapp.answering import handling, preview
from surveyapp.answering.asking import language_of
from surveyapp.answering.replies import notice_page
from surveyapp.answering.shelf import Kept
from surveyapp.designer import preview_links
from surveyapp.designer.document import Document

blueprint = Blueprint("shared_preview", __name__)
_documents: Kept[Document] = Kept(16)


@blueprint.get("/survey/preview/<token>")
@public
def shared(token: str) -> Response:
    """What the link shows, while it lasts."""
    link = preview_links.find(token)
    if link is None:
        answer = handling.missed()
    elif preview_links.state(link) != "open":
        answer = notice_page("gone", language_of(Document()))
    else:
        key = (link.token_hash, link.id)
        document = _documents.get(key, lambda: Document.model_validate(link.document))
        answer = preview.page_of_draft(document, framed=False)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
