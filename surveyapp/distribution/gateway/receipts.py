"""Signed callbacks to the product, delivered late, twice or out of order as conditions say."""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from surveyapp.distribution.sms import http_signature

log = logging.getLogger(__name__)
THREADS = 4
TRIES = 3
PATIENCE = 10.0
"""Seconds that one call may take."""


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Twilio's request signature: HMAC-SHA1 over the address and the sorted form."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(order=True)
class _Letter:
    due: float
    order: int
    url: str = field(compare=False)
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)
    tries: int = field(default=0, compare=False)


class Postman:
    """Posts forms at their times from a few threads that keep their connections."""

    def __init__(self, token: str) -> None:
        self.token = token
        self._heap: list[_Letter] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._stopped = False
        self._busy = 0
        self.refused = 0
        """Answers that were neither 2xx nor worth another try."""
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def post(self, url: str, form: dict[str, str], after: float = 0.0) -> None:
        """Deliver `form` to `url` in `after` seconds, signed as Twilio does."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature(self.token, url, form),
            "User-Agent": "TwilioProxy/1.1",
        }
        self._put(_Letter(time.monotonic() + after, next(self._order), url,
                          urlencode(form).encode(), headers))  # fmt: skip

    def post_json(self, url: str, content: object, after: float = 0.0) -> None:
        """Deliver `content` to `url` in `after` seconds, with the signed HTTP channel's headers."""
        body = json.dumps(content, ensure_ascii=False).encode()
        nonce = secrets.token_hex(16)
        signed = http_signature.headers(
            self.token, "POST", url, body, now=time.time() + after, nonce=nonce
        )
        headers = {"Content-Type": "application/json", **signed}
        self._put(_Letter(time.monotonic() + after, next(self._order), url, body, headers))

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until everything that is on its way was delivered; whether it was."""
        end = time.monotonic() + timeout
        with self._wake:
            while (self._heap or self._busy) and time.monotonic() < end:
                self._wake.wait(0.05)
            return not (self._heap or self._busy)

    def stop(self) -> None:
        """Stop; what was not delivered is dropped."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _put(self, letter: _Letter) -> None:
        with self._wake:
            heapq.heappush(self._heap, letter)
            self._wake.notify()

    def _next(self) -> _Letter | None:
        with self._wake:
            while not self._stopped:
                wait = self._heap[0].due - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._busy += 1
                    return heapq.heappop(self._heap)
                self._wake.wait(wait)
        return None

    def _run(self) -> None:
        connections: dict[str, http.client.HTTPConnection] = {}
        while letter := self._next():
            try:
                self._deliver(letter, connections)
            finally:
                with self._wake:
                    self._busy -= 1
                    self._wake.notify_all()
        for connection in connections.values():
            connection.close()

    def _deliver(self, letter: _Letter, kept: dict[str, http.client.HTTPConnection]) -> None:
        status = self._call(letter, kept)
        letter.tries += 1
        if 200 <= status < 300:
            return
        if (status == 0 or status >= 500) and letter.tries < TRIES:
            letter.due = time.monotonic() + 0.2 * 4**letter.tries
            self._put(letter)
            return
        self.refused += 1
        log.debug("a callback was answered %s", status or "by nobody")

    def _call(self, letter: _Letter, kept: dict[str, http.client.HTTPConnection]) -> int:
        parts = urlsplit(letter.url)
        connection = kept.get(parts.netloc) or http.client.HTTPConnection(
            parts.netloc, timeout=PATIENCE
        )
        kept[parts.netloc] = connection
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, letter.body, letter.headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            kept.pop(parts.netloc, None)
            return 0
        return answer.status
