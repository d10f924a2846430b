"""Where the provider calls us: status reports and texts from customers. Signed, or refused."""

from __future__ import annotations

from html import escape

from flask import Blueprint, Flask, Response, abort, request

from surveyapp.accounts.guard import public
from surveyapp.distribution import inbound, receipts
from surveyapp.distribution.sending import persist
from surveyapp.extensions import csrf, settings

hooks = Blueprint("hooks", __name__, url_prefix="/hooks/sms")
LARGEST = 64 * 1024


@hooks.before_request
def only_signed() -> None:
    """Refuse what the provider did not sign.

    The signature covers the address that was given to the provider, so it is built from our own
    setting and the raw path and query, never from headers that a proxy or a forger writes.
    """
    request.max_content_length = LARGEST
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    url = settings().public_base_url + "/" + raw.split("://", 1)[-1].split("/", 1)[-1]
    if not _signed(url):
        abort(403)


def _signed(url: str) -> bool:
    from twilio.request_validator import RequestValidator

    token, given = settings().twilio_auth_token, request.headers.get("X-Twilio-Signature", "")
    if not token or not given:
        return False
    return bool(RequestValidator(token).validate(url, request.form, given))


@hooks.post("/status")
@public
def status() -> Response:
    """A status report for one of our texts; `m` in the address is our message's id."""
    sid, what = request.form.get("MessageSid", ""), request.form.get("MessageStatus", "")
    if not sid or not what:
        abort(400)
    code = request.form.get("ErrorCode", "")
    ours = request.args.get("m", type=int)
    persist(lambda: receipts.apply(sid[:64], what, code, ours))
    return Response(status=204)


@hooks.post("/inbound")
@public
def text() -> Response:
    """A text from a customer. Only a first opt-out is answered, as the contact policy says."""
    sid, phone = request.form.get("MessageSid", ""), request.form.get("From", "")
    if not sid or not phone:
        abort(400)
    body = request.form.get("Body", "")[:1600]
    reply = persist(lambda: inbound.confirmation(phone, body))
    kind = persist(lambda: inbound.receive(sid[:64], phone, body))
    said = "<Response/>"
    if reply and kind == "opt_out":
        said = f"<Response><Message>{escape(reply)}</Message></Response>"
    return Response(said, mimetype="text/xml")


def init_app(app: Flask) -> None:
    """Register the hooks; a provider has no form tokens, its signature is the proof."""
    csrf.exempt(hooks)
    app.register_blueprint(hooks)
