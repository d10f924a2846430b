"""Who gets which wording of a text under trial: by chance, and computable by anyone. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

OWN = "A"
"""The wave's own text."""
OTHERS = ("B", "C", "D")
"""Labels of what is tried beside it."""
LARGEST = 100
"""The largest share of one wording."""


def assign(seed: int, invitation_id: int, shares: Mapping[str, int]) -> str:
    """The label of one invitation; each as likely as its share of all shares (whole, over 0).

    A hash instead of a generator: the assignment depends neither on the order in which texts are
    queued nor on how many workers do it, and the seed alone proves afterwards that it was chance.
    Each step has its own seed, so what somebody read first says nothing about what follows.
    """
    digest = hashlib.sha256(f"{seed}:{invitation_id}".encode()).digest()
    point = int.from_bytes(digest[:8], "big") * sum(shares.values()) >> 64
    for label, share in shares.items():
        point -= share
        if point < 0:
            return label
    raise ValueError("shares must be whole numbers over 0")
