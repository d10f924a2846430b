"""Which groups may be shown beside their total, so that none can be counted back from it. Pure.

Complementary suppression: a group below the minimum is left out, and the smallest of the others
with it, until those left out are together enough (Hundepool et al., Statistical Disclosure Control,
2012).
"""

from __future__ import annotations

from collections.abc import Mapping


def shown(sizes: Mapping[str, int], minimum: int, others: int = 0) -> list[str]:
    """The groups that may be shown, in their order. `others`: answers in the total that are in no
    group; they hide those left out, too. Empty groups hide nobody and are left out.
    """
    largest = sorted(sizes, key=lambda name: (-sizes[name], name))
    kept = [name for name in largest if sizes[name] >= max(minimum, 1)]
    left = sum(sizes.values()) - sum(sizes[name] for name in kept)
    while kept and left > 0 and left + others < minimum:
        left += sizes[kept.pop()]
    return [name for name in sizes if name in set(kept)]
