"""What becomes of answers to earlier versions: stored with a version, read by the dataset.

For each variable whose meaning a new version touches, one decision:

    keep    nothing is done: the same column where type and scale are the same, else one of its own
    split   the same id, another meaning: answers from before are a column of their own
    recode  the same meaning: answers from before go into `target`, codes translated by `values`

Answers themselves never change; only what a dataset makes of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Code = int | str


class Carried(BaseModel):
    """The decision for one variable of the version before.

    values: old code (as text) → new code; a code that is not named stays what it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    how: Literal["keep", "split", "recode"] = "keep"
    target: str = ""
    values: dict[str, Code] = {}


Mappings = Mapping[int, tuple[Carried, ...]]
"""Version number → its decisions about the versions before it."""


@dataclass(frozen=True)
class Way:
    """Where the answers of a variable lead. values: None when no code changes; until: the version
    that made them a column of their own.
    """

    target: str
    values: Mapping[str, Code] | None = None
    until: int | None = None


def follow(variable: str, version: int, mappings: Mappings) -> Way:
    """Where the answers to `variable` of `version` lead, through all later versions."""
    way = Way(variable)
    for number in sorted(number for number in mappings if number > version):
        entry = next((one for one in mappings[number] if one.source == way.target), None)
        if entry and entry.how == "split":
            return Way(way.target, way.values, number)
        if entry and entry.how == "recode":
            way = Way(entry.target, _after(way.values, entry.values))
    return way


def _after(first: Mapping[str, Code] | None, then: Mapping[str, Code]) -> Mapping[str, Code] | None:
    """Two translations, one after the other."""
    if not first:
        return then or first
    both = {old: then.get(str(new), new) for old, new in first.items()}
    return {**{old: new for old, new in then.items() if old not in first}, **both}


def recoded(value: Any, values: Mapping[str, Code]) -> Any:
    """An answer in new codes; of several choices, each one once."""
    if isinstance(value, list):
        return list(dict.fromkeys(values.get(str(one), one) for one in value))
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value
    return values.get(str(value), value)


def read(stored: Iterable[Mapping[str, Any]]) -> tuple[Carried, ...]:
    """The decisions as they are stored with a version."""
    return tuple(Carried.model_validate(one) for one in stored)
