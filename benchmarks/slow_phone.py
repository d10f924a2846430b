"""When the customer's page is ready on a cheap phone on a bad network, in a real browser.

Chromium as a phone of 360 px, four times slower, at 400 kbit/s and 400 ms a round trip, without a
cache: from the tap on the link until the first page is painted, and until its script goes on. The
after-sales questionnaire (20 questions), and one of 300.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks._report import report
from benchmarks._server import serving
from benchmarks._study import application, environment, study, wide
from surveyapp.designer.document import Document
from surveyapp.designer.library import template

TIMES = 15
BITS, ROUND_TRIP, SLOWER = 400_000, 400, 4
MOMENTS = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  return { painted_ms: painted.startTime, ready_ms: page.domContentLoadedEventEnd,
           bytes: page.transferSize };
}"""


def main(times: int = TIMES) -> list[dict[str, Any]]:
    """Measure, report, and give the rows."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        rows = [
            _row(browser, name, document, times)
            for name, document in (
                ("after-sales", template("aftersales")),
                ("300 questions", wide(300)),
            )
        ]
        browser.close()
    report("slow_phone", rows)
    return rows


def _row(browser: Browser, name: str, document: Document, times: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        settings = environment(Path(folder))
        with application(settings):
            tokens = study(document, times + 1)
        with serving(settings) as server:
            seen = [_opened(browser, f"http://127.0.0.1:{server.port}/r/{t}") for t in tokens][1:]
    found = {key: sorted(one[key] for one in seen) for key in seen[0]}
    return {
        "survey": name,
        "bytes": round(median(found["bytes"])),
        "painted_ms": round(median(found["painted_ms"])),
        "ready_ms": round(median(found["ready_ms"])),
        "ready_worst_ms": round(found["ready_ms"][-1]),
    }


def _opened(browser: Browser, address: str) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True)
    try:
        page = context.new_page()
        page.goto("about:blank")
        session = context.new_cdp_session(page)
        speed = {"downloadThroughput": BITS / 8, "uploadThroughput": BITS / 8}
        conditions = {"offline": False, "latency": ROUND_TRIP, **speed}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", conditions)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
        found: dict[str, float] = page.evaluate(MOMENTS)
        return found
    finally:
        context.close()
