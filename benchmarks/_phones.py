"""Load that behaves like phones: people who think, give up, lose the network and come back.

Each phone keeps one connection, as browsers do, opens its page, saves in batches and submits.
Bounded: as many responses as tokens, one connection a phone, loopback only.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 60.0
"""Seconds until an answer that does not come is an error."""


@dataclass(frozen=True)
class Habits:
    """How people behave: mean seconds of thought between two acts, and two shares of 1."""

    think: float = 0.0
    abandon: float = 0.0
    """Who leaves after the first half and never submits."""
    offline: float = 0.0
    """Acts that are sent twice, because the network was lost before the answer came."""


@dataclass
class Tally:
    """What happened: latencies in seconds by act, and how many responses ended how."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    completed: int = 0
    abandoned: int = 0
    failed: int = 0


def run(
    port: int, tokens: Sequence[str], batches: list[dict[str, Any]], phones: int, habits: Habits
) -> Tally:
    """Answer one survey per token, `phones` of them at once."""
    return asyncio.run(_crowd(port, tokens, batches, phones, habits))


async def _crowd(
    port: int, tokens: Sequence[str], batches: list[dict[str, Any]], phones: int, habits: Habits
) -> Tally:
    tally, waiting = Tally(), list(reversed(tokens))
    bodies = [json.dumps(batch).encode() for batch in batches]

    async def person(seed: int) -> None:
        draw = random.Random(seed)
        while waiting:
            phone = _Phone(port, waiting.pop(), tally, habits, draw)
            await phone.respond(bodies)

    await asyncio.gather(*(person(seed) for seed in range(phones)))
    return tally


class _Phone:
    def __init__(
        self, port: int, token: str, tally: Tally, habits: Habits, draw: random.Random
    ) -> None:
        self.port, self.path, self.tally = port, f"/r/{token}", tally
        self.habits, self.draw = habits, draw
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def respond(self, bodies: list[bytes]) -> None:
        leaves = self.draw.random() < self.habits.abandon
        try:
            await self._act("open", self.path)
            for body in bodies[: len(bodies) // 2] if leaves else bodies:
                await self._act("save", f"{self.path}/save", body)
            if not leaves:
                await self._act("submit", f"{self.path}/submit", b'{"answers": {}}')
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            self.tally.failed += 1
        else:
            self.tally.abandoned += leaves
            self.tally.completed += not leaves
        self._hang_up()

    async def _act(self, name: str, path: str, body: bytes | None = None) -> None:
        if self.habits.think:
            await asyncio.sleep(self.draw.expovariate(1 / self.habits.think))
        if body is not None and self.draw.random() < self.habits.offline:
            await self._lose(path, body)
        began = time.perf_counter()
        await asyncio.wait_for(self._exchange(path, body), PATIENCE)
        self.tally.seconds[name].append(time.perf_counter() - began)

    async def _lose(self, path: str, body: bytes) -> None:
        """Send, and be cut off before the answer: the message may have arrived, or not."""
        _, writer = await self._connected()
        writer.write(_request(path, body))
        await writer.drain()
        self._hang_up()

    async def _exchange(self, path: str, body: bytes | None) -> None:
        reader, writer = await self._connected()
        writer.write(_request(path, body))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        await reader.readexactly(length)
        if not head.startswith("http/1.1 200"):
            raise ValueError(head.splitlines()[0])
        if "connection: close" in head:
            self._hang_up()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.streams is None or self.streams[0].at_eof():
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self.streams

    def _hang_up(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None


def _request(path: str, body: bytes | None) -> bytes:
    method = "GET" if body is None else "POST"
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
    if body is None:
        return f"{head}\r\n".encode()
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
