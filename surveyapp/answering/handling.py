"""What each request of the customer's page does with a visit, whichever door it came through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from flask import Response, current_app, redirect, request

from surveyapp.answering import moments, resuming, rush, saving, submitting
from surveyapp.answering.asking import ask, language_of
from surveyapp.answering.attaching import attach as attach_photo
from surveyapp.answering.batches import LARGEST_BODY, Batch, UnreadableError, read_json
from surveyapp.answering.endings import asking_back
from surveyapp.answering.endings.giving import given_to
from surveyapp.answering.endings.page import ending_page
from surveyapp.answering.knowing import piping, way_of
from surveyapp.answering.misses import Misses
from surveyapp.answering.origins import Origin
from surveyapp.answering.plain_form import press as press_form
from surveyapp.answering.replies import (
    CODE,
    RECEIPT,
    SLIP,
    closing_page,
    later_page,
    notice_page,
    number_page,
    reply,
)
from surveyapp.answering.sentences import sentences
from surveyapp.answering.shelf import shelf
from surveyapp.answering.speech import Speech
from surveyapp.answering.visits import DONE, FINISHED, GONE, OPEN, Visit, brand_of
from surveyapp.brands.hosts import without_port
from surveyapp.brands.known import known
from surveyapp.database import commit, rollback
from surveyapp.designer.document import Document
from surveyapp.distribution import receipt_batches, receipt_codes
from surveyapp.distribution.receipt_batches import Slip
from surveyapp.extensions import settings


def show(visit: Visit | None, again: str | None = None) -> Response:
    """The page, the thanks, or a friendly notice. Writes nothing."""
    if visit is None:
        return missed()
    if visit.state in FINISHED:
        return _closing(visit, again)
    if visit.state != OPEN:
        # A link that opens nothing any more tells nothing, not even whose it was.
        gone, framed = visit.state == GONE, visit.interview is not None
        language = _browser_language(None if gone else visit.language)
        brand_id = None if gone else visit.brand_id
        return notice_page(visit.state, language, framed=framed, brand_id=brand_id)
    return ask(visit)


def _closing(visit: Visit, again: str | None, trouble: str = "") -> Response:
    """The closing page, with the words, the screen-out and the ending that belong to the answers;
    `trouble`: why a wish to be called was not taken.
    """
    document = shelf().document(visit.version_id)
    given = given_to(visit, document) if document.endings and visit.state == DONE else None
    language = language_of(document, visit.language)
    way = way_of(visit, document, language)
    speech = Speech(document, language, pipe=piping(document, language, way, visit.answers))
    look = known().look(visit.brand_id)
    if given is None or visit.interview is not None:
        framed = visit.interview is not None
        return closing_page(visit.state, speech, way.ended, again, framed, look)
    return ending_page(speech, given, visit.base, again, trouble, look)


def call_back(visit: Visit | None) -> Response:
    """The wish to be called back, or the end of it; the form stands on the closing page."""
    if not from_here():
        return notice_page("foreign", _browser_language())
    if visit is None or visit.state != DONE:
        return show(visit)
    trouble = asking_back.take(visit, document_of(visit), request.form)
    if trouble:
        return _closing(visit, None, trouble)
    return redirect(visit.base, 303)  # type: ignore[return-value]


def press(visit: Visit | None) -> Response:
    """A button of the plain form."""
    if not from_here():
        return notice_page("foreign", _browser_language())
    if visit is None or visit.state != OPEN:
        return show(visit)
    return press_form(visit, origin())


def save(visit: Visit | None) -> Response:
    """A batch of the script, acknowledged answer by answer."""
    read = _read(visit)
    if isinstance(read, Response):
        return read
    visit, batch = read
    language = visit.language or document_of(visit).default_language
    saved = saving.save(visit, batch, language, origin())
    if saved is None:
        return reply({"state": DONE})
    return reply({"state": OPEN, "saved": batch.saved, **_newer(saving.others(saved))})


def submit(visit: Visit | None) -> Response:
    """The last batch of the script, and the wish to be done."""
    read = _read(visit)
    if isinstance(read, Response):
        return read
    visit, batch = read
    document = document_of(visit)
    language = batch.language or visit.language or document.default_language
    outcome = submitting.submit(visit, document, batch, language, origin())
    if outcome.state:
        return reply({"state": outcome.state, "saved": batch.saved})
    errors = sentences(list(outcome.findings), language)
    told = {"errors": errors, "page": outcome.page, **_newer(outcome.newer)}
    return reply({"state": OPEN, "saved": batch.saved, **told})


def _newer(found: Mapping[str, tuple[int, object]]) -> dict[str, object]:
    """What another device answered later, where there is any."""
    return {"newer": found} if found else {}


def opened(visit: Visit | None) -> Response:
    """The first sign of a person."""
    if visit is None or visit.state != OPEN or not from_here():
        return reply({"state": visit.state if visit else "gone"}, 409)
    saving.mark_opened(visit)
    return reply({"state": OPEN})


def attach(visit: Visit | None, variable: str) -> Response:
    """A photo that the script sends by itself."""
    if visit is None or visit.state != OPEN:
        return _refused(visit)
    if not from_here() or not request.mimetype.startswith("image/"):
        return reply({"state": "foreign"}, 403)
    marks = _admitted(visit)
    if isinstance(marks, Response):
        return marks
    return attach_photo(visit, document_of(visit), variable, origin(), marks)


def _refused(visit: Visit | None) -> Response:
    """What a script hears whose visit takes nothing (any more)."""
    if visit is None:
        return reply({"state": "gone"}, 404)
    return reply({"state": visit.state}, 200 if visit.state in FINISHED else 410)


def _read(visit: Visit | None) -> tuple[Visit, Batch] | Response:
    """The visit and what it posted, or the answer that says why nothing is taken."""
    request.max_content_length = LARGEST_BODY
    if visit is None or visit.state != OPEN:
        return _refused(visit)
    if not from_here() or request.mimetype != "application/json":
        return reply({"state": "foreign"}, 403)
    try:
        visit = visit.as_opened(_opened_at(visit))
        batch = read_json(document_of(visit), request.get_data())
    except UnreadableError:
        return reply({"state": "unreadable"}, 400)
    marks = _admitted(visit)
    if isinstance(marks, Response):
        return marks
    return visit, replace(batch, marks={**batch.marks, **marks}) if marks else batch


def _admitted(visit: Visit) -> Mapping[str, object] | Response:
    """The marks of the response that the script begins now, or the puzzle that comes before."""
    if not rush.begins(visit):
        return {}
    found = rush.admit(visit, request.headers.get(rush.HEADER, ""))
    return reply({"state": "puzzle", "puzzle": found}, 428) if isinstance(found, str) else found


def _opened_at(visit: Visit) -> datetime | None:
    """When the page that posts was opened; only asked where the study has moved since."""
    if visit.moved_at is None:
        return None
    try:
        sent = request.get_json(silent=True)
    except RecursionError as error:
        raise UnreadableError from error
    opened = sent.get("opened") if isinstance(sent, dict) else None
    return moments.read(visit.key, opened) if isinstance(opened, str) else None


def document_of(visit: Visit) -> Document:
    """The document that this visit answers."""
    return shelf().document(visit.version_id)


def missed() -> Response:
    """A link that opens nothing: always the same words."""
    return notice_page("unknown", _browser_language(), 429 if _missed_often() else None)


def _missed_often() -> bool:
    return _misses().too_many(request.remote_addr or "")


def _misses() -> Misses:
    found: Misses = current_app.extensions["answering.misses"]
    return found


def continued(short: str) -> str | None:
    """The printed code of the response that a short one opens; None where it opens nothing, or
    where this address has tried too many.
    """
    if _misses().spent(request.remote_addr or ""):
        return None
    code = resuming.touchpoint_of(resuming.secret_of(short))
    if code is None:
        _missed_often()
    return code


def unknown_code() -> Response:
    """Why a short code opens nothing."""
    return ask_code("often" if _misses().spent(request.remote_addr or "") else "unknown")


def ask_receipt(code: str, trouble: str = "") -> Response:
    """The page that asks for the number of a receipt; `trouble`: why the last one will not do."""
    brand_id = brand_of(code) if known().looks else None
    return number_page(RECEIPT, f"/q/{code}/receipt", _browser_language(), trouble, brand_id)


def ask_slip(code: str, trouble: str = "") -> Response:
    """The page that asks for the code of a receipt; `trouble`: why the last one will not do."""
    brand_id = brand_of(code) if known().looks else None
    return number_page(SLIP, f"/q/{code}/receipt", _browser_language(), trouble, brand_id)


def slip_of(code: str, text: str) -> Slip | str:
    """The receipt whose code somebody typed or scanned; else what was wrong. Wrong codes count
    against the address that they come from.
    """
    found = receipt_codes.well_formed(text)
    if found is None:
        return "unreadable"
    address = request.remote_addr or ""
    if _misses().spent(address):
        return "often"
    slip = receipt_batches.find(code, found)
    if slip is None:
        return "often" if _misses().too_many(address) else "unknown"
    return slip


def ask_code(trouble: str = "") -> Response:
    """The page that asks for the code of a response that was begun elsewhere."""
    return number_page(CODE, "/resume", _browser_language(), trouble)


def later(visit: Visit, secret: str, code: str) -> Response | None:
    """Save the plain form, then show the code with which the person goes on elsewhere; from then
    on `secret` opens the response. None where it has ended meanwhile.
    """
    document = document_of(visit)
    language = language_of(document, visit.language)
    if "_page" in request.form:
        press_form(visit, origin(), "stay")
    saved = saving.save_open(visit, Batch({}, ()), language, origin())
    if saved is None or not resuming.hand_over(saved.response_id, secret):
        rollback()
        return None
    commit()
    brands = known()
    address, look = f"{brands.base(visit.brand_id)}/resume", brands.look(visit.brand_id)
    return later_page(resuming.spoken(code), address, visit.base, language, look)


def from_here() -> bool:
    """Whether a POST comes from our own page, or from a client that says nothing about it.

    The link's token is what authorises; this keeps other websites' scripts out.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in (None, "same-origin", "none")
    host = urlsplit(origin).netloc
    if host and host in (request.host, urlsplit(settings().public_base_url).netloc):
        return True
    return without_port(host) in known().hosts


def origin() -> Origin:
    """Where the request comes from."""
    return Origin(request.headers.get("User-Agent", ""), request.remote_addr or "")


def _browser_language(known: str | None = None) -> str:
    return language_of(Document(), known)
