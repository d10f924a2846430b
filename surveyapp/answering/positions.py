"""How far a person was from a store, of which nothing but rounded metres is kept. Pure.

Great-circle distance by the haversine formula (Sinnott, "Virtues of the Haversine", Sky & Telescope
68, 1984, p. 159) on a sphere with the mean radius R1 of the Earth (Moritz, Geodetic Reference
System 1980, Journal of Geodesy 74, 2000, p. 128-162); at most 0.6 % off the ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, ceil, cos, isfinite, radians, sin, sqrt

EARTH = 6_371_008.8
"""Mean radius in metres."""
FARTHEST = 100_000
"""Metres; whoever is farther away is that far. How much farther is nobody's business."""


@dataclass(frozen=True)
class Position:
    """Degrees (WGS 84), and the metres by which they may be wrong at 95 % confidence."""

    latitude: float
    longitude: float
    accuracy: float = 0.0


def read(sent: object) -> Position | None:
    """The position in [latitude, longitude, accuracy]; None for what no device reports."""
    if not isinstance(sent, list) or len(sent) != 3:
        return None
    if not all(type(one) in (int, float) and isfinite(one) for one in sent):
        return None
    found = Position(*map(float, sent))
    known = abs(found.latitude) <= 90 and abs(found.longitude) <= 180 and found.accuracy >= 0
    return found if known else None


def distance(one: Position, other: Position) -> float:
    """Metres along the great circle."""
    first, second = radians(one.latitude), radians(other.latitude)
    across = radians(other.longitude - one.longitude)
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(across / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def kept(person: Position, store: Position) -> dict[str, int]:
    """What stays of a position: metres, rounded down to 50 (to 1,000 from 2,000 on) so that nobody
    looks farther away than they were, and the accuracy, rounded up to 10.
    """
    metres = min(distance(person, store), FARTHEST)
    step = 50 if metres < 2000 else 1000
    accuracy = ceil(ceil(min(person.accuracy, FARTHEST)) / 10) * 10
    return {"metres": int(metres // step) * step, "accuracy": accuracy}
