"""Two providers in bad weather, workers that are killed at random, and what came of it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

from surveyapp import clock
from surveyapp.customers.models import Customer
from surveyapp.database import db
from surveyapp.distribution import optout
from surveyapp.distribution.gateway.server import Gateway
from surveyapp.distribution.models import Invitation, Message
from tests.distribution.outboxes import ready
from tests.distribution.phones import ACCOUNT, TOKEN, gateway

ROOT = Path(__file__).resolve().parents[2]
SUMMARY = ROOT / "instance" / "soak" / "summary.json"
FILE = """
[first]
kind = "twilio"
account_sid = "{account}"
auth_token = "{token}"
from = "+15005550006"
api_base = "{first}"
rate = 400
price = "0.04"
links_to_cn = true
read_seconds = 1

[backup]
kind = "http"
url = "{backup}/v1/messages"
secret = "{token}"
rate = 400
price = "0.05"
read_seconds = 1
"""
"""Time-outs are part of the weather; the usual limit would make hours of them."""
OVER = frozenset({"accepted", "sent", "delivered", "undelivered"})
STOPS = frozenset({"cancelled", "failed", "expired"})


@dataclass(frozen=True)
class Summary:
    """What `make soak` writes for each engine."""

    messages: int
    kills: int
    workers: int
    lost: int
    twice: int
    outside_window: int
    to_opted_out: int
    by_channel: dict[str, int]
    seconds: float

    def write(self, engine: str) -> None:
        """Put it beside the other engine's."""
        SUMMARY.parent.mkdir(parents=True, exist_ok=True)
        known = json.loads(SUMMARY.read_text()) if SUMMARY.is_file() else {}
        SUMMARY.write_text(json.dumps({**known, engine: asdict(self)}, indent=2) + "\n")


class Workers:
    """A process that forks workers; each may be killed."""

    def __init__(self, app: Flask) -> None:
        settings = app.config["SETTINGS"]
        arguments = [str(settings.instance), settings.database_url, settings.public_base_url]
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.sender_process", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pids: list[int] = []

    def start(self) -> None:
        """One more."""
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        self.pids.append(int(self._nursery.stdout.readline()))

    def kill(self, which: int) -> None:
        """End one at once, and wait until it is gone."""
        pid = self.pids.pop(which)
        os.kill(pid, signal.SIGKILL)
        while _alive(pid):
            time.sleep(0.001)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_trouble: object) -> None:
        while self.pids:
            self.kill(0)
        self._nursery.stdin.close()
        self._nursery.stdout.close()
        self._nursery.wait(30)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def two_providers(app: Flask, **weather: float) -> Iterator[tuple[Gateway, Gateway]]:
    """Both providers, and a web server of the product that takes their receipts."""
    with ExitStack() as stack:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        base = f"http://127.0.0.1:{server.server_port}"
        both = stack.enter_context(gateway()), stack.enter_context(gateway(seed=1))
        for phone in both:
            phone.set(**weather)
        settings = replace(app.config["SETTINGS"], public_base_url=base, twilio_account_sid="")
        urls = {"first": both[0].url, "backup": both[1].url}
        text = FILE.format(account=ACCOUNT, token=TOKEN, **urls)
        (settings.instance / "channels.toml").write_text(text, encoding="utf-8")
        app.config["SETTINGS"] = settings
        yield both


