"""Many QR symbols at once: one drawn whole, the others by what differs. Pure.

Everything in a QR symbol but the mask is linear over GF(2): the data bits stand as they are, the
Reed-Solomon remainder is linear in them, and the mask and the fixed patterns are one constant. So
for addresses of one length, symbol(a XOR d) = symbol(a) XOR the effect of each bit of d, as long as
version, error level and mask stay. The effects are read off segno's own symbols; after that ten
thousand symbols are one matrix product (ISO/IEC 18004:2015, 7.4 to 7.8).

The mask is the best one of the first address. Another one might suit some of the others a little
better, but the standard lets any mask be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import segno

ERROR = "q"
AT_ONCE = 2_000
"""Symbols of one product, so that memory stays below some tens of megabytes."""
Bits = npt.NDArray[np.uint8]


def matrices(addresses: Sequence[str], error: str = ERROR) -> Iterator[Bits]:
    """The symbol of each address in order: size × size, 1 is dark, without the quiet zone.

    All addresses have one length and are ASCII. Raises ValueError for others.
    """
    rows = _bytes_of(addresses)
    base = segno.make_qr(rows[0].tobytes(), error=error, mode="byte")
    first = _modules(base)
    varying, effects = _effects(rows, base, first, error)
    for start in range(0, len(rows), AT_ONCE):
        bits = np.unpackbits(rows[start : start + AT_ONCE] ^ rows[0], axis=1)[:, varying]
        # Sums stay far below 2**24, so single precision is exact and uses the fast product.
        flips = (bits.astype(np.float32) @ effects).astype(np.int32) & 1
        yield from (first.ravel() ^ flips.astype(np.uint8)).reshape(-1, *first.shape)


def _bytes_of(addresses: Sequence[str]) -> Bits:
    if len({len(address) for address in addresses}) != 1:
        raise ValueError("addresses of one length are needed")
    whole = "".join(addresses).encode("ascii")
    return np.frombuffer(whole, np.uint8).reshape(len(addresses), -1)


def _effects(
    rows: Bits, base: segno.QRCode, first: Bits, error: str
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """The bits in which any address differs from the first, and the modules that each one flips."""
    differs = np.bitwise_or.reduce(rows ^ rows[0], axis=0)
    varying = np.flatnonzero(np.unpackbits(differs))
    effects = np.zeros((len(varying), first.size), np.float32)
    for place, bit in enumerate(varying):
        changed = rows[0].copy()
        changed[bit // 8] ^= 128 >> bit % 8
        symbol = segno.make_qr(
            changed.tobytes(), error=error, mode="byte", version=base.version, mask=base.mask
        )
        effects[place] = (_modules(symbol) ^ first).ravel()
    return varying, effects


def _modules(symbol: segno.QRCode) -> Bits:
    return np.array([list(row) for row in symbol.matrix], np.uint8)
