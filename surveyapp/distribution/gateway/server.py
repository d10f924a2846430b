"""The gateway as one object: for the command, the tests and the demo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from surveyapp.crypto import Vault
from surveyapp.distribution.gateway.carrier import Carrier
from surveyapp.distribution.gateway.http_api import PATH, HttpApi
from surveyapp.distribution.gateway.http_server import Server
from surveyapp.distribution.gateway.receipts import Postman
from surveyapp.distribution.gateway.screen import make_screen
from surveyapp.distribution.gateway.texts import Texts
from surveyapp.distribution.gateway.twilio_api import PREFIX, TwilioApi


class Gateway:
    """A running gateway. Use it as a context manager, or call `start()` and `stop()`.

    port 0 takes a free one. inbound_url: where replies go. journal: file that keeps the texts.
    """

    def __init__(
        self,
        account: str,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        inbound_url: str = "",
        journal: Path | None = None,
        vault: Vault | None = None,
        seed: int = 0,
    ) -> None:
        self.texts = Texts(journal, vault)
        self.postman = Postman(token)
        self.carrier = Carrier(self.texts, self.postman, account, inbound_url, seed)
        self._api = TwilioApi(self.carrier, token)
        self._http = HttpApi(self.carrier, token)
        self._screen = make_screen(self.carrier)
        self.server = Server(host, port, self.application)
        self.port = int(self.server.server_address[1])
        self.url = f"http://{host}:{self.port}"
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    def application(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI: the paths of the two APIs are the provider, all others the screen."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX):
            return self._api(environ, start)
        return (self._http if path == PATH else self._screen)(environ, start)

    def set(self, **conditions: float) -> None:
        """Change the weather (conditions.Conditions)."""
        self.carrier.conditions = self.carrier.conditions.changed(conditions)

    def start(self) -> Gateway:
        """Serve from a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and delivering."""
        self.server.shutdown()
        self.server.server_close()
        self.postman.stop()
        self.texts.close()

    def __enter__(self) -> Gateway:
        return self.start()

    def __exit__(self, *_trouble: object) -> None:
        self.stop()


def make_server(account: str, token: str, **options: Any) -> Gateway:
    """A gateway that is not started yet; options as of `Gateway`."""
    return Gateway(account, token, **options)
