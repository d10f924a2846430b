"""Random order and random groups, drawn from a response's seed: the same at every call.

Nothing is stored but the seed. The draw of one thing does not depend on what else there is, so
that an option added later leaves the others in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from surveyapp.designer.document import Document, Experiment

Seed = int | str
_MASK = 0xFFFFFFFF


def rank(seed: Seed, *names: str) -> int:
    """A number from 0 to 2³²−1 that looks random: FNV-1a of the names, mixed as murmur does."""
    value = 0x811C9DC5
    for byte in "\x1f".join((str(seed), *names)).encode():
        value = (value ^ byte) * 0x01000193 & _MASK
    value = (value ^ value >> 16) * 0x85EBCA6B & _MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & _MASK
    return value ^ value >> 16


def shuffled(
    seed: Seed, scope: str, items: Sequence[str], fixed: Collection[str] = ()
) -> tuple[str, ...]:
    """The items in random order; those in `fixed` keep their place. `scope` names the list."""
    moving = [item for item in items if item not in fixed]
    drawn = iter(sorted(moving, key=lambda item: (rank(seed, scope, item), item)))
    return tuple(item if item in fixed else next(drawn) for item in items)


def arms(document: Document, seed: Seed) -> dict[str, object]:
    """Experiment → the arm that this response is in, by the arms' weights."""
    found = {e.id: _arm(e, rank(seed, "experiment", e.id)) for e in document.experiments}
    return {name: arm for name, arm in found.items() if arm is not None}


def _arm(experiment: Experiment, drawn: int) -> str | None:
    point = drawn * sum(arm.weight for arm in experiment.arms)
    for arm in experiment.arms:
        point -= arm.weight << 32
        if point < 0:
            return arm.id
    return None
