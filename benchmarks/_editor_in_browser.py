"""The editor's acts in a real Chromium: milliseconds from the key or click to the painted result.

A script of ours in the page takes the time of the event itself, so that what waits for the page's
thread counts, and the time when the answer is shown and painted. Server and browser share the
machine, which may be busy; so the time that the page's own thread worked is taken as well.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from playwright.sync_api import CDPSession, Page, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu"]
AT = "question:q150"
CLOCK = """
let began = 0;
const begin = (event) => { if (event.isTrusted && event.key !== "Alt") began = event.timeStamp; };
for (const name of ["keydown", "mousedown"]) window.addEventListener(name, begin, true);
document.addEventListener("designer:shown", () => {
  const since = began;
  if (!since) return;
  began = 0;
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => { window.painted(performance.now() - since); };
    painted.port2.postMessage(0);
  });
});
"""


def _acts(page: Page) -> dict[str, Callable[[int], None]]:
    """Act → what a hand does in round n; the last key or click is the one that counts."""
    title = "#question-q150--title-en"

    def typed(n: int) -> None:
        page.locator(title).fill(f"Words {n}")
        page.keyboard.press("Tab")

    def added(n: int) -> None:
        page.evaluate("document.getElementById('adder').open = true")
        page.locator("#add-likert").click()

    def moved(n: int) -> None:
        page.locator("#go-question-q150").focus()
        page.keyboard.press(("Alt+ArrowDown", "Alt+ArrowUp")[n % 2])

    def deleted(n: int) -> None:
        page.locator(f"#go-question-q{200 + n}").focus()
        page.keyboard.press("Delete")

    return {
        "select": lambda n: page.locator(f"#go-question-q{151 + n}").click(),
        "type": typed,
        "add": added,
        "move": moved,
        "delete": deleted,
        "undo": lambda n: page.locator("#undo").click(),
    }


class Times(NamedTuple):
    """Milliseconds of one act: until it is painted, and of work of the page's main thread."""

    passed: float
    worked: float


def measure(
    app: Flask, number: int, email: str, password: str, rounds: int
) -> dict[str, list[Times]]:
    """Act → its times in each round, the first (a cold one) left out."""
    with _served(app) as site, _page() as page:
        page.goto(f"{site}/sign-in")
        page.fill('[name="email"]', email)
        page.fill('[name="password"]', password)
        page.press('[name="password"]', "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        clock = page.context.new_cdp_session(page)
        clock.send("Performance.enable", {"timeDomain": "threadTicks"})
        found = {}
        for name, act in _acts(page).items():
            page.goto(f"{site}/questionnaires/{number}?at={AT}")
            found[name] = [_once(page, clock, act, n) for n in range(rounds + 1)][1:]
        return found


def _once(page: Page, clock: CDPSession, act: Callable[[int], None], n: int) -> Times:
    page.wait_for_selector('#designer[data-checked="1"]')
    page.evaluate("() => { window.took = new Promise((told) => { window.painted = told; }); }")
    began = _worked(clock)
    act(n)
    passed = float(page.evaluate("window.took"))
    return Times(passed, _worked(clock) - began)


def _worked(clock: CDPSession) -> float:
    """Milliseconds of CPU that the page's main thread has had so far."""
    metrics = clock.send("Performance.getMetrics")["metrics"]
    return next(1000 * float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


@contextmanager
def _page() -> Iterator[Page]:
    own = {"executable_path": CHROMIUM} if Path(CHROMIUM).exists() else {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=ARGUMENTS, **own)  # type: ignore[arg-type]
        page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page.add_init_script(CLOCK)
        yield page
        browser.close()


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