def soak(
    app: Flask,
    both: tuple[Gateway, Gateway],
    *,
    messages: int,
    kills: int,
    workers: int,
    seed: int,
    patience: float = 300.0,
) -> Summary:
    """Send `messages`, killing a worker at `kills` moments and breaking each provider for a while.

    A tenth of the customers opt out at random moments; `to_opted_out` counts texts that left more
    than two seconds after the opt-out was committed.
    """
    chance, began = random.Random(seed), time.monotonic()
    ready(messages, **_window())
    left: dict[int, float] = {}
    outs = _opt_outs(messages // 10, chance)
    moments = sorted(chance.sample(range(1, messages * 8 // 10), kills))
    with Workers(app) as crew:
        for _ in range(workers):
            crew.start()
        for number, threshold in enumerate(moments):
            _until(lambda n=threshold: _sent(both) >= n, patience)
            _break_one(both, number)
            left |= _leave(outs, kills, chance)
            time.sleep(chance.random() / 50)
            crew.kill(chance.randrange(len(crew.pids)))
            crew.start()
        _mend(both)
        _until(lambda: _open_ones() == 0, patience)
    for phone in both:
        phone.postman.settle(60)
    return _summary(both, messages, kills, workers, left, time.monotonic() - began)


def _window() -> dict[str, int]:
    """Around the clock but for the two hours that are farthest from now (in Shanghai)."""
    hour = (clock.now().hour + 8) % 24
    return {"send_from": (hour - 10) % 24 * 60, "send_until": (hour + 12) % 24 * 60}


def _sent(both: tuple[Gateway, Gateway]) -> int:
    return sum(len(phone.texts.outbound()) for phone in both)


def _until(condition: Callable[[], bool], patience: float) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"nothing moves any more: {_states()}"
        time.sleep(0.02)


def _states() -> Counter[str]:
    db.session.rollback()
    return Counter(db.session.scalars(db.select(Message.state)))


def _open_ones() -> int:
    return sum(n for state, n in _states().items() if state not in OVER | STOPS)


def _break_one(both: tuple[Gateway, Gateway], number: int) -> None:
    """For one in five kills the first provider refuses everyone, for another one the second."""
    for phone, turn in zip(both, (0, 3), strict=True):
        phone.set(hang_before=1.0 if number % 5 == turn else 0.0)


def _mend(both: tuple[Gateway, Gateway]) -> None:
    for phone in both:
        phone.set(hang_before=0.0)


def _opt_outs(count: int, chance: random.Random) -> list[int]:
    ids = list(db.session.scalars(db.select(Customer.id)))
    return chance.sample(ids, count)


def _leave(waiting: list[int], rounds: int, chance: random.Random) -> dict[int, float]:
    """Some opt out now; customer → wall clock when that was committed."""
    now_leaving = [waiting.pop() for _ in range(min(len(waiting), 1 + len(waiting) // rounds))]
    for customer_id in now_leaving:
        customer = db.session.get_one(Customer, customer_id)
        optout.opt_out(customer, "reply", clock.now())
    db.session.commit()
    return dict.fromkeys(now_leaving, time.time())


def _summary(
    both: tuple[Gateway, Gateway],
    messages: int,
    kills: int,
    workers: int,
    left: dict[int, float],
    seconds: float,
) -> Summary:
    db.session.rollback()
    lines = [line for phone in both for line in phone.texts.outbound()]
    times = Counter((line.phone, line.body) for line in lines)
    stopped = db.session.scalar(
        db.select(db.func.count(Message.id)).where(Message.state.in_(["cancelled", "expired"]))
    )
    phones = dict(db.session.execute(db.select(Customer.id, Customer.phone)).all())
    outs = {phones[customer]: at for customer, at in left.items()}
    late = sum(line.at.timestamp() > outs[line.phone] + 2 for line in lines if line.phone in outs)
    window = _window()
    minutes = [((line.at.hour + 8) % 24) * 60 + line.at.minute for line in lines]
    return Summary(
        messages=messages,
        kills=kills,
        workers=workers,
        lost=messages - len(times) - (stopped or 0),
        twice=sum(n - 1 for n in times.values()),
        outside_window=sum(not _inside(minute, window) for minute in minutes),
        to_opted_out=late,
        by_channel={
            "first": len(both[0].texts.outbound()),
            "backup": len(both[1].texts.outbound()),
        },
        seconds=round(seconds, 1),
    )


def _inside(minute: int, window: dict[str, int]) -> bool:
    start, end = window["send_from"], window["send_until"]
    return start <= minute < end if start <= end else minute >= start or minute < end


def everyone_is_accounted_for() -> bool:
    """Each message that a provider has knows its id, and its invitation says so."""
    handed = Message.state.in_(OVER)
    missing = db.select(Message.id).join(Invitation, Invitation.id == Message.invitation_id)
    nameless = missing.where(handed, Message.provider_sid.is_(None))
    uninvited = missing.where(handed, Invitation.invited_at.is_(None))
    return not db.session.scalars(nameless).all() and not db.session.scalars(uninvited).all()
