"""What a restart of the database server does to its clients: their connections end, all at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

VICTIM = "victim"
CUT = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = :database AND application_name = :victim"
)


def victim(address: str) -> str:
    """The address by which a process connects whose connections are to be cut."""
    return f"{address}?application_name={VICTIM}"


@contextmanager
def cut_every(server: str, address: str, seconds: float) -> Iterator[list[int]]:
    """While inside, cut all victims' connections again and again; how many each time."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    known = {"database": address.rpartition("/")[2], "victim": VICTIM}
    cuts: list[int] = []
    ended = threading.Event()

    def cut() -> None:
        with engine.connect() as connection:
            while not ended.wait(seconds):
                cuts.append(connection.scalar(CUT, known) or 0)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield cuts
    finally:
        ended.set()
        thread.join()
        engine.dispose()
