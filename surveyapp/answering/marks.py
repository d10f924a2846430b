"""What a response tells of itself beside its answers: notes for screening that block nobody. Pure.

Stored in the paradata as `trap` (a field was filled in that people neither see nor reach),
`unworked` (begun without the puzzle that a rush of beginnings is asked, see `rush`) and `place`
(how far away the person was, see `positions`).
"""

from __future__ import annotations

from collections.abc import Mapping

TRAP = "_url"
"""Name of the field in the form, and of a key that the script never sends."""
AWAY, AWAY_MS = "~away", "~away_ms"
"""Claims of the page: how often it was hidden, and for how many milliseconds in all. No page has
such an id."""


def trapped(sent: Mapping[str, object]) -> dict[str, object]:
    """The mark of whoever fills in everything that has a name."""
    return {"trap": True} if sent.get(TRAP) else {}
