"""The words by which a report is known: a digest that people can read to each other. Pure.

Sixteen bits become five letters, consonants and vowels in turn, so that every word can be spoken in
any language (after Wilkerson, "A Proposal for Proquints", 2009). Four words hold 64 bits: enough to
name a report, while the whole digest beside them proves it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

CONSONANTS, VOWELS = "bdfghjklmnprstvz", "aiou"
WORDS = 4
_PLACES = ((12, CONSONANTS), (10, VOWELS), (6, CONSONANTS), (4, VOWELS), (0, CONSONANTS))


def canonical(content: Any) -> bytes:
    """The content as JSON in one way only, whatever order it was made in."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode()


def digest(content: bytes) -> str:
    """SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def words_of(sha256: str) -> str:
    """The first 64 bits of a digest as four words. ValueError for what is no digest."""
    if len(sha256) != 64:
        raise ValueError(f"{sha256!r} is no SHA-256")
    parts = (int(sha256[at : at + 4], 16) for at in range(0, 4 * WORDS, 4))
    return " ".join(map(_word, parts))


def _word(bits: int) -> str:
    return "".join(letters[(bits >> place) % len(letters)] for place, letters in _PLACES)
