"""HTTP answers of the customer's page: bytes and headers, nothing decided here."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from flask import Response, render_template, request

from surveyapp.answering.sheet import Sheet, survey_assets
from surveyapp.answering.speech import Speech, say
from surveyapp.answering.wire import Piece, gzipped, piece, plain
from surveyapp.brands.known import known
from surveyapp.brands.looks import Look
from surveyapp.designer.document import Document, ScreenOut
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
    "nothing": (
        200,
        N_("There is no question for you this time"),
        N_("Thank you for wanting to take part. There is nothing more for you to do."),
    ),
    "foreign": (
        403,
        N_("This came from another website"),
        N_("Please open the link in our message and answer there."),
    ),
}


class Asked(NamedTuple):
    """A page that asks for a number: its title, why, the field's label, and what may be wrong."""

    state: str
    title: str
    why: str
    label: str
    troubles: Mapping[str, str]


RECEIPT = Asked(
    "receipt",
    N_("Your receipt"),
    N_("Each receipt counts once. Its number is not kept."),
    N_("Receipt number"),
    {
        "unreadable": N_("A receipt number has 4 to 40 letters and digits. Please look once more."),
        "used": N_("Somebody has answered with this receipt. Thank you for wanting to take part."),
    },
)
SLIP = Asked(
    "receipt",
    N_("Your receipt"),
    N_("Your receipt carries a code of ten letters and digits. It counts once."),
    N_("Code on the receipt"),
    {
        "unreadable": N_("Such a code looks like K7M4P-29QXT. Please look once more."),
        "unknown": N_("No receipt carries this code. Please look once more."),
        "used": N_("Somebody has answered with this receipt. Thank you for wanting to take part."),
        "often": N_("There were too many wrong codes from here. Please wait ten minutes."),
    },
)
CODE = Asked(
    "resume",
    N_("Go on where you stopped"),
    N_("Enter the code that you were shown on the other device."),
    N_("Code from the other device"),
    {
        "unreadable": N_("A code has eight letters and digits, such as K7M4-29QX."),
        "unknown": N_("This code opens nothing. A newer one may have taken its place."),
        "often": N_("There were too many wrong codes from here. Please wait ten minutes."),
    },
)


def survey_page(sheet: Sheet, pieces: Iterable[Piece], framed: bool = False) -> Response:
    """A page put together from compressed pieces, under the policy that allows only its script."""
    policy = sheet.assets.framed_policy if framed else sheet.assets.policy
    return send_page(pieces, 200, policy, "open")


def closing_page(
    state: str,
    speech: Speech,
    ended: ScreenOut | None = None,
    again: str | None = None,
    framed: bool = False,
    look: Look | None = None,
) -> Response:
    """What whoever has finished reads: thanks, or why it ended; `again`: another answer's address.

    The policy is the one of a page without a script of its own.
    """
    title = speech.document.text(speech.document.title, speech.language)
    words = {"title": title, "heading": title, "state": state, "ended": ended, "again": again}
    return plain_page("notice", state, speech, words, look, framed=framed)


def notice_page(
    kind: str,
    language: str,
    status: int | None = None,
    framed: bool = False,
    brand_id: int | None = None,
) -> Response:
    """A friendly page about a link that does not lead to questions; the same for all of a kind.

    brand_id: of the study, where it may be known.
    """
    usual, title, sentence = NOTICES[kind]
    words = {"title": say(title, language), "sentence": say(sentence, language)}
    speech, look = Speech(Document(), language), known().look(brand_id)
    return plain_page("notice", kind, speech, words, look, status or usual, framed=framed)


def number_page(
    asked: Asked, address: str, language: str, trouble: str = "", brand_id: int | None = None
) -> Response:
    """A form for a number, sent to `address`; what was wrong with the last one."""
    words = {
        "title": say(asked.title, language),
        "why": say(asked.why, language),
        "label": say(asked.label, language),
        "address": address,
        "trouble": say(asked.troubles[trouble], language) if trouble else "",
    }
    speech, look = Speech(Document(), language), known().look(brand_id)
    status = 429 if trouble == "often" else 422 if trouble else 200
    return plain_page("number", asked.state, speech, words, look, status)


def later_page(code: str, address: str, back: str, language: str, look: Look | None) -> Response:
    """The code with which somebody goes on elsewhere, at `address`; `back`: the page itself."""
    title = say(N_("Go on later or on another device"), language)
    words = {"title": title, "code": code, "address": address, "back": back}
    speech = Speech(Document(), language)
    return plain_page("later", "later", speech, words, look, types={"endings"})


def plain_page(
    template: str,
    told: str,
    speech: Speech,
    words: Mapping[str, object],
    look: Look | None,
    status: int = 200,
    types: Collection[str] = (),
    framed: bool = False,
) -> Response:
    """A page without a script; `told`: its state for a script that loads it."""
    found = survey_assets(types, look)
    html = render_template(
        f"answering/{template}.html",
        document=speech.document,
        language=speech.language,
        direction=direction,
        speech=speech,
        look=look,
        style=found.style,
        **words,
    )
    policy = found.framed_policy if framed else found.policy
    return send_page([piece(html, 1)], status, policy, told)


def reply(body: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON answer to the script."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    headers = {"Cache-Control": "no-store"}
    return Response(text, status, headers, mimetype="application/json")


def send_page(pieces: Iterable[Piece], status: int, policy: str, state: str) -> Response:
    """A page under a policy, compressed where the client takes that; `state` tells the script."""
    parts = list(pieces)
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding, Cookie",
        "X-Survey": state,
    }
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(gzipped(parts), status, headers, mimetype="text/html")
    return Response(plain(parts), status, headers, mimetype="text/html")
