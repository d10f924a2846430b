"""HTTP answers of the customer's page: bytes and headers, nothing decided here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response, render_template, request

from surveyapp.answering.sheet import survey_assets
from surveyapp.answering.speech import Speech, say
from surveyapp.answering.wire import Piece, gzipped, piece, plain
from surveyapp.designer.document import Document
from surveyapp.findings import N_
from surveyapp.languages import direction

NOTICES = {
    "unknown": (
        404,
        N_("This link does not open a survey"),
        N_("It may be incomplete or too old. Please tap the link in our message once more."),
    ),
    "gone": (
        410,
        N_("This link does not open a survey"),
        N_("It may be incomplete or too old. Please tap the link in our message once more."),
    ),
    "early": (
        403,
        N_("This survey has not begun yet"),
        N_("Please come back a little later; your link stays valid."),
    ),
    "closed": (
        410,
        N_("This survey has ended"),
        N_("Thank you for wanting to take part. We hope to hear from you next time."),
    ),
    "empty": (
        200,
        N_("There is nothing to show yet"),
        N_("No page of this questionnaire is visible: add a question, or change the facts."),
    ),
    "foreign": (
        403,
        N_("This came from another website"),
        N_("Please open the link in our message and answer there."),
    ),
}


def survey_page(pieces: Iterable[Piece], framed: bool = False) -> Response:
    """A page put together from compressed pieces, under the policy that allows only our script."""
    return _send(pieces, 200, framed=framed, state="open")


def thanks_page(document: Document, language: str, again: str | None = None) -> Response:
    """The thank-you page of a completed response; `again`: address for another answer."""
    html = render_template(
        "answering/notice.html",
        document=document,
        language=language,
        direction=direction,
        title=document.text(document.title, language),
        heading=document.text(document.title, language),
        speech=Speech(document, language),
        again=again,
        style=survey_assets().style,
    )
    return _send([piece(html, 1)], 200, state="completed")


def notice_page(
    kind: str, language: str, status: int | None = None, framed: bool = False
) -> Response:
    """A friendly page about a link that does not lead to questions; the same for all of a kind."""
    usual, title, sentence = NOTICES[kind]
    html = render_template(
        "answering/notice.html",
        language=language,
        direction=direction,
        title=say(title, language),
        sentence=say(sentence, language),
        speech=Speech(Document(), language),
        style=survey_assets().style,
    )
    return _send([piece(html, 1)], status or usual, framed=framed, state=kind)


def reply(body: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer to the script."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {"Cache-Control": "no-store"}
    return Response(text, status, headers, mimetype="application/json")


def _send(pieces: Iterable[Piece], status: int, *, framed: bool = False, state: str) -> Response:
    parts = list(pieces)
    found = survey_assets()
    headers = {
        "Content-Security-Policy": found.framed_policy if framed else found.policy,
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding, Cookie",
        "X-Survey": state,
    }
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(gzipped(parts), status, headers, mimetype="text/html")
    return Response(plain(parts), status, headers, mimetype="text/html")
