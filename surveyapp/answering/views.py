"""Routes of the customer's page: personal links `/r/TOKEN`, printed codes `/q/CODE`."""

from __future__ import annotations

import secrets
from dataclasses import replace

from flask import Blueprint, Response, redirect, request

from surveyapp.accounts.guard import public
from surveyapp.answering import cards, handling, receipts, resuming, terminals
from surveyapp.answering.sheet import survey_assets
from surveyapp.answering.visits import OPEN, Visit, by_code, by_token
from surveyapp.database import plainly
from surveyapp.extensions import settings

blueprint = Blueprint("answering", __name__)
COOKIE = "survey"
COOKIE_AGE = 30 * 24 * 3600


@blueprint.get("/r/<token>")
@public
def personal(token: str) -> Response:
    """The page of a personal link."""
    return handling.show(by_token(token))


@blueprint.post("/r/<token>")
@public
def personal_press(token: str) -> Response:
    """A button of its plain form."""
    return handling.press(by_token(token))


@blueprint.post("/r/<token>/save")
@public
def personal_save(token: str) -> Response:
    """A batch of answers."""
    with plainly():
        return handling.save(by_token(token, briefly=True))


@blueprint.post("/r/<token>/submit")
@public
def personal_submit(token: str) -> Response:
    """The last batch."""
    with plainly():
        return handling.submit(by_token(token, briefly=True))


@blueprint.post("/r/<token>/open")
@public
def personal_opened(token: str) -> Response:
    """The first sign of a person."""
    with plainly():
        return handling.opened(by_token(token, briefly=True))


@blueprint.post("/r/<token>/photo/<variable>")
@public
def personal_photo(token: str, variable: str) -> Response:
    """A photo, as soon as it was taken."""
    return handling.attach(by_token(token), variable)


@blueprint.post("/r/<token>/call-back")
@public
def personal_call_back(token: str) -> Response:
    """The wish to be called back."""
    return handling.call_back(by_token(token))


@blueprint.get("/r/<token>/sw.js")
@public
def personal_worker(token: str) -> Response:
    """The service worker of one personal link."""
    return _worker(f"/r/{token}")


@blueprint.get("/q/<code>")
@public
def printed(code: str) -> Response:
    """The page of a printed code; a browser that comes back goes on where it was."""
    secret = request.cookies.get(COOKIE) or _fresh()
    visit = by_code(code, secret)
    if instead := _instead(visit, code, secret):
        return instead
    again = "?new=1" if visit and not visit.once else None
    if again and "new" in request.args:
        return _remember(redirect(f"/q/{code}", 303), code, _fresh())  # type: ignore[arg-type]
    return _known(handling.show(visit, again), code, secret)


@blueprint.post("/q/<code>")
@public
def printed_press(code: str) -> Response:
    """A button of its plain form."""
    secret = request.cookies.get(COOKIE) or _fresh()
    visit = by_code(code, secret)
    return _instead(visit, code, secret) or _known(handling.press(visit), code, secret)


def _instead(visit: Visit | None, code: str, secret: str) -> Response | None:
    """What is shown instead of a person's own page: at a terminal a blank one, or the question for
    a receipt that nobody has named.
    """
    if visit and visit.terminal:
        cookie = COOKIE in request.cookies
        return handling.show(by_code(code, _fresh()) if cookie else visit)
    if not visit or not _unnamed(visit, code, secret):
        return None
    return handling.ask_slip(code) if visit.once == receipts.CODE else handling.ask_receipt(code)


def _known(answer: Response, code: str, secret: str) -> Response:
    """The answer, with which a browser that had no token gets its own."""
    return answer if COOKIE in request.cookies else _remember(answer, code, secret)


@blueprint.post("/q/<code>/receipt")
@public
def printed_receipt(code: str) -> Response:
    """The number of a receipt: whoever names it first answers for it, on this browser."""
    typed = request.form.get("number", "")
    visit = by_code(code, "")
    if visit and visit.once == receipts.CODE:
        return _take_slip(code, typed) if handling.from_here() else handling.ask_slip(code)
    number = receipts.normalised(typed)
    if number is None or not handling.from_here():
        return handling.ask_receipt(code, "unreadable")
    secret = receipts.secret_of(code, number)
    visit = by_code(code, secret)
    if visit is None or visit.once != receipts.RECEIPT:
        return handling.missed()
    if visit.response_id and request.cookies.get(COOKIE) != secret:
        return handling.ask_receipt(code, "used")
    return _remember(redirect(f"/q/{code}", 303), code, secret)  # type: ignore[arg-type]


