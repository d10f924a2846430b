"""The page on the wire: gzip made of pieces that were compressed before.

Almost all of a page is the same for everybody who gets a version in a language. Each such piece
is deflated once and ends on a byte border without memory of what came before (a full flush), so
that pieces can be put together with the few personal bytes in between; only the checksum is
computed per response (RFC 1951, RFC 1952).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END = b"\x03\x00"


@dataclass(frozen=True)
class Piece:
    """UTF-8 text and its raw deflate form, ending in a full flush."""

    text: bytes
    deflated: bytes


def piece(text: str, level: int = 9) -> Piece:
    """Compress a piece; level 9 for what is kept, a lower one for what is sent once."""
    data = text.encode()
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Piece(data, packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH))


def stored(text: str) -> Piece:
    """A short piece that is not worth compressing (at most 65,535 bytes)."""
    data = text.encode()
    size = len(data).to_bytes(2, "little")
    return Piece(data, b"\x00" + size + bytes(255 - byte for byte in size) + data)


def gzipped(pieces: Iterable[Piece]) -> bytes:
    """One gzip member of all the pieces."""
    checksum, size, body = 0, 0, [_HEAD]
    for part in pieces:
        checksum = zlib.crc32(part.text, checksum)
        size += len(part.text)
        body.append(part.deflated)
    tail = checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return b"".join([*body, _END, tail])


def plain(pieces: Iterable[Piece]) -> bytes:
    """The same for a client that does not take gzip."""
    return b"".join(part.text for part in pieces)
