"""Column names that statistics programs accept: short, unique whatever the case, not reserved."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from hashlib import sha256

_SPSS = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
_STATA = {
    "_ALL", "_B", "_COEF", "_CONS", "_N", "_PI", "_PRED", "_RC", "_SE", "_SKIP", "BYTE", "DOUBLE",
    "FLOAT", "IF", "IN", "INT", "LONG", "STR", "STRL", "USING", "WITH",
}  # fmt: skip


def spss_names(names: Iterable[str]) -> dict[str, str]:
    """Column → SPSS name: at most 64 bytes, letters, digits, dots and underscores."""
    return _legal(names, 64, r"[^A-Za-z0-9_.]", _SPSS)


def stata_names(names: Iterable[str]) -> dict[str, str]:
    """Column → Stata name: at most 32 bytes, letters, digits and underscores."""
    return _legal(names, 32, r"[^A-Za-z0-9_]", _STATA)


def _legal(
    names: Iterable[str], limit: int, foreign: str, reserved: Collection[str]
) -> dict[str, str]:
    """Most stay as they are; a long one keeps its beginning and gets a hash."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        legal = re.sub(foreign, "_", name).rstrip("._") or "v"
        if not legal[0].isalpha():
            legal = f"v{legal}"
        if len(legal) > limit or legal.upper() in reserved or legal.upper() in taken:
            legal = f"{legal[: limit - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
        taken.add(legal.upper())
        given[name] = legal
    return given
