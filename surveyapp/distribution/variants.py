"""Who gets which wording of a text under trial: by chance, and computable by anyone. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

OWN = "A"
"""The wave's own text."""


def assign(seed: int, invitation_id: int, labels: Sequence[str]) -> str:
    """The label of one invitation, each equally likely.

    A hash instead of a generator: the assignment depends neither on the order in which texts are
    queued nor on how many workers do it, and the seed alone proves afterwards that it was chance.
    """
    digest = hashlib.sha256(f"{seed}:{invitation_id}".encode()).digest()
    return labels[int.from_bytes(digest[:8], "big") * len(labels) >> 64]
