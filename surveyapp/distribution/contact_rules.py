"""Contact caps by group of customers: which one, if any, a further text would break. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

INVITATIONS, TEXTS = "invitations", "texts"
OTHERS = ""
"""The group of everyone whose own has no rule of the kind."""


@dataclass(frozen=True)
class Cap:
    """At most `most` in any `days` days. what: INVITATIONS or TEXTS (every kind)."""

    tier: str
    what: str
    most: int
    days: int


Sent = tuple[datetime, str]
"""When a text was sent, and its kind: invitation, reminder or thank_you."""


def applying(caps: Iterable[Cap], tier: str) -> list[Cap]:
    """The caps of a group: its own of each kind, else that of the others."""
    known = {(cap.tier, cap.what): cap for cap in caps}
    found = (known.get((tier, what)) or known.get((OTHERS, what)) for what in (INVITATIONS, TEXTS))
    return [cap for cap in found if cap is not None]


def broken(caps: Iterable[Cap], sent: Sequence[Sent], kind: str, now: datetime) -> Cap | None:
    """The first cap that one more text of `kind` at `now` would break; None when it may go."""
    for cap in caps:
        if cap.what == INVITATIONS and kind != "invitation":
            continue
        since = now - timedelta(days=cap.days)
        counted = sum(at > since and (cap.what == TEXTS or of == "invitation") for at, of in sent)
        if counted >= cap.most:
            return cap
    return None


def longest(caps: Iterable[Cap]) -> int:
    """Days that the longest cap looks back; 0 without any."""
    return max((cap.days for cap in caps), default=0)
