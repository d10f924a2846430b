"""Puzzles for a rush of answers: a little work for each further one, nobody is shut out. Pure.

A puzzle names its difficulty, its end and the response that it is for, under a signature of ours,
so that nothing has to be remembered. It is solved by a number that makes the SHA-256 of
`PUZZLE.NUMBER` begin with that many zero bits (Back, "Hashcash", 2002): on average 2^bits tries
to find, one to check. A puzzle is tied to one response, so its solution begins no other.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

Sign = Callable[[str], str]
EASIEST, HARDEST = 16, 22
"""Bits: a phone needs about a second for the first, and a minute for the last."""
LASTS = 900
"""Seconds that a puzzle can be solved in."""
LONGEST = 200
"""Characters of a solution."""


def bits_for(begun: int, allowed: int) -> int:
    """Bits asked of the next response after `begun` from one address; 0 while fewer than `allowed`.

    One bit more each time that the number doubles.
    """
    if begun < allowed:
        return 0
    return min(EASIEST + (begun // allowed).bit_length() - 1, HARDEST)


def pose(key: str, bits: int, now: int, sign: Sign) -> str:
    """The puzzle for the response that `key` names, at `now` (seconds since 1970)."""
    ends = now + LASTS
    return f"{bits}.{ends}.{sign(f'{key}:{bits}:{ends}')}"


def is_solved(key: str, text: str, now: int, sign: Sign) -> bool:
    """Whether `text` is the solution of a puzzle of ours for `key` that has not ended."""
    parts = text.split(".")
    if len(text) > LONGEST or not text.isascii() or len(parts) != 4:
        return False
    bits, ends, signature, number = parts
    if not (bits.isdecimal() and ends.isdecimal() and number.isdecimal()):
        return False
    ours = hmac.compare_digest(sign(f"{key}:{bits}:{ends}"), signature)
    return ours and now <= int(ends) and zeros(text) >= int(bits)


def zeros(text: str) -> int:
    """How many zero bits the SHA-256 of an ASCII text begins with."""
    digest = hashlib.sha256(text.encode()).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()
