"""Printed codes: short, readable aloud, and mistyped ones are noticed. Pure.

Seven random symbols and one check symbol out of 31. The check is a weighted sum modulo the prime
31 with different weights, so every single wrong symbol and every swap of two symbols shows.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals without 0 O 1 I L, which people confuse on paper."""
LENGTH = 8


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A code nobody chose."""
    body = "".join(choose(ALPHABET) for _place in range(LENGTH - 1))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """The symbol that completes `body`."""
    total = sum(weight * ALPHABET.index(symbol) for weight, symbol in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def normalised(text: str, length: int = LENGTH) -> str | None:
    """The code that a person meant (any case, with or without spaces and dashes), None if none."""
    code = "".join(text.upper().split()).replace("-", "")
    if len(code) != length or any(symbol not in ALPHABET for symbol in code):
        return None
    return code if check_symbol(code[:-1]) == code[-1] else None


def readable(code: str) -> str:
    """In two groups, as it is printed."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"
