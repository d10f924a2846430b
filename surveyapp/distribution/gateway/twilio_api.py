"""The part of Twilio's Messages resource that the product uses, as plain WSGI.

Numbers, error codes and shapes after Twilio's published API description and its magic test
numbers. Plain WSGI because thousands of texts a minute pass through here.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode

from surveyapp.distribution.gateway.carrier import Carrier
from surveyapp.distribution.gateway.texts import Line, new_sid, now
from surveyapp.distribution.segments import count

PREFIX = "/2010-04-01/Accounts/"
Start = Callable[..., object]
Answer = tuple[int, dict[str, Any]]

E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST = 1600
BAD_TO = {
    "+15005550001": (21211, "is not a valid phone number"),
    "+15005550002": (21612, "cannot be reached"),
    "+15005550003": (21408, "no permission for this region"),
    "+15005550004": (21610, "unsubscribed recipient"),
    "+15005550009": (21614, "is not a mobile number"),
}
BAD_FROM = {
    "+15005550001": (21212, "invalid From number"),
    "+15005550007": (21606, "not a number of this account"),
    "+15005550008": (21611, "queue of this From is full"),
}
FIRST = {False: "queued", True: "accepted"}
"""The first status, by whether a messaging service sends: that counts segments only later."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of ours
    """An error answer in Twilio's shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.body: dict[str, Any] = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
        self.status = status


class TwilioApi:
    """WSGI application for one account."""

    def __init__(self, carrier: Carrier, token: str) -> None:
        self.carrier = carrier
        credentials = f"{carrier.account}:{token}".encode()
        self._authorization = f"Basic {base64.b64encode(credentials).decode()}"

    def __call__(self, environ: Mapping[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, body = self._answer(environ)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        payload = json.dumps(body).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [payload]

    def _answer(self, environ: Mapping[str, Any]) -> Answer:
        if environ.get("HTTP_AUTHORIZATION") != self._authorization:
            raise Refusal(401, 20003, "Authenticate")
        account, _, rest = environ["PATH_INFO"].removeprefix(PREFIX).partition("/")
        if account != self.carrier.account:
            raise Refusal(404, 20404, "The requested resource was not found")
        method = environ["REQUEST_METHOD"]
        if rest == "Messages.json" and method == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            return self._create(_form(environ["wsgi.input"].read(length).decode()))
        if rest == "Messages.json" and method == "GET":
            return self._list(_form(environ.get("QUERY_STRING", "")))
        if rest.startswith("Messages/") and method == "GET":
            return self._fetch(rest.removeprefix("Messages/").removesuffix(".json"))
        raise Refusal(404, 20404, f"The requested resource /{rest} was not found")

    def _create(self, form: Mapping[str, str]) -> Answer:
        weather, happens = self.carrier.conditions, self.carrier.happens
        if weather.latency:
            time.sleep(weather.latency)
        if happens(weather.throttle):
            raise Refusal(429, 20429, "Too Many Requests")
        self._check(form)
        if happens(weather.hang_before):
            time.sleep(weather.hang_seconds)
            raise Refusal(503, 20503, "Service Unavailable")
        line = self._accept(form)
        if happens(weather.hang_after_accept):
            time.sleep(weather.hang_seconds)
        if happens(weather.error_after_accept):
            raise Refusal(500, 20500, "Internal Server Error")
        return 201, self._shape(line, status=FIRST[_by_service(line)])

    def _check(self, form: Mapping[str, str]) -> None:
        to, sender, body = (form.get(name, "") for name in ("To", "From", "Body"))
        if not to:
            raise Refusal(400, 21604, "A 'To' phone number is required.")
        if not sender and "MessagingServiceSid" not in form:
            raise Refusal(400, 21603, "A 'From' phone number is required.")
        if not body:
            raise Refusal(400, 21602, "Message body is required.")
        if len(body) > LONGEST:
            raise Refusal(400, 21617, "The concatenated message body exceeds 1600 characters.")
        trouble = BAD_FROM.get(sender) or BAD_TO.get(to)
        if not trouble and not E164.fullmatch(to):
            trouble = (21211, "is not a valid phone number")
        if not trouble and to in self.carrier.stopped:
            trouble = (21610, "unsubscribed recipient")
        if trouble:
            raise Refusal(400, trouble[0], f"{to}: {trouble[1]}")

    def _accept(self, form: Mapping[str, str]) -> Line:
        line = Line(
            sid=new_sid(),
            phone=form["To"],
            other=form.get("MessagingServiceSid") or form.get("From", ""),
            body=form["Body"],
            outbound=True,
            at=now(),
            status="queued",
            segments=count(form["Body"]).segments,
            callback=form.get("StatusCallback", ""),
        )
        self.carrier.texts.add(line)
        self.carrier.carry(line)
        return line

    def _fetch(self, sid: str) -> Answer:
        line = self.carrier.texts.get(sid)
        if line is None:
            raise Refusal(404, 20404, f"The requested resource {sid} was not found")
        return 200, self._shape(line)

    def _list(self, query: Mapping[str, str]) -> Answer:
        to, size = query.get("To", ""), int(query.get("PageSize") or 50)
        page = int(query.get("Page") or 0)
        lines = self.carrier.texts.sent_to(to) if to else self.carrier.texts.outbound()[::-1]
        shown = lines[page * size : (page + 1) * size]
        query_text = urlencode({"To": to, "PageSize": size})
        here = f"{PREFIX}{self.carrier.account}/Messages.json?{query_text}"
        more = len(lines) > (page + 1) * size
        return 200, {
            "messages": [self._shape(line) for line in shown],
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(0, len(shown) - 1),
            "uri": f"{here}&Page={page}",
            "first_page_uri": f"{here}&Page=0",
            "next_page_uri": f"{here}&Page={page + 1}" if more else None,
            "previous_page_uri": f"{here}&Page={page - 1}" if page else None,
        }

    def _shape(self, line: Line, status: str = "") -> dict[str, Any]:
        """A message as Twilio describes it."""
        at = format_datetime(line.at)
        uri = f"{PREFIX}{self.carrier.account}/Messages/{line.sid}"
        return {
            "account_sid": self.carrier.account,
            "api_version": "2010-04-01",
            "body": line.body,
            "date_created": at,
            "date_sent": at,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": int(line.error_code) if line.error_code else None,
            "error_message": None,
            "from": None if _by_service(line) else line.other,
            "messaging_service_sid": line.other if _by_service(line) else None,
            "num_media": "0",
            "num_segments": "0" if status == FIRST[True] else str(line.segments),
            "price": None,
            "price_unit": "USD",
            "sid": line.sid,
            "status": status or line.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": line.phone,
            "uri": f"{uri}.json",
        }


def _by_service(line: Line) -> bool:
    """Whether a messaging service is to pick the number."""
    return line.outbound and line.other.startswith("MG")


def _form(text: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}
