"""The signed HTTP channel's protocol, spoken by the gateway: a second provider to fail over to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from surveyapp.distribution.gateway.carrier import Carrier
from surveyapp.distribution.gateway.texts import Line, new_sid, now
from surveyapp.distribution.segments import count
from surveyapp.distribution.sms import http_signature

PATH = "/v1/messages"
BAD_TO = {"+15005550001": "invalid_number", "+15005550004": "opted_out"}
Start = Callable[..., object]


class HttpApi:
    """WSGI application for one account, known by its secret."""

    def __init__(self, carrier: Carrier, secret: str) -> None:
        self.carrier, self.secret = carrier, secret
        self._ours: dict[str, str] = {}
        """The caller's id of a call → our id of the text."""

    def __call__(self, environ: Mapping[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, content = self._answer(environ, body)
        payload = json.dumps(content).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [payload]

    def _answer(self, environ: Mapping[str, Any], body: bytes) -> tuple[int, dict[str, Any]]:
        if not self._signed(environ, body):
            return 401, {"code": "bad_signature"}
        if environ["REQUEST_METHOD"] == "GET":
            asked = parse_qs(environ.get("QUERY_STRING", "")).get("id", [""])[0]
            return 200, {"messages": self._found(asked)}
        return self._create(json.loads(body))

    def _signed(self, environ: Mapping[str, Any], body: bytes) -> bool:
        names = ("Timestamp", "Nonce", "Signature")
        given = {f"X-{name}": environ.get(f"HTTP_X_{name.upper()}", "") for name in names}
        method, target = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        return http_signature.valid(self.secret, method, target, body, given, time.time())

    def _create(self, content: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        weather, happens = self.carrier.conditions, self.carrier.happens
        if weather.latency:
            time.sleep(weather.latency)
        if happens(weather.throttle):
            return 429, {"code": "too_fast"}
        if trouble := self._trouble(str(content.get("to", "")), str(content.get("text", ""))):
            return 422, {"code": trouble}
        if happens(weather.hang_before):
            time.sleep(weather.hang_seconds)
            return 503, {"code": "unavailable"}
        line = self._accept(content)
        if happens(weather.hang_after_accept):
            time.sleep(weather.hang_seconds)
        if happens(weather.error_after_accept):
            return 500, {"code": "internal"}
        return 201, {"id": line.sid, "status": "queued", "segments": line.segments}

    def _trouble(self, to: str, text: str) -> str:
        if not text or not to.startswith("+"):
            return "invalid_number" if text else "empty_text"
        return "opted_out" if to in self.carrier.stopped else BAD_TO.get(to, "")

    def _accept(self, content: Mapping[str, Any]) -> Line:
        line = Line(
            sid=new_sid(),
            phone=str(content["to"]),
            other=str(content.get("from", "")),
            body=str(content["text"]),
            outbound=True,
            at=now(),
            status="queued",
            segments=count(str(content["text"])).segments,
            callback=str(content.get("callback", "")),
            dialect="http",
            reference=str(content["id"]),
        )
        self._ours[line.reference] = line.sid
        self.carrier.texts.add(line)
        self.carrier.carry(line)
        return line

    def _found(self, asked: str) -> list[dict[str, Any]]:
        line = self.carrier.texts.get(self._ours.get(asked, ""))
        if line is None:
            return []
        return [
            {
                "id": line.sid,
                "reference": line.reference,
                "status": line.status,
                "code": line.error_code,
            }
        ]
