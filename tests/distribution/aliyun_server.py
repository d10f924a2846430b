"""A loopback server that answers as Aliyun's SMS API does, and checks each signature itself."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "LTAItest", "test secret"
_AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})"
)


class Aliyun(ThreadingHTTPServer):
    """sent: the SendSms parameters that it took, in order. answers: codes to refuse with next."""

    daemon_threads = True

    def __init__(self):
        self.sent, self.answers, self.nonces = [], [], set()
        self.silent = False
        self._numbers = itertools.count(1)
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"

    def take(self, asked):
        self.sent.append(asked)
        if self.silent:
            time.sleep(1)
        return {"Code": "OK", "Message": "OK", "BizId": f"9006197469^{next(self._numbers)}"}

    def details(self, asked):
        day = time.strftime("%Y%m%d", time.gmtime(time.time() + 8 * 3600))
        found = [s for s in self.sent if s["PhoneNumbers"] == asked["PhoneNumber"]]
        shown = found if asked["SendDate"] == day else []
        rows = [
            {"OutId": s["OutId"], "SendStatus": 3, "Content": "…", "ErrCode": "DELIVERED"}
            for s in shown
        ]
        return {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        if trouble := self._refusal():
            self._answer(400 if trouble != "InvalidAccessKeyId.NotFound" else 404, trouble)
        elif self.server.answers:
            self._answer(200, self.server.answers.pop(0))
        elif self.headers["x-acs-action"] == "SendSms":
            self._write(200, self.server.take(asked))
        else:
            self._write(200, self.server.details(asked))

    def _refusal(self):
        found = _AUTHORIZATION.fullmatch(self.headers.get("Authorization", ""))
        if not found or found[1] != KEY:
            return "InvalidAccessKeyId.NotFound"
        nonce = self.headers["x-acs-signature-nonce"]
        if nonce in self.server.nonces:
            return "SignatureNonceUsed"
        self.server.nonces.add(nonce)
        names = found[2].split(";")
        lines = [f"{name}:{self.headers[name].strip()}" for name in names]
        target = urlsplit(self.path)
        canonical = "\n".join(
            [
                "POST",
                target.path,
                target.query,
                *lines,
                "",
                found[2],
                hashlib.sha256(b"").hexdigest(),
            ]
        )
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        expected = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(expected, found[3]) else "SignatureDoesNotMatch"

    def _answer(self, status, code):
        self._write(status, {"Code": code, "Message": "…"})

    def _write(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@contextmanager
def aliyun():
    """A running server."""
    server = Aliyun()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
