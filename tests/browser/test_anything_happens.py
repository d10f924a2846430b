"""Whatever happens on the way, the server ends with what the person last answered.

A person with two devices answers, changes their mind, goes back, loses the network, loads the page
again; meanwhile the server dies and comes back. When everything is on again, each answer that was
given last stands, and the page shows it.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.answering.world import build, the_response
from tests.browser.conftest import LONG, LiveServer

pytestmark = pytest.mark.browser
STEPS = 22
QUESTIONS = {
    "channel": ("phone", "shop", "online"),
    "speed": (1, 2, 3, 4, 5),
    "attitude.polite": (1, 2, 3),
    "nps": (0, 4, 8, 10),
}
WAITS = """() => Object.keys(localStorage)
  .filter((name) => name.startsWith("survey:"))
  .flatMap((name) => Object.values(JSON.parse(localStorage[name]).entries))
  .every((entry) => !entry.d)"""


class Person:
    """Somebody with two devices, and what they answered last."""

    def __init__(self, devices: list[Page], server: LiveServer, url: str, seed: int) -> None:
        self.draw = random.Random(seed)
        self.devices = devices
        self.server = server
        self.url = url
        self.page = devices[0]
        self.offline: set[int] = set()
        self.served = True
        self.given: dict[str, Any] = {}

    def live(self) -> None:
        """Do any one thing."""
        acts = [self.answer] * 8 + [self.turn] * 3 + [self.network, self.load, self.kill, self.move]
        self.draw.choice(acts)()

    def answer(self) -> None:
        shown = [n for n in QUESTIONS if self.page.locator(f'[name="{n}"]').first.is_visible()]
        if not shown:
            return self.turn()
        name = self.draw.choice(shown)
        value = self.draw.choice(QUESTIONS[name])
        field = self.page.locator(f'[name="{name}"][value="{value}"]')
        if not field.is_checked():
            self.page.locator(f'label:has([name="{name}"][value="{value}"])').click()
            self.given[name] = value
        return None

    def turn(self) -> None:
        """On or back, as far as the first two pages; a page that refuses to be left stays."""
        first = self.page.locator('[data-page="p1"]').is_visible()
        self.page.locator("#next" if first else "#back").click()

    def network(self) -> None:
        at = self.devices.index(self.page)
        self.offline ^= {at}
        self.page.context.set_offline(at in self.offline)

    def load(self) -> None:
        if self.served and self.devices.index(self.page) not in self.offline:
            self.page.goto(self.url)
            expect(self.page.locator("#next")).to_be_visible()

    def kill(self) -> None:
        if self.served:
            self.server.stop()
        else:
            self.server.start()
        self.served = not self.served

    def move(self) -> None:
        """To the other device, in another second, which is what tells two devices apart."""
        time.sleep(1.1)
        self.page = self.devices[1 - self.devices.index(self.page)]

    def settle(self) -> None:
        """Everything is on again, on both devices."""
        if not self.served:
            self.server.start()
        for page in self.devices:
            page.context.set_offline(False)
            page.evaluate("dispatchEvent(new Event('online'))")
        for page in self.devices:
            page.wait_for_function(WAITS, timeout=45_000)


@pytest.mark.parametrize("seed", [2, *(pytest.param(n, marks=LONG) for n in range(3, 40))])
def test_the_last_answers_stand(
    app: Flask, server: LiveServer, visit: Callable[..., Page], seed: int
) -> None:
    world = build("all_types")
    url = server.url + world.url
    devices = [visit(), visit(width=1280, height=800)]
    for page in devices:
        page.goto(url)
    person = Person(devices, server, url, seed)
    for _ in range(STEPS):
        person.live()
    person.settle()
    stored = the_response().answers if person.given else {}
    assert {n: v for n, v in stored.items() if n in QUESTIONS} == person.given
    for page in devices:
        page.goto(url)
        for name, value in person.given.items():
            expect(page.locator(f'[name="{name}"][value="{value}"]')).to_be_checked()
