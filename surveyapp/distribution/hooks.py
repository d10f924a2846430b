"""Where providers call us: status reports and texts from customers. Signed, or refused."""

from __future__ import annotations

import time
from html import escape

from flask import Blueprint, Flask, Response, abort, jsonify, request

from surveyapp.accounts.guard import public
from surveyapp.distribution import inbound, receipts
from surveyapp.distribution.sending import persist
from surveyapp.distribution.sms import callbacks
from surveyapp.distribution.sms.callbacks import Call, UnreadableCallError
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.providers import TWILIO, configured
from surveyapp.extensions import csrf, settings

hooks = Blueprint("hooks", __name__, url_prefix="/hooks")
LARGEST = 64 * 1024
LARGEST_BATCH = 512 * 1024
LONGEST_TEXT = 1600


@hooks.post("/sms/status")
@public
def status() -> Response:
    """Status reports of the channel that the TWILIO_… settings describe."""
    return _status(TWILIO)


@hooks.post("/sms/inbound")
@public
def text() -> Response:
    """Texts from customers to that channel."""
    return _inbound(TWILIO)


@hooks.post("/channels/<name>/status")
@public
def channel_status(name: str) -> Response:
    """Status reports of any other channel."""
    return _status(name)


@hooks.post("/channels/<name>/inbound")
@public
def channel_text(name: str) -> Response:
    """Texts from customers to any other channel."""
    return _inbound(name)


def _status(name: str) -> Response:
    channel, call = _signed_call(name)
    try:
        known = callbacks.reports(channel, call)
    except UnreadableCallError:
        abort(400)
    for it in known:
        persist(
            lambda it=it: receipts.apply(  # type: ignore[misc]
                it.sid, it.status, it.code, it.message_id, channel=channel.name
            )
        )
    return _thanks(channel, Response(status=204))


def _inbound(name: str) -> Response:
    """Only a first opt-out is answered, as the contact policy says, where an answer can hold it."""
    channel, call = _signed_call(name)
    try:
        known = callbacks.replies(channel, call)
    except UnreadableCallError:
        abort(400)
    said = "".join(_taken(it.sid, it.phone, it.body[:LONGEST_TEXT]) for it in known)
    twiml = f"<Response>{said}</Response>" if said else "<Response/>"
    return _thanks(channel, Response(twiml, mimetype="text/xml"))


def _taken(sid: str, phone: str, body: str) -> str:
    """Take in a text; the TwiML of what is answered."""
    reply = persist(lambda: inbound.confirmation(phone, body))
    kind = persist(lambda: inbound.receive(sid, phone, body))
    return f"<Message>{escape(reply)}</Message>" if reply and kind == "opt_out" else ""


def _thanks(channel: Channel, otherwise: Response) -> Response:
    """Aliyun repeats what is not answered in its own words."""
    return jsonify(code=0, msg="OK") if channel.kind == "aliyun" else otherwise


def _signed_call(name: str) -> tuple[Channel, Call]:
    """The channel and what its provider says; refuses what it did not sign.

    A signature covers the address that was given to the provider, so it is built from our own
    setting and the raw path and query, never from headers that a proxy or a forger writes.
    """
    channel = next((c for c in configured(settings()) if c.name == name), None)
    if channel is None:
        abort(403)
    request.max_content_length = LARGEST if channel.kind == "twilio" else LARGEST_BATCH
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    if not raw.startswith("/"):  # a whole address, of whatever host
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    url = settings().public_base_url + raw
    form = request.form if channel.kind == "twilio" else {}
    call = Call(url, dict(request.headers), request.get_data(), form, time.time())
    if not callbacks.signed(channel, call):
        abort(403)
    return channel, call


def init_app(app: Flask) -> None:
    """Register the hooks; a provider has no form tokens, its signature is the proof."""
    csrf.exempt(hooks)
    app.register_blueprint(hooks)
