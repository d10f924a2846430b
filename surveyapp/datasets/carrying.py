"""Columns of several versions as one: what belongs together, and what a version's mapping says.

Answers that were recoded stand in the column of their new meaning; where codes were translated the
column as it was answered stays beside it (`id__v1`, not scored), so that nothing is ever lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from surveyapp.designer.mapping import Code, Mappings, Way, follow

if TYPE_CHECKING:
    from surveyapp.datasets.variable import Variable

Key = tuple[str, str, float | None, float | None, int | None]
"""Name, kind, ends of the scale, and the version that split the column off (AS_ANSWERED: the
column before its codes were translated)."""
AS_ANSWERED = 0


@dataclass(frozen=True)
class Recode:
    """How one earlier version is read into a column: its variable, and old code → new code."""

    version: int
    source: str
    values: tuple[tuple[str, Code], ...] = ()


def add(merged: dict[Key, Variable], older: Variable, mappings: Mappings) -> None:
    """Add a column of an older version (its `versions` name that one) to those of newer ones."""
    version = older.versions[0]
    way = follow(older.source, version, mappings)
    moved = bool(way.values) or way.target != older.source
    if moved and _carry(merged, older, way):
        if not _left_over(merged, older, way):
            return
        _merge(merged, replace(older, dimension=None), AS_ANSWERED)
    else:
        _merge(merged, older, way.until)


def _carry(merged: dict[Key, Variable], older: Variable, way: Way) -> bool:
    """Let the columns of the target take these answers; False where there is no such column."""
    version = older.versions[0]
    values = tuple((way.values or {}).items())
    recode = Recode(version, older.source, values)
    targets = [key for key, one in merged.items() if _receives(key, one, way)]
    for key in targets:
        column = merged[key]
        if recode in column.recodes:
            continue
        known = {str(code) for code, _ in column.values} | {code for code, _ in values}
        more = tuple(value for value in older.values if str(value[0]) not in known)
        merged[key] = replace(
            column,
            versions=tuple(sorted({version, *column.versions})),
            recodes=(*column.recodes, recode),
            values=column.values + (more if column.kind == older.kind == "choice" else ()),
        )
    return bool(targets)


def _receives(key: Key, column: Variable, way: Way) -> bool:
    return column.source == way.target and key[4] == way.until


def _left_over(merged: dict[Key, Variable], older: Variable, way: Way) -> bool:
    """Whether the target's columns do not tell everything that was answered."""
    if not older.option:
        return bool(way.values)
    targets = (one for key, one in merged.items() if _receives(key, one, way))
    return all(one.option != older.option for one in targets)


def _merge(merged: dict[Key, Variable], older: Variable, era: int | None) -> None:
    """Add to the column of the same name, kind and meaning, or put it beside."""
    ends = (older.low, older.high) if older.kind == "scale" else (None, None)
    key: Key = (older.name, older.kind, *ends, era)
    newer = merged.get(key)
    if newer is None:
        if any(variable.name == older.name for variable in merged.values()):
            older = replace(older, name=f"{older.name}__v{older.versions[0]}")
        merged[key] = older
        return
    known = {code for code, _ in newer.values}
    merged[key] = replace(
        newer,
        values=newer.values + tuple(value for value in older.values if value[0] not in known),
        points=newer.points + tuple(one for one in older.points if one[0] not in known),
        missing=tuple({**dict(older.missing), **dict(newer.missing)}.items()),
        blanks=tuple(dict.fromkeys((*newer.blanks, *older.blanks))),
        versions=(*older.versions, *newer.versions),
    )
