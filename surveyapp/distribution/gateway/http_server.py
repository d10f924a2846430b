"""A small threaded HTTP/1.1 server for loopback WSGI applications, with kept connections.

The development server of Werkzeug closes after every answer, which costs a sender of thousands of
texts a connection each; a production server would need processes of its own.
"""

from __future__ import annotations

import io
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote
from wsgiref.types import WSGIApplication

MOST = 1 << 20
"""Bytes of a request's body."""


class Handler(BaseHTTPRequestHandler):
    """Bridges one connection's requests to the server's application."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 75
    server: Server

    def handle_any(self) -> None:
        """Answer one request in one write."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST:
            self.send_error(413)
            return
        started: list[Any] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _trouble: Any = None
        ) -> Any:
            started[:] = [status, headers]

        chunks = self.server.application(self._environ(length), start_response)
        body = b"".join(chunks)
        if close := getattr(chunks, "close", None):
            close()
        self._write(started[0], started[1], body)

    do_GET = handle_any  # noqa: N815 - names that the base class looks up
    do_POST = handle_any  # noqa: N815
    do_HEAD = handle_any  # noqa: N815

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        if code != "204":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and code != "204":
            self.wfile.write(body)

    def _environ(self, length: int) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": self.path,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.rfile.read(length)),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
                environ[f"HTTP_{key}"] = value
        return environ

    def log_message(self, *_args: Any) -> None:
        """Say nothing: addresses hold phone numbers."""


class Server(ThreadingHTTPServer):
    """One thread per connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, application: WSGIApplication) -> None:
        self.application = application
        super().__init__((host, port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)
