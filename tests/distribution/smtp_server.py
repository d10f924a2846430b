"""A loopback SMTP server: real lines over a real socket, with faults on demand."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager


class Smtp(socketserver.ThreadingTCPServer):
    """letters: (envelope recipient, message) of what was taken. refuse_rcpt: an answer instead of
    250. vanish: how the end of a letter is answered: "" properly, "after" taken and hung up,
    "before" hung up without taking it.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        self.letters, self.refuse_rcpt, self.vanish, self.password = [], "", "", ""
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.to = ""
        self._say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if not self._answer(verb, line):
                return

    def _answer(self, verb, line):
        server = self.server
        if verb == "QUIT":
            self._say("221 bye")
            return False
        if verb in {"EHLO", "HELO"}:
            self._say("250-loopback\r\n250 AUTH PLAIN" if server.password else "250 loopback")
        elif verb == "AUTH":
            import base64

            given = base64.b64decode(line.split(" ")[2]).decode().split("\0")[-1]
            self._say("235 welcome" if given == server.password else "535 5.7.8 wrong password")
        elif verb == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            self._say(server.refuse_rcpt or "250 ok")
        elif verb == "DATA":
            return self._data()
        else:
            self._say("250 ok")
        return True

    def _data(self):
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        if self.server.vanish == "before":
            return False
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.letters.append((self.to, message))
        if self.server.vanish == "after":
            return False
        self._say("250 taken")
        return True

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def smtp():
    """A running server."""
    server = Smtp()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
