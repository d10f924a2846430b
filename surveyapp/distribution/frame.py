"""The frozen frame: who could have been drawn, as bytes that never change. Pure.

Canonical form: UTF-8 JSON lines without spaces; a header, then one line per unit, ordered by
customer number: `[number,[stratum values],measure]`, followed by `[further values]` where there are
any. Its SHA-256 names the frame.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from surveyapp.stats.sampling.allocation import Stratum
from surveyapp.stats.sampling.spread import standard_deviation

FORMAT = 1
WITH_MORE = 2
"""The format of frames that keep further attributes."""
Key = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """A customer in the frame. key: values of the stratifying attributes; measure: the design
    measure as decimal text (exact, and the same on every database), None without one.
    also: values of the frame's further attributes.
    """

    number: str
    key: Key
    measure: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """strata_by: attributes; measure: attribute or empty; units: in the order of their numbers.

    also: further attributes, to sort a list by or to draw clusters of.
    """

    strata_by: tuple[str, ...]
    measure: str
    units: tuple[Unit, ...]
    also: tuple[str, ...] = ()

    @cached_property
    def canonical(self) -> bytes:
        """The bytes that are hashed."""
        header: dict[str, object] = {
            "format": FORMAT,
            "measure": self.measure,
            "strata_by": list(self.strata_by),
        }
        lines: list[object] = [header]
        if self.also:
            header |= {"format": WITH_MORE, "also": list(self.also)}
            lines += [[u.number, list(u.key), u.measure, list(u.also)] for u in self.units]
        else:
            lines += [[unit.number, list(unit.key), unit.measure] for unit in self.units]
        text = "".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines
        )
        return text.encode("utf-8", "surrogatepass")

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical bytes (hex)."""
        return hashlib.sha256(self.canonical).hexdigest()

    @cached_property
    def by_stratum(self) -> dict[Key, list[Unit]]:
        """Stratum → its units; strata and units in a fixed order."""
        found: dict[Key, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.key, []).append(unit)
        return dict(sorted(found.items()))

    @cached_property
    def strata(self) -> list[Stratum]:
        """Size and standard deviation of the measure in every stratum."""
        return [
            Stratum(
                key, len(units), standard_deviation(float(u.measure) for u in units if u.measure)
            )
            for key, units in self.by_stratum.items()
        ]

    def packed(self) -> bytes:
        """The canonical bytes, compressed for the database."""
        return zlib.compress(self.canonical, 6)


def freeze(
    strata_by: Iterable[str], measure: str, units: Iterable[Unit], also: Iterable[str] = ()
) -> Frame:
    """A frame of `units`, in canonical order."""
    ordered = tuple(sorted(units, key=lambda unit: unit.number))
    return Frame(tuple(strata_by), measure, ordered, tuple(also))


def unpack(packed: bytes) -> Frame:
    """The frame of stored bytes; ValueError when they are no frame."""
    try:
        lines = zlib.decompress(packed).decode("utf-8", "surrogatepass").split("\n")[:-1]
        header, *rows = [json.loads(line) for line in lines]
        if header["format"] not in (FORMAT, WITH_MORE):
            raise ValueError(f"frame format {header['format']}")
        units = [_unit(row) for row in rows]
    except (zlib.error, UnicodeDecodeError, TypeError, KeyError) as trouble:
        raise ValueError("these bytes are no frame") from trouble
    also = tuple(header.get("also", ()))
    return Frame(tuple(header["strata_by"]), header["measure"], tuple(units), also)


def _unit(row: list[Any]) -> Unit:
    number, key, measure, *also = row
    return Unit(number, tuple(key), measure, tuple(also[0]) if also else ())
