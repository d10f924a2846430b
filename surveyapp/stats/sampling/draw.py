"""Which units: a simple random draw without replacement in each stratum, from a stored seed.

Each unit gets the permanent random number SHA-256(seed, stratum, unit id) and the smallest are
drawn (Ohlsson 1995, permanent random numbers). Unlike a pseudo-random generator this
- gives the same bits on every platform, library version and language,
- does not depend on the order of the rows or on which other strata exist,
- lets anyone check a single unit without redrawing the rest,
- grows: a larger sample from the same seed contains the smaller one.
Every subset is equally likely as long as SHA-256 behaves as a random function.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from heapq import nsmallest


def random_number(seed: int, stratum: Sequence[str], unit: str) -> bytes:
    """The 32 bytes by which the unit is ranked. Each part is preceded by its length in bytes,
    so that no two different (seed, stratum, unit) give the same text.
    """
    digest = sha256()
    for part in (str(seed), str(len(stratum)), *stratum, unit):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.digest()


def draw(units: Iterable[str], n: int, *, seed: int, stratum: Sequence[str] = ()) -> list[str]:
    """The n units of a stratum with the smallest random numbers, smallest first.

    Unit ids must be distinct. Raises ValueError when they are not or n exceeds them.
    """
    ids = list(units)
    if len(set(ids)) != len(ids):
        raise ValueError("unit ids must be distinct within a stratum")
    if not 0 <= n <= len(ids):
        raise ValueError(f"cannot draw {n} of {len(ids)} units")
    return nsmallest(n, ids, key=lambda unit: (random_number(seed, stratum, unit), unit))