@blueprint.get("/q/<code>/<slip>")
@public
def printed_slip(code: str, slip: str) -> Response:
    """The address in the picture of a receipt with a code of its own. Writes nothing."""
    visit = by_code(code, "")
    if visit is None or visit.once != receipts.CODE:
        return handling.missed()
    return _take_slip(code, slip) if visit.state == OPEN else handling.show(visit)


def _take_slip(code: str, text: str) -> Response:
    """Whoever shows the code of a receipt first answers for it, on this browser."""
    slip = handling.slip_of(code, text)
    if isinstance(slip, str):
        return handling.ask_slip(code, slip)
    secret = receipts.secret_of_slip(code, slip)
    visit = by_code(code, secret)
    if visit and visit.response_id and request.cookies.get(COOKIE) != secret:
        return handling.ask_slip(code, "used")
    return _remember(redirect(f"/q/{code}", 303), code, secret)  # type: ignore[arg-type]


@blueprint.post("/q/<code>/later")
@public
def printed_later(code: str) -> Response:
    """The wish to go on later, or on another device: the code for that."""
    secret = request.cookies.get(COOKIE, "")
    visit = by_code(code, secret) if secret else None
    if not handling.from_here() or visit is None or visit.state != OPEN or not visit.may_move:
        return handling.show(visit)
    short = resuming.fresh()
    secret = resuming.secret_of(short)
    answer = handling.later(visit, secret, short)
    return _remember(answer, code, secret) if answer else handling.show(by_code(code, secret))


@blueprint.get("/resume")
@public
def resume() -> Response:
    """The page that asks for such a code."""
    return handling.ask_code()


@blueprint.post("/resume")
@public
def resumed() -> Response:
    """A code: whoever has it goes on with the response, on this browser."""
    short = resuming.normalised(request.form.get("number", ""))
    if short is None or not handling.from_here():
        return handling.ask_code("unreadable")
    code = handling.continued(short)
    if code is None:
        return handling.unknown_code()
    answer: Response = redirect(f"/q/{code}", 303)  # type: ignore[assignment]
    return _remember(answer, code, resuming.secret_of(short))


@blueprint.post("/q/<code>/save")
@public
def printed_save(code: str) -> Response:
    """A batch of answers."""
    with plainly():
        return handling.save(_mine(code, briefly=True))


@blueprint.post("/q/<code>/submit")
@public
def printed_submit(code: str) -> Response:
    """The last batch."""
    with plainly():
        return handling.submit(_mine(code, briefly=True))


@blueprint.post("/q/<code>/open")
@public
def printed_opened(code: str) -> Response:
    """The first sign of a person."""
    with plainly():
        return handling.opened(_mine(code, briefly=True))


@blueprint.post("/q/<code>/photo/<variable>")
@public
def printed_photo(code: str, variable: str) -> Response:
    """A photo, as soon as it was taken."""
    return handling.attach(_mine(code), variable)


@blueprint.post("/q/<code>/call-back")
@public
def printed_call_back(code: str) -> Response:
    """The wish to be called back."""
    return handling.call_back(_mine(code))


@blueprint.get("/q/<code>/sw.js")
@public
def printed_worker(code: str) -> Response:
    """The service worker of a printed code's page."""
    return _worker(f"/q/{code}")


def _mine(code: str, *, briefly: bool = False) -> Visit | None:
    """The visit of the browser that holds the cookie, or of whom a terminal names; else None."""
    person = request.headers.get(terminals.HEADER, "")
    named = terminals.seed_of(person) is not None
    secret = person if named else request.cookies.get(COOKIE)
    visit = by_code(code, secret, briefly=briefly) if secret else None
    if visit is None or visit.terminal != named or _unnamed(visit, code, secret or ""):
        return None
    return replace(visit, card=request.headers.get(cards.HEADER)) if named else visit


def _unnamed(visit: Visit | None, code: str, secret: str) -> bool:
    """Whether a receipt is to be named first. Only of a study that takes answers."""
    if visit is None or visit.state != OPEN or visit.once not in receipts.NUMBERED:
        return False
    return not receipts.named(code, secret, visit.once)


def _fresh() -> str:
    return secrets.token_urlsafe(18)


def _remember(answer: Response, code: str, secret: str) -> Response:
    """Give the browser its own token for this code, out of reach of scripts."""
    if answer.status_code < 400:
        answer.set_cookie(
            COOKIE,
            secret,
            max_age=COOKIE_AGE,
            path=f"/q/{code}",
            httponly=True,
            samesite="Lax",
            secure=settings().secure_cookies,
        )
    return answer


def _worker(scope: str) -> Response:
    headers = {"Service-Worker-Allowed": scope, "Cache-Control": "no-cache"}
    return Response(survey_assets().worker, headers=headers, mimetype="text/javascript")
