"""A real Chromium, a live server on a free port, and what every browser test needs.

chromium   the browser, one a session
site       address of a live server that serves the test's `app`
phone      a page as on a phone, 360 px wide (`visit(**options)` makes others)
axe(page)  fails on any accessibility violation
shot(page, name)  a screenshot in tests/browser/shots/, where SURVEYAPP_SHOTS asks for them
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from surveyapp.database import db
from surveyapp.designer import editor
from surveyapp.designer.library import template
from tests import ports
from tests.conftest import PASSWORD, add_user

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONG = pytest.mark.soak
LOOKS = [
    (360, "zh-Hans"),
    (1280, "en"),
    pytest.param(360, "en", marks=LONG),
    pytest.param(1280, "zh-Hans", marks=LONG),
]
"""Width and language of a page that is looked at; the long form crosses them."""
SHOTS = Path(__file__).parent / "shots"
NOT_OURS = ("net::ERR_", "favicon", "Failed to load resource", "when fetching the script")
NOT_OURS += ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")  # a cut network, newer typing
PATIENCE = 15_000
"""Milliseconds that a state is waited for: a stalled machine is not a fault of ours."""
VIOLATIONS = "() => axe.run({resultTypes: ['violations']}).then(found => found.violations)"
"""Only them: the list of what is right is long, and long to send."""
TRIES = 3
STRICT = bool(os.environ.get("SURVEYAPP_STRICT"))


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; a skip that says what is missing, a failure where skips are not allowed."""
    with sync_playwright() as playwright:
        own = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
        try:
            browser = playwright.chromium.launch(args=ARGUMENTS, **own)  # type: ignore[arg-type]
        except Error as trouble:
            message = f"no Chromium ({CHROMIUM}; set CHROMIUM): {str(trouble).splitlines()[0]}"
            if STRICT:
                pytest.fail(message)
            pytest.skip(message)
        yield browser
        browser.close()


class LiveServer:
    """An application served by a thread; it can be stopped and started again at its address."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._server: BaseWSGIServer | None = None
        self._port = ports.free()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._server = None


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], LiveServer]]:
    """`serve(app)`: a live server of this process."""
    servers: list[LiveServer] = []

    def start(app: Flask) -> LiveServer:
        servers.append(LiveServer(app))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def server(app: Flask, serve: Callable[[Flask], LiveServer]) -> LiveServer:
    """A server of this test's application, which the test may stop and start."""
    return serve(app)


@pytest.fixture
def site(server: LiveServer) -> str:
    """Its address."""
    return server.url


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`visit(**options)`: a page of a new browser profile; errors in its console fail the test.

    Options are Playwright's, with `width` (360), `height` (740) and `scheme` (light) for short.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        width: int = 360, height: int = 740, scheme: str = "light", **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda message: _note(message, problems))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def _note(message: Any, problems: list[str]) -> None:
    if message.type == "error" and not any(words in message.text for words in NOT_OURS):
        problems.append(message.text)


def sign_in(page: Page, site: str, role: str, password: str = PASSWORD) -> None:
    """Sign in as the member of staff whom `add_user(role)`, or the sample, has made."""
    page.goto(f"{site}/sign-in")
    page.fill('[name="email"]', f"{role}@example.com")
    page.fill('[name="password"]', password)
    page.press('[name="password"]', "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.fixture
def desk(app: Flask, site: str, visit: Callable[..., Page]) -> Callable[..., Page]:
    """`desk(role)`: a signed-in browser of a desk's width."""

    def start(role: str = "researcher", width: int = 1280, **options: object) -> Page:
        add_user(role)
        page = visit(width=width, height=800, locale="en", **options)
        sign_in(page, site, role)
        return page

    return start


@pytest.fixture
def made(app: Flask) -> int:
    """The number of a stored after-sales questionnaire."""
    found = editor.create(template("aftersales"), "a@example.com")
    db.session.commit()
    return found.id


@pytest.fixture
def phone(visit: Callable[..., Page]) -> Page:
    """A page on a phone."""
    return visit(has_touch=True, is_mobile=True)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)`: no accessibility violation of any kind that axe knows, on a page that loaded."""

    def audit(page: Page) -> None:
        page.wait_for_load_state()
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE_SCRIPT)
        told = [
            f"{v['id']}: {v['help']} at {[n['target'] for n in v['nodes']][:3]}"
            for v in page.evaluate(VIOLATIONS)
        ]
        assert told == [], "\n".join(told)

    return audit


@pytest.fixture
def shot() -> Callable[..., None]:
    """`shot(page, name)`: a screenshot of the whole page (`full_page=False`: of the window).

    Nothing compares them and painting them is dear, so people ask for them.
    """

    def take(page: Page, name: str, full_page: bool = True) -> None:
        if not os.environ.get("SURVEYAPP_SHOTS"):
            return
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=full_page, animations="disabled")

    return take


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Give a test more tries, chiefly those that drive a real browser.

    pytest asks this for the tests of other folders, too, once this file is loaded. A machine that
    stalls for seconds is no finding; a fault of ours fails each time. What the first try said is
    kept in the report, and printed at the end even when a later one passes.
    """
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    failures: list[str] = []
    for _ in range(TRIES):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        failed = [report.longreprtext for report in reports if report.failed]
        if not failed:
            break
        failures += failed
    for report in reports:
        report.sections += [("The first try", words) for words in failures[:1]]
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
