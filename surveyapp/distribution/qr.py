"""QR pictures of addresses, as SVG and PNG."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

ERROR = "q"
"""A quarter of the picture may be dirty or torn: right for slips, bags and counters."""
BORDER = 4
"""Quiet zone in modules that ISO/IEC 18004 asks for."""


@lru_cache(maxsize=2048)
def svg(address: str) -> str:
    """A standalone SVG document, black on white."""
    out = io.BytesIO()
    _make(address).save(out, kind="svg", border=BORDER, light="#fff", svgclass=None, lineclass=None)
    return out.getvalue().decode()


@lru_cache(maxsize=2048)
def inline_svg(address: str) -> str:
    """The same as an element for an HTML page; scales with its box."""
    return str(
        _make(address).svg_inline(
            border=BORDER, light="#fff", svgclass=None, lineclass=None, omitsize=True
        )
    )


def png(address: str, scale: int = 16) -> bytes:
    """A PNG with `scale` pixels a module: 16 prints sharply at 5 cm."""
    out = io.BytesIO()
    _make(address).save(out, kind="png", border=BORDER, scale=scale)
    return out.getvalue()


def _make(address: str) -> segno.QRCode:
    return segno.make_qr(address, error=ERROR)
