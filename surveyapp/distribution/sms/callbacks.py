"""What providers tell us: verified, then put into our words. Pure.

Twilio signs with the account's token, the signed HTTP channel with its secret. Aliyun signs
nothing: its address holds a key of its own, which is as secret as the address is.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from surveyapp.customers.cells import CellError
from surveyapp.customers.phones import normalise
from surveyapp.distribution.sms import http_signature
from surveyapp.distribution.sms.channel import Channel

MOST = 500
"""Reports in one call; a provider that pushes in batches sends a hundred."""


@dataclass(frozen=True)
class Call:
    """One call as it came. url: built from our own settings and the raw path and query."""

    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)
    now: float = 0.0

    @property
    def query(self) -> dict[str, str]:
        """The address's query, first values."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.url).query).items()}


@dataclass(frozen=True)
class Report:
    """A status of one text. message_id: ours, when the provider sent our reference back."""

    sid: str
    status: str
    code: str = ""
    message_id: int | None = None


@dataclass(frozen=True)
class Reply:
    """A text from a customer; phone in E.164."""

    sid: str
    phone: str
    body: str


class UnreadableCallError(ValueError):
    """A signed call that does not say what it should."""


def signed(channel: Channel, call: Call) -> bool:
    """Whether the call comes from the channel's provider."""
    return _SIGNED[channel.kind](channel.options, call)


def reports(channel: Channel, call: Call) -> list[Report]:
    """The statuses that a signed call reports; raises UnreadableCallError."""
    return list(_REPORTS[channel.kind](channel, call))


def replies(channel: Channel, call: Call) -> list[Reply]:
    """The texts that a signed call brings; raises UnreadableCallError."""
    return list(_REPLIES[channel.kind](channel, call))


def _twilio_signed(options: Mapping[str, Any], call: Call) -> bool:
    from twilio.request_validator import RequestValidator

    token, given = str(options.get("auth_token") or ""), call.headers.get("X-Twilio-Signature", "")
    if not token or not given:
        return False
    return bool(RequestValidator(token).validate(call.url, call.form, given))


def _http_signed(options: Mapping[str, Any], call: Call) -> bool:
    secret = str(options["secret"])
    return http_signature.valid(secret, "POST", call.url, call.body, call.headers, call.now)


def _aliyun_signed(options: Mapping[str, Any], call: Call) -> bool:
    given, known = call.query.get("key", ""), str(options["callback_key"])
    return hmac.compare_digest(given.encode(), known.encode())


def _twilio_reports(_channel: Channel, call: Call) -> Iterator[Report]:
    sid, status = _text(call.form.get("MessageSid")), _text(call.form.get("MessageStatus"))
    if not sid or not status:
        raise UnreadableCallError("MessageSid and MessageStatus are missing")
    code = _text(call.form.get("ErrorCode"))
    yield Report(sid[:64], status, code, _whole(call.query.get("m")))


def _twilio_replies(_channel: Channel, call: Call) -> Iterator[Reply]:
    sid, phone = _text(call.form.get("MessageSid")), _text(call.form.get("From"))
    if not sid or not phone:
        raise UnreadableCallError("MessageSid and From are missing")
    yield Reply(sid[:64], phone, _text(call.form.get("Body")))


def _http_reports(channel: Channel, call: Call) -> Iterator[Report]:
    for one in _objects(call.body):
        sid, status = _text(one.get("id")), _text(one.get("status"))
        if not sid or not status:
            raise UnreadableCallError("id and status are missing")
        code = _text(one.get("code"))
        yield Report(_named(channel, sid), status, code, _ours(_text(one.get("reference"))))


def _http_replies(channel: Channel, call: Call) -> Iterator[Reply]:
    for one in _objects(call.body):
        sid, phone = _text(one.get("id")), _text(one.get("from"))
        if not sid or not phone:
            raise UnreadableCallError("id and from are missing")
        yield Reply(_named(channel, sid), _e164(phone), _text(one.get("text")))


def _aliyun_reports(channel: Channel, call: Call) -> Iterator[Report]:
    """SmsReport: an array of {biz_id, out_id, success, err_code, …}."""
    for one in _objects(call.body):
        reference = _text(one.get("out_id"))
        sid = reference or _text(one.get("biz_id"))
        if not sid or "success" not in one:
            raise UnreadableCallError("out_id and success are missing")
        good = one["success"] in (True, "true")
        code = "" if good else _text(one.get("err_code"))
        status = "delivered" if good else "undelivered"
        yield Report(_named(channel, sid), status, code, _ours(reference))


def _aliyun_replies(channel: Channel, call: Call) -> Iterator[Reply]:
    """SmsUp: an array of {phone_number, content, sequence_id, …}; national numbers."""
    for one in _objects(call.body):
        sid, phone = _text(one.get("sequence_id")), _text(one.get("phone_number"))
        if not sid or not phone:
            raise UnreadableCallError("sequence_id and phone_number are missing")
        yield Reply(_named(channel, f"up-{sid}"), _e164(phone), _text(one.get("content")))


def _objects(body: bytes) -> list[dict[str, Any]]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as trouble:
        raise UnreadableCallError("this is no JSON") from trouble
    known = content if isinstance(content, list) else [content]
    if len(known) > MOST or not all(isinstance(one, dict) for one in known):
        raise UnreadableCallError(f"give an object, or up to {MOST} of them in an array")
    return known


def _text(value: object) -> str:
    """A value as text that any database takes: a part of a long text may begin or end with half an
    emoji, and nothing of ours holds NUL.
    """
    return str(value or "").encode(errors="replace").decode().replace("\0", "")


def _e164(phone: str) -> str:
    """The number as customers' phones are kept, however the provider spells it: an opt-out that
    nobody is found for is none.
    """
    try:
        return normalise(phone)
    except CellError:
        return phone


def _named(channel: Channel, sid: str) -> str:
    return f"{channel.name}:{sid[:43]}"


def _ours(reference: str) -> int | None:
    """Our message's id out of the reference `m=…&a=…`."""
    return _whole(parse_qs(reference).get("m", [""])[0])


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def _none(_channel: Channel, _call: Call) -> Iterator[Any]:
    yield from ()


_SIGNED: dict[str, Callable[[Mapping[str, Any], Call], bool]] = {
    "twilio": _twilio_signed,
    "http": _http_signed,
    "aliyun": _aliyun_signed,
    "smtp": lambda _options, _call: False,
}
_REPORTS: dict[str, Callable[[Channel, Call], Iterator[Report]]] = {
    "twilio": _twilio_reports,
    "http": _http_reports,
    "aliyun": _aliyun_reports,
    "smtp": _none,
}
_REPLIES: dict[str, Callable[[Channel, Call], Iterator[Reply]]] = {
    "twilio": _twilio_replies,
    "http": _http_replies,
    "aliyun": _aliyun_replies,
    "smtp": _none,
}
