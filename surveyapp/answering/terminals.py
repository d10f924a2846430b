"""Store terminals: one device on which many people answer, one after the other.

The server remembers nobody there: no cookie, no page with answers. The terminal's script names
each person by a secret of its own making, because it must go on without a network; the seed of
everything random stands in it, so that the server puts questions in the order that was shown.
"""

from __future__ import annotations

import re
from typing import Any

from surveyapp.distribution.touchpoints import exit_code

CHANNEL = "kiosk"
"""Channel of the touchpoints that are terminals, and the mode of their responses."""
HEADER = "Survey-Person"
_PERSON = re.compile(r"([0-9a-z]{1,11})\.[0-9a-z]{20,40}")
_SEEDS = 1 << 52


def seed_of(person: str) -> int | None:
    """The seed in a terminal's name for a person; None for a name that no terminal makes."""
    found = _PERSON.fullmatch(person)
    seed = int(found[1], 36) if found else _SEEDS
    return seed if seed < _SEEDS else None


def state(base: str) -> dict[str, Any]:
    """What the script of the terminal at the address `base` needs beside the rest."""
    return {"exit": exit_code(base.rpartition("/")[2])}
