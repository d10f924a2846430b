"""Any provider by signed HTTP: the protocol that a gateway of one's own speaks.

POST url {id, to, text, from, valid_seconds, callback} → 2xx {id, status, segments}; GET url?id=…
→ {messages: [{id, reference, status, code}]}. `id` of the request is ours, unique for each call.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from typing import Any

import requests

from surveyapp.distribution.sms import http_signature
from surveyapp.distribution.sms.calling import lost, session
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import (
    READ_SECONDS,
    Ending,
    Known,
    Outcome,
    Text,
    UnreachableError,
)
from surveyapp.distribution.sms.providers import callback_path

BLOCKED = frozenset({401, 403, 404, 405})
OPTED_OUT = "opted_out"
LONGEST_ID = 43
"""Characters of a provider's id that are kept, beside the channel's name."""


class HttpProvider:
    """One account at a provider that speaks the signed protocol."""

    def __init__(
        self, channel: Channel, public_base_url: str, read_seconds: float = READ_SECONDS
    ) -> None:
        self.name = channel.name
        self._url = str(channel.options["url"])
        self._secret = str(channel.options["secret"])
        self._from = str(channel.options.get("from", ""))
        self._sign = str(channel.options.get("sign_name", ""))
        self._callback = f"{public_base_url}{callback_path(channel.name, 'status')}"
        self._session, self._timeout = session(read_seconds)

    def send(self, text: Text) -> Outcome:
        """Hand over one text."""
        content = {
            "id": text.reference,
            "to": text.to,
            "text": f"【{self._sign}】{text.body}" if self._sign else text.body,
            "from": self._from,
            "valid_seconds": max(1, int(text.valid_for.total_seconds())),
            "callback": self._callback,
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        try:
            answer = self._call("POST", self._url, body)
        except requests.RequestException as trouble:
            return lost(trouble)
        return self._outcome(answer)

    def find(self, to: str, reference: str = "") -> Iterable[Known]:
        """What the provider has under our reference."""
        url = requests.Request("GET", self._url, params={"id": reference}).prepare().url or ""
        try:
            answer = self._call("GET", url, b"")
            answer.raise_for_status()
            found = answer.json()["messages"]
            return [self._known(message) for message in found]
        except (requests.RequestException, ValueError, KeyError, TypeError) as trouble:
            raise UnreachableError(type(trouble).__name__) from trouble

    def _call(self, method: str, url: str, body: bytes) -> requests.Response:
        signed = http_signature.headers(
            self._secret, method, url, body, now=time.time(), nonce=secrets.token_hex(16)
        )
        headers = {"Content-Type": "application/json", **signed}
        return self._session.request(
            method, url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
        )

    def _outcome(self, answer: requests.Response) -> Outcome:
        content, status = _content(answer), answer.status_code
        code = str(content.get("code", ""))[:20]
        if 200 <= status < 300 or (status == 409 and content.get("id")):
            return self._accepted(content)
        detail = f"HTTP {status}" + (f", code {code}" if code else "")
        if status == 429:
            return Outcome(Ending.THROTTLED, code=code, detail=detail)
        if status in BLOCKED:
            return Outcome(Ending.BLOCKED, code=code, detail=detail)
        if 400 <= status < 500:
            out = code == OPTED_OUT
            return Outcome(Ending.REJECTED, code=code, detail=detail, opted_out=out)
        return Outcome(Ending.UNKNOWN, code=code, detail=detail)

    def _accepted(self, content: dict[str, Any]) -> Outcome:
        """An answer without an id may have been taken: it is looked up by our reference."""
        if not content.get("id"):
            return Outcome(Ending.UNKNOWN, detail="unreadable answer")
        segments = content.get("segments")
        return Outcome(
            Ending.ACCEPTED,
            named(self.name, str(content["id"])),
            str(content.get("status", "queued"))[:20],
            segments=segments if isinstance(segments, int) else 0,
        )

    def _known(self, message: dict[str, Any]) -> Known:
        return Known(
            named(self.name, str(message["id"])),
            "",
            str(message.get("status", "")),
            str(message.get("code") or ""),
            reference=str(message.get("reference", "")),
        )


def named(channel: str, provider_id: str) -> str:
    """A provider's id that is unique over all channels."""
    return f"{channel}:{provider_id[:LONGEST_ID]}"


def _content(answer: requests.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
