"""Letters by SMTP: the way to customers with an e-mail address when texts cannot reach them.

A server answers the end of the letter once. Whatever breaks before it means not sent; whatever
breaks while that answer is awaited means unknown, and no server keeps a record to look it up in.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit, urlunsplit

from surveyapp import clock
from surveyapp.distribution.sms.channel import Channel
from surveyapp.distribution.sms.provider import (
    READ_SECONDS,
    Ending,
    Known,
    Outcome,
    Text,
    UnrecordedError,
)

SUBJECTS = {
    "zh-Hans": {"": "请评价我们的服务", "thank_you": "感谢您的评价"},
    "en": {"": "How was our service?", "thank_you": "Thank you for your answers"},
}


class SmtpProvider:
    """One account at a mail server. A connection for each letter: letters are few."""

    def __init__(self, channel: Channel, read_seconds: float = READ_SECONDS) -> None:
        self.name = channel.name
        self._options = {key: str(value) for key, value in channel.options.items()}
        self._host, self._sender = self._options["host"], self._options["sender"]
        self._security = self._options.get("security", "starttls")
        usual = {"tls": "465", "starttls": "587"}.get(self._security, "25")
        self._port = int(self._options.get("port", usual))
        self._patience = read_seconds

    def send(self, text: Text) -> Outcome:
        """Hand over one letter."""
        letter = self._letter(text)
        try:
            server = self._connect()
        except smtplib.SMTPAuthenticationError as trouble:
            return Outcome(Ending.BLOCKED, code=str(trouble.smtp_code), detail="not signed in")
        except (OSError, smtplib.SMTPException) as trouble:
            return Outcome(Ending.TRANSIENT, detail=type(trouble).__name__)
        try:
            return self._hand_over(server, letter, text.email)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def find(self, to: str, reference: str = "") -> Iterable[Known]:
        """A mail server keeps no record that could be asked."""
        raise UnrecordedError

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._patience, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._patience)
        try:
            if self._security == "starttls":
                server.starttls(context=context)
            if user := self._options.get("user"):
                server.login(user, self._options.get("password", ""))
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, letter: EmailMessage, to: str) -> Outcome:
        """The envelope may be refused harmlessly; the answer to the content is what counts."""
        try:
            for code, said in (server.mail(parseaddr(self._sender)[1]), server.rcpt(to)):
                if code >= 400:
                    return _refused(code, said, envelope=True)
        except (OSError, smtplib.SMTPException) as trouble:
            return Outcome(Ending.TRANSIENT, detail=type(trouble).__name__)
        try:
            code, said = server.data(letter.as_bytes())
        except smtplib.SMTPDataError as trouble:
            return _refused(trouble.smtp_code, trouble.smtp_error)
        except (OSError, smtplib.SMTPException) as trouble:
            return Outcome(Ending.UNKNOWN, detail=type(trouble).__name__)
        if code >= 400:
            return _refused(code, said)
        return Outcome(Ending.ACCEPTED, str(letter["Message-ID"])[1:-1][:64], "sent")

    def _letter(self, text: Text) -> EmailMessage:
        letter = EmailMessage()
        subjects = SUBJECTS.get(text.language, SUBJECTS["en"])
        letter["Subject"] = subjects.get(text.kind, subjects[""])
        letter["From"], letter["To"] = self._sender, text.email
        letter["Date"] = format_datetime(clock.now())
        number = text.reference.replace("=", "").replace("&", ".")
        domain = parseaddr(self._sender)[1].rpartition("@")[2] or "localhost"
        letter["Message-ID"] = f"<{number}.{self.name}@{domain}>"
        if out := _opt_out(text.values.get("link", "")):
            letter["List-Unsubscribe"] = f"<{out}>"
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.set_content(text.body + (f"\n\n{out}\n" if out else "\n"))
        return letter


def _opt_out(link: str) -> str:
    """The page that ends all messages, from the personal link; its POST needs nothing more."""
    parts = urlsplit(link)
    head, found, token = parts.path.rpartition("/r/")
    return urlunsplit(parts._replace(path=f"{head}/o/{token}")) if found else ""


def _refused(code: int, words: bytes | str, *, envelope: bool = False) -> Outcome:
    """4xx: try again later. 5xx: this address or letter will not do. Certainly not sent."""
    said = words if isinstance(words, str) else words.decode("ascii", "replace")
    enhanced = said[:5] if said[1:2] == "." else ""
    detail = " ".join(filter(None, ("SMTP", str(code), enhanced)))
    if code in {450, 451, 452, 421}:
        return Outcome(Ending.THROTTLED, code=str(code), detail=detail)
    ending = Ending.BLOCKED if code in {530, 535} and envelope else Ending.REJECTED
    return Outcome(ending, code=str(code), detail=detail)
