"""A real SMTP server (aiosmtpd) on loopback, with TLS, sign-in, and faults on demand."""

from __future__ import annotations

import email
import email.policy
import ssl
from contextlib import contextmanager
from functools import cache

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

HOST = "127.0.0.1"


class Mailbox:
    """letters: (envelope recipient, message) of what was taken. refuse_rcpt: an answer instead of
    250. vanish: how the end of a letter is answered: "" properly, "after" taken and hung up,
    "before" hung up without taking it. password: that of whoever signs in, signed_in: how often
    somebody tried. secure: whether the last letter came over TLS.
    """

    def __init__(self):
        self.letters, self.refuse_rcpt, self.vanish, self.password = [], "", "", ""
        self.secure, self.signed_in, self.port = False, 0, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuse_rcpt:
            return self.refuse_rcpt
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        self.secure = server.transport.get_extra_info("sslcontext") is not None
        if self.vanish != "before":
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.letters.append((envelope.rcpt_tos[0], message))
        if self.vanish:
            server.transport.close()
        return "250 taken"

    def authenticate(self, server, session, envelope, mechanism, login):
        """What aiosmtpd asks of an authenticator."""
        self.signed_in += 1
        return AuthResult(success=login.password.decode() == self.password, handled=False)


class _Server(Controller):
    """Plain, STARTTLS (`context` in the protocol) or TLS from the first byte (`ssl_context`)."""

    def __init__(self, mailbox, security):
        self.protocol = {
            "authenticator": mailbox.authenticate,
            "auth_require_tls": False,
            "require_starttls": security == "starttls",
            "tls_context": server_context() if security == "starttls" else None,
            "hostname": "loopback",
        }
        tls = server_context() if security == "tls" else None
        super().__init__(mailbox, hostname=HOST, port=0, ssl_context=tls)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]  # a free one, known only now
        super()._trigger_server()

    def factory(self):
        return SMTP(self.handler, loop=self.loop, **self.protocol)


@cache
def authority():
    """A certificate authority that nobody trusts until told so."""
    return trustme.CA()


@cache
def server_context():
    """The server's side of TLS for HOST."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority().issue_cert(HOST).configure_cert(context)
    return context


@contextmanager
def smtp(security="none"):
    """A running server's mailbox."""
    mailbox = Mailbox()
    controller = _Server(mailbox, security)
    controller.start()
    mailbox.port = controller.port
    yield mailbox
    controller.stop()
