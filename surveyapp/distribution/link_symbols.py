"""How the number of a personal link is written: 11 symbols that nobody confuses."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Digits and letters without 0 O 1 l I, which people confuse on paper."""
LENGTH = 11
TOKENS = len(ALPHABET) ** LENGTH
"""A little more than 2⁶⁴."""
PAIRS = [second + first for first in ALPHABET for second in ALPHABET]
"""Two symbols at a time, the lower one in front: many links take half the time."""
VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}


def written(number: int) -> str:
    """The symbols of a number below TOKENS, the lowest first."""
    symbols = ""
    for _pair in range(LENGTH // 2):
        number, two = divmod(number, len(PAIRS))
        symbols += PAIRS[two]
    return symbols + ALPHABET[number]


def read(token: str) -> int:
    """The number of a well-formed token."""
    number = 0
    for symbol in reversed(token):
        number = number * len(ALPHABET) + VALUES[symbol]
    return number


def well_formed(token: str) -> bool:
    """Whether a text has the shape of a token (spares the database most guesses)."""
    return len(token) == LENGTH and all(symbol in VALUES for symbol in token)
