"""A cable to a server that a test may pull: a port that forwards, or cuts and refuses."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit, urlunsplit


class Cable:
    """Forwards a port of its own to the server at `address`."""

    kind = ""
    """Which server that is."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = (parts.hostname or "", parts.port or 0)
        self._ends: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]
        user = parts.netloc.rpartition("@")
        netloc = f"{user[0]}{user[1]}127.0.0.1:{self.port}"
        self.address = urlunsplit(parts._replace(netloc=netloc))

    def pull(self) -> None:
        """Cut every connection and refuse new ones."""
        self._shut(self._listener)
        for end in tuple(self._ends):
            self._shut(end)

    def plug(self) -> None:
        """Forward again."""
        self._listener = self._listen(self.port)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._server)
                for source, target in ((near, far), (far, near)):
                    self._ends.add(source)
                    threading.Thread(
                        target=self._forward, args=(source, target), daemon=True
                    ).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            self._shut(end)

    def _shut(self, end: socket.socket) -> None:
        self._ends.discard(end)
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
