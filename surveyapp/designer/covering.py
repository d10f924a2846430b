"""Whether one condition is certainly true wherever another is.

Decided from the shape of `and` and `or` alone (the word problem of free lattices), so it is sound
in three-valued logic, transitive, and never needs a solver; where the shapes tell nothing the
answer is no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rule = Mapping[str, Any]


def covers(wide: Rule | None, narrow: Rule | None) -> bool:
    """True when `wide` is true for everybody for whom `narrow` is; no rule is true for all."""
    if wide is None or wide == narrow:
        return True
    return narrow is not None and _covers(wide, narrow, {})


def _covers(wide: Any, narrow: Any, known: dict[tuple[int, int], bool]) -> bool:
    key = (id(wide), id(narrow))
    if key not in known:
        known[key] = _decided(wide, narrow, known)
    return known[key]


def _decided(wide: Any, narrow: Any, known: dict[tuple[int, int], bool]) -> bool:
    if wide == narrow:
        return True
    if each := _operands(narrow, "or"):
        return all(_covers(wide, one, known) for one in each)
    if each := _operands(wide, "and"):
        return all(_covers(one, narrow, known) for one in each)
    parts = _operands(wide, "or")
    if any(_covers(one, narrow, known) for one in parts or ()):
        return True
    return any(_covers(wide, one, known) for one in _operands(narrow, "and") or ())


def _operands(rule: Any, operator: str) -> list[Any] | None:
    """The operands where the rule is this operator."""
    found = rule.get(operator) if isinstance(rule, Mapping) and len(rule) == 1 else None
    return found if isinstance(found, list) else None
