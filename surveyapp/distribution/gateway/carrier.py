"""What happens to a text once the gateway has it: statuses with their receipts, and replies."""

from __future__ import annotations

import random
import threading

from surveyapp.distribution.gateway.conditions import Conditions
from surveyapp.distribution.gateway.receipts import Postman
from surveyapp.distribution.gateway.texts import Line, Texts, new_sid, now

STOP_WORDS = frozenset(
    [
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "退订",
        "t",
        "td",
    ]
)
START_WORDS = frozenset({"start", "yes", "unstop"})
UNDELIVERED = "30003"


class Carrier:
    """Moves texts along and tells the product.

    inbound_url: where replies are posted; empty keeps them on the screen only.
    """

    def __init__(
        self, texts: Texts, postman: Postman, account: str, inbound_url: str = "", seed: int = 0
    ) -> None:
        self.texts, self.postman, self.account = texts, postman, account
        self.inbound_url = inbound_url
        self.conditions = Conditions()
        self.stopped: set[str] = set()
        self._chance = random.Random(seed)  # noqa: S311 - weather, not secrets
        self._lock = threading.Lock()

    def happens(self, share: float) -> bool:
        """Draw whether something with this probability happens now."""
        return share > 0 and self.draw() < share

    def draw(self) -> float:
        """A number from 0 to 1."""
        with self._lock:
            return self._chance.random()

    def carry(self, line: Line) -> None:
        """Set the statuses of a new text going: sent, then delivered or undelivered."""
        weather = self.conditions
        lost = self.happens(weather.undelivered)
        last, code = ("undelivered", UNDELIVERED) if lost else ("delivered", "")
        first = weather.receipt_delay * self.draw() / 2
        second = first + weather.receipt_delay * self.draw() / 2
        if self.happens(weather.shuffle):
            first, second = second, first
        self.texts.move(line.sid, last, code)
        if line.callback:
            self._receipt(line, "sent", "", first)
            self._receipt(line, last, code, second)

    def _receipt(self, line: Line, status: str, code: str, after: float) -> None:
        weather = self.conditions
        if self.happens(weather.lose_receipt):
            return
        self._post(line, status, code, after)
        if self.happens(weather.duplicate):
            self._post(line, status, code, after + weather.receipt_delay * self.draw())

    def _post(self, line: Line, status: str, code: str, after: float) -> None:
        """A receipt in the words of the API that the text came by."""
        if line.dialect == "http":
            content = {"id": line.sid, "reference": line.reference, "status": status, "code": code}
            self.postman.post_json(line.callback, content, after)
            return
        form = self._form(line) | {"MessageStatus": status, "SmsStatus": status}
        if code:
            form["ErrorCode"] = code
        self.postman.post(line.callback, form, after)

    def _form(self, line: Line) -> dict[str, str]:
        return {
            "MessageSid": line.sid,
            "SmsSid": line.sid,
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "From": line.other if line.outbound else line.phone,
            "To": line.phone if line.outbound else line.other,
        }

    def reply(self, phone: str, body: str) -> Line:
        """A text from the phone: shown, posted to the product; whole-word STOP is remembered."""
        earlier = self.texts.sent_to(phone)
        other = earlier[0].other if earlier else ""
        line = self.texts.add(Line(new_sid(), phone, other, body, False, now(), "received"))
        word = body.strip().casefold()
        if word in STOP_WORDS:
            self.stopped.add(phone)
        elif word in START_WORDS:
            self.stopped.discard(phone)
        if self.inbound_url and earlier and earlier[0].dialect == "http":
            content = {"id": line.sid, "from": phone, "text": body}
            self.postman.post_json(self.inbound_url, content)
        elif self.inbound_url:
            form = self._form(line) | {"Body": body, "NumMedia": "0", "NumSegments": "1"}
            self.postman.post(self.inbound_url, form)
        return line
