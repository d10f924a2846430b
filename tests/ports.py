"""Ports for servers that start later, or again.

A port that the system gave and that was closed again may be gone when the server binds it: the
system gives it to the next who asks, and to every connection that leaves this machine. So these
come from below the range that it gives from, and each is reserved as long as this process lives
(among all tests of the machine, by a name that only one process can bind).
"""

from __future__ import annotations

import random
import socket
import sys

RANGE = range(15_000, 32_000)
_chance = random.SystemRandom()


def free(width: int = 1) -> int:
    """The first of `width` ports in a row that nobody else uses or reserves."""
    for _ in range(200):
        port = _chance.choice(RANGE)
        row = range(port, port + width)
        if all(map(_unused, row)) and all(map(_reserve, row)):
            return port
    raise AssertionError("no free ports")


def _unused(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _reserve(port: int) -> bool:
    """Whether nobody had reserved it; names that begin with a zero vanish with the process."""
    if not sys.platform.startswith("linux"):
        return True
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0surveyapp-test-port-{port}")
    except OSError:
        name.close()
        return False
    name.detach()  # open until the process ends, and no warning that it was
    return True
