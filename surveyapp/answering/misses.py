"""Links that do not exist: counted per address, so that guessing is slow and costs us little.

Counted in this process and not in the database, because a GET never writes. Only misses count: a
living link always opens, also for a phone that shares its address with a whole network; a code that
is short enough to type does not.
"""

from __future__ import annotations

from surveyapp.answering.lately import Lately

ALLOWED = 20


class Misses(Lately[str]):
    """How often each address missed lately."""

    def spent(self, address: str) -> bool:
        """Whether an address has used up its misses; counts none."""
        return self.so_far(address) >= ALLOWED

    def too_many(self, address: str) -> bool:
        """Count one miss of `address`; whether it has had more than its share."""
        return self.count(address) >= ALLOWED
