"""How long somebody worked on the answers, by the server's clock only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

IDLE = 180.0
"""Seconds after which a person who saves nothing is taken to be away."""


def opened_at(started_at: datetime, paradata: Mapping[str, Any]) -> datetime:
    """When the page was opened (signed by the server), else when the first answer was saved."""
    opened = paradata.get("opened")
    return min(started_at, datetime.fromisoformat(opened)) if opened else started_at


def worked_seconds(
    started_at: datetime, completed_at: datetime, paradata: Mapping[str, Any]
) -> float:
    """From opening to completion; between two saves at most IDLE seconds count, so that going on
    tomorrow does not look like a night of thought. Without saves per page it is the whole span.
    """
    saves = [
        datetime.fromisoformat(moment)
        for moments in (paradata.get("pages") or {}).values()
        for moment in moments
    ]
    start = opened_at(started_at, paradata)
    if not saves:
        return round((completed_at - start).total_seconds(), 3)
    moments = sorted([start, *saves, completed_at])
    gaps = ((later - earlier).total_seconds() for earlier, later in pairwise(moments))
    return round(sum(min(gap, IDLE) for gap in gaps), 3)
