"""Tests in forked processes: `pytest -p tests.forking --forks 4`.

Collecting takes longer than the tests of a small package: forty seconds of a processor on a clean
clone. Processes that start anew, as pytest-xdist's do, each pay it. Here one process collects and
the workers are forked from it. They ask for batches of tests at the two ends of a queue: those that
wait (for browsers, servers, processes) are at its head, those that only compute at its tail, so
that whoever waits leaves a processor to somebody who computes.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Iterator
from itertools import groupby
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

import pytest
from coverage import Coverage

MOST = 8
"""Tests in a batch: few, so that the last ones do not run alone; some, for what a file keeps."""
LASTING = {"class", "module", "package"}
WAITING = ("browser", "fault", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--forks`."""
    parser.addoption("--forks", type=int, default=0, help="run tests in so many forked processes")


def _together(item: pytest.Item) -> bool:
    """Whether it uses something that a file's tests share, and that is dear to make."""
    known = item._fixtureinfo.name2fixturedefs.values()
    return any(
        d.scope in LASTING or (d.scope == "session" and d.baseid == item.nodeid.split("::")[0])
        for definitions in known
        for d in definitions
    )


def batches(items: list[pytest.Item]) -> list[list[int]]:
    """The tests by their numbers, those that wait first, those that need no application last."""
    found: list[list[int]] = []
    for _, group in groupby(enumerate(items), key=lambda pair: pair[1].path):
        numbers = [number for number, _ in group]
        most = len(numbers) if any(_together(items[n]) for n in numbers) else MOST
        found += [numbers[at : at + most] for at in range(0, len(numbers), most)]

    def rank(batch: list[int]) -> int:
        marks = [m for n in batch for m in items[n].iter_markers()]
        names = [mark.name for mark in marks]
        for place, name in enumerate(WAITING):
            if name in names:
                return place
        return len(WAITING) + ("core" in names)

    return sorted(found, key=rank)


class Worker:
    """A forked process, as the one that collected sees it."""

    def __init__(self, session: pytest.Session, number: int) -> None:
        self.number = number
        self.running: int | None = None
        self.left: list[int] = []
        self.pipe, theirs = Pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self.pipe.close()
            _work(session, theirs, number)
        theirs.close()

    def end(self) -> None:
        """Kill it, unless it has ended, and bury it."""
        os.kill(self.pid, signal.SIGKILL)
        self.pipe.close()
        os.waitpid(self.pid, 0)


def _settle(session: pytest.Session, number: int) -> None:
    """Make the forked process's own what it must not share: captured output, folders, terminal."""
    config = session.config
    os.environ["PYTEST_XDIST_WORKER"] = f"gw{number}"
    capture = config.pluginmanager.getplugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    capture.suspend_global_capture()
    folders = config._tmp_path_factory  # type: ignore[attr-defined]
    folders._basetemp = folders.getbasetemp() / f"fork{number}-{os.getpid()}"
    folders._basetemp.mkdir(mode=0o700)
    for name in ("terminalreporter", "terminalprogress"):
        if config.pluginmanager.hasplugin(name):
            config.pluginmanager.unregister(name=name)


class _Telling:
    """Sends each report to the process that prints them."""

    def __init__(self, config: pytest.Config, pipe: Connection) -> None:
        self._config, self._pipe = config, pipe

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._pipe.send(("report", told))


def _asked(pipe: Connection) -> Iterator[int]:
    """Numbers of tests to run, as many as there are."""
    while True:
        pipe.send(("next", None))
        batch: list[int] = pipe.recv()
        if not batch:
            return
        yield from batch


def _work(session: pytest.Session, pipe: Connection, number: int) -> NoReturn:
    """The life of a forked process. The next test is asked for before one runs.

    So pytest knows which fixtures to keep.
    """
    status = 1
    try:
        _settle(session, number)
        session.config.pluginmanager.register(_Telling(session.config, pipe))
        asked = _asked(pipe)
        now = next(asked, None)
        while now is not None:
            then = next(asked, None)
            pipe.send(("run", now))
            item = session.items[now]
            following = None if then is None else session.items[then]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            now = then
        if cov := Coverage.current():
            cov.stop()
            cov.save()
        pipe.send(("done", None))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        os._exit(status)


class Queue:
    """What is left to run, and by whom."""

    def __init__(self, session: pytest.Session, forks: int) -> None:
        self._session = session
        self._left = deque(batches(session.items))
        self.workers = [Worker(session, n) for n in range(min(forks, len(self._left)))]

    def hear(self) -> None:
        """Act on what the workers say until the last one has ended."""
        while self.workers:
            pipes = {w.pipe: w for w in self.workers}
            for pipe in wait(list(pipes)):
                self._hear_one(pipes[pipe])  # type: ignore[index]
                self._give_up_where_told()

    def _hear_one(self, worker: Worker) -> None:
        try:
            word, told = worker.pipe.recv()
        except (EOFError, ConnectionError):
            self._bury(worker)
            return
        getattr(self, f"_{word}")(worker, told)

    def _next(self, worker: Worker, _: None) -> None:
        """Even workers take from the head, odd ones from the tail."""
        batch: list[int] = []
        if self._left:
            batch = self._left.pop() if worker.number % 2 else self._left.popleft()
        worker.left += batch
        worker.pipe.send(batch)

    def _run(self, worker: Worker, number: int) -> None:
        worker.running = number
        worker.left.remove(number)

    def _report(self, _: Worker, told: dict[str, Any]) -> None:
        config = self._session.config
        report = config.hook.pytest_report_from_serializable(config=config, data=told)
        config.hook.pytest_runtest_logreport(report=report)

    def _done(self, worker: Worker, _: None) -> None:
        worker.running = None
        self.workers.remove(worker)
        os.waitpid(worker.pid, 0)

    def _bury(self, worker: Worker) -> None:
        """It died: that is the fault of what it ran; another one takes the rest."""
        self.workers.remove(worker)
        _, status = os.waitpid(worker.pid, 0)
        if worker.running is None:
            raise RuntimeError(f"a worker died before it ran anything ({status})")
        item = self._session.items[worker.running]
        report = pytest.TestReport(
            item.nodeid, item.location, {}, "failed",
            f"the process died of it (status {status})", "call",
        )  # fmt: skip
        self._session.config.hook.pytest_runtest_logreport(report=report)
        if worker.left:
            self._left.appendleft(worker.left)
        self.workers.append(Worker(self._session, worker.number))

    def _give_up_where_told(self) -> None:
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """In place of pytest's own loop, where forks are asked for and nothing failed so far."""
    forks = session.config.option.forks
    if not forks or session.config.option.collectonly or session.testsfailed:
        return None
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    queue = Queue(session, forks)
    try:
        queue.hear()
    finally:
        for worker in queue.workers:
            worker.end()
    return True
