"""The symbols of many labels as single pictures in a ZIP file, with a list of what each one is."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

import numpy as np

from surveyapp.distribution.labels.layout import Label
from surveyapp.distribution.labels.matrices import Bits, matrices
from surveyapp.distribution.labels.paths import svg_path
from surveyapp.distribution.labels.sheets import QUIET, Report
from surveyapp.tabular.safe_csv import write_csv

SCALE = 16
"""Pixels of a module in PNG: prints sharply at 5 cm."""
REPORTED = 100
LIST = "codes.csv"


def write_pictures(file: IO[bytes], labels: Sequence[Label], kind: str, report: Report) -> None:
    """Write CODE.svg or CODE.png (`kind`) for each label, and the list of codes and addresses."""
    draw = {"svg": svg, "png": png}[kind]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        drawn = matrices([label.address for label in labels])
        for done, (label, matrix) in enumerate(zip(labels, drawn, strict=True), 1):
            archive.writestr(f"{_name(label)}.{kind}", draw(matrix))
            if done % REPORTED == 0 or done == len(labels):
                report(done, len(labels))
        archive.writestr(LIST, _list(labels, kind))


def svg(matrix: Bits) -> bytes:
    """A standalone SVG document, black on white, one unit a module."""
    side = len(matrix) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' width="{side}mm" height="{side}mm"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{svg_path(matrix, QUIET)}"/></svg>\n'
    ).encode()


def png(matrix: Bits) -> bytes:
    """A grey PNG of one bit a pixel (ISO/IEC 15948): 0 is black."""
    framed = np.pad(1 - matrix, QUIET, constant_values=1)
    row = np.packbits(np.repeat(framed, SCALE, axis=1), axis=1)
    lines = np.zeros((len(framed) * SCALE, row.shape[1] + 1), np.uint8)
    # Equal rows cost nothing under the filter "as above" (2).
    lines[:, 0] = 2
    lines[::SCALE, 0] = 0
    lines[::SCALE, 1:] = row
    side = len(lines)
    return b"".join([
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(lines.tobytes())),
        _chunk(b"IEND", b""),
    ])  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)


def _name(label: Label) -> str:
    return label.code.replace("-", "")


def _list(labels: Sequence[Label], kind: str) -> bytes:
    text = io.StringIO(newline="")
    rows = ([one.code, one.address, one.store, one.place, f"{_name(one)}.{kind}"] for one in labels)
    write_csv(text, ["code", "address", "store", "place", "file"], rows)
    return text.getvalue().encode("utf-8-sig")
