"""Names that SPSS accepts: at most 64 bytes, unique whatever the case, no reserved words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

LIMIT = 64
RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}


def spss_names(names: Iterable[str]) -> dict[str, str]:
    """Column → SPSS name. Most stay as they are; a long one keeps its beginning and gets a hash."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        legal = re.sub(r"[^A-Za-z0-9_.]", "_", name).rstrip("._") or "v"
        if not legal[0].isalpha():
            legal = f"v{legal}"
        if len(legal) > LIMIT or legal.upper() in RESERVED or legal.upper() in taken:
            legal = f"{legal[: LIMIT - 9]}_{sha256(name.encode()).hexdigest()[:8]}"
        taken.add(legal.upper())
        given[name] = legal
    return given
