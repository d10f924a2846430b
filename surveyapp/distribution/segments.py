"""How many parts a text is sent, and billed, in. Pure.

GSM 03.38 packs 160 seven-bit characters into one part, or 153 into each of several; its extension
characters cost two and are not split. One character outside it turns the whole text into UCS-2:
70 sixteen-bit units, or 67 of several; a surrogate pair is not split.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
LIMITS = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True)
class Count:
    """A text's size. encoding: "GSM-7" or "UCS-2". units: septets or 16-bit units. segments:
    parts. left: units still free in the last part. culprits: the distinct characters that forced
    UCS-2, in order of appearance.
    """

    encoding: str
    units: int
    segments: int
    left: int
    culprits: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """For the live counter of the editor."""
        return {**asdict(self), "culprits": list(self.culprits)}


def count(text: str) -> Count:
    """Count `text` as a provider does that neither replaces nor normalises characters."""
    culprits = tuple(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENSION))
    encoding = "UCS-2" if culprits else "GSM-7"
    widths = [_width(c, encoding) for c in text]
    single, several = LIMITS[encoding]
    units = sum(widths)
    if units <= single:
        return Count(encoding, units, 1 if text else 0, single - units, culprits)
    parts, used = _fill(widths, several)
    return Count(encoding, units, parts, several - used, culprits)


def _width(character: str, encoding: str) -> int:
    if encoding == "GSM-7":
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _fill(widths: Iterable[int], room: int) -> tuple[int, int]:
    """Parts needed when no character is split, and units used in the last one."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts, used
