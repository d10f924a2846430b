"""The changed words of a text, marked: by words where words have blanks, by characters in Chinese.

Both sides stay complete: the pieces of a side put together are its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[A-Za-z0-9_À-ɏͰ-ϿЀ-ӿ]+|\s+|.", re.DOTALL)
MOST = 1200
"""Tokens of a side that are compared one by one; of longer texts only the ends that are equal."""

Tokens = Sequence[str]
Block = tuple[int, int, int]


@dataclass(frozen=True)
class Piece:
    """Part of one side; changed: it is not in the other side at this place."""

    text: str
    changed: bool


def marked(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The old text with what went, and the new one with what came."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    blocks = list(_readable(_blocks(old, new), old))
    left = _pieces(old, [(start, size) for start, _, size in blocks])
    right = _pieces(new, [(start, size) for _, start, size in blocks])
    return left, right


def _blocks(old: Tokens, new: Tokens) -> list[Block]:
    """Runs of tokens that both sides have: start left, start right, length."""
    if max(len(old), len(new)) <= MOST:
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        return [(one.a, one.b, one.size) for one in matcher.get_matching_blocks()]
    head = _common(old, new)
    rest_old, rest_new = old[head:], new[head:]
    tail = _common(rest_old[::-1], rest_new[::-1])
    return [(0, 0, head), (len(old) - tail, len(new) - tail, tail)]


def _common(one: Tokens, other: Tokens) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _readable(blocks: list[Block], old: Tokens) -> Iterator[Block]:
    """Without the crumbs: a lone word or character between two changes reads better as changed."""
    last = len(old)
    for start, other, size in blocks:
        words = [token for token in old[start : start + size] if not token.isspace()]
        within = start > 0 and start + size < last
        if size and not (within and len(words) < 2 and len("".join(words)) < 4):
            yield start, other, size


def _pieces(tokens: Tokens, same: list[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces = []
    at = 0
    for start, size in [*same, (len(tokens), 0)]:
        pieces.append(Piece("".join(tokens[at:start]), True))
        pieces.append(Piece("".join(tokens[start : start + size]), False))
        at = start + size
    return tuple(piece for piece in pieces if piece.text)
