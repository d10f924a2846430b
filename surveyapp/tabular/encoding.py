"""Which encoding a text file is in: UTF-8, UTF-16 or GB18030, and only then a guess.

Excel on Chinese Windows writes CSV as GB18030 and "Unicode text" as UTF-16; everything else
writes UTF-8. A whole-file strict decode decides, because the first Chinese character may stand
anywhere; statistics over bytes (charset-normalizer) are asked last, and the result says so.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from surveyapp.findings import N_
from surveyapp.tabular.limits import unusable

CHUNK = 1 << 20
SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_CONTROL = frozenset(range(32)) - {9, 10, 11, 12, 13, 26, 27}


@dataclass(frozen=True)
class Encoding:
    """A Python codec name, and whether it is a guess rather than a proof."""

    name: str
    guessed: bool = False


def detect(stream: BinaryIO, filename: str) -> Encoding:
    """The encoding of the text in `stream`, which is left at its start.

    Raises SurveyError `table.empty` for a file without content and `table.not_text` for bytes
    that are text in no encoding.
    """
    sample = _sample(stream)
    if not sample.strip(b" \t\r\n\0"):
        raise unusable(
            "empty", filename, N_('The file "{name}" is empty. Choose one with data.'),
            name=filename,
        )  # fmt: skip
    encoding = _of(stream, sample)
    if encoding is None:
        raise unusable(
            "not_text",
            filename,
            N_('The file "{name}" is not a text table. Save it as CSV (UTF-8) or as .xlsx.'),
            name=filename,
        )
    return encoding


def _sample(stream: BinaryIO) -> bytes:
    stream.seek(0)
    sample = stream.read(SAMPLE)
    stream.seek(0)
    return sample


def _of(stream: BinaryIO, sample: bytes) -> Encoding | None:
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name) if decodes(stream, name) else None
    proven = _unmarked(stream, sample)
    return Encoding(proven) if proven else _guess(stream, sample)


def _unmarked(stream: BinaryIO, sample: bytes) -> str | None:
    if b"\0" in sample:
        return _utf16_by_zeros(stream, sample)
    if any(byte in _CONTROL for byte in sample):
        return None
    if decodes(stream, "utf-8"):
        return "utf-8"
    if _looks_chinese(stream):
        return "gb18030"
    return None


def _utf16_by_zeros(stream: BinaryIO, sample: bytes) -> str | None:
    """UTF-16 without a mark shows as zeros on one side of the byte pairs only."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even and odd:
        return None
    name = "utf-16-be" if even else "utf-16-le"
    return name if max(even, odd) * 5 > len(sample) // 2 and decodes(stream, name) else None


def decodes(stream: BinaryIO, name: str) -> bool:
    """Whether the whole stream is valid in the codec `name`; leaves it at its start."""
    try:
        for _ in _decoded(stream, name):
            pass
    except UnicodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _decoded(stream: BinaryIO, name: str) -> Iterator[str]:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _looks_chinese(stream: BinaryIO) -> bool:
    """Valid GB18030 whose characters are mostly everyday ones.

    Western 8-bit text is often valid GB18030 too, but gives rare characters then; not such of four
    bytes, which would be an accent, a digit, an accent and a digit.
    """
    everyday = foreign = 0
    try:
        for text in _decoded(stream, "gb18030"):
            beyond = "".join(character for character in text if character > "\x7f")
            foreign += len(beyond)
            everyday += len(beyond.encode("gb2312", "ignore")) // 2
            everyday += len(beyond.encode("gb18030")) // 2 - len(beyond)
    except UnicodeError:
        return False
    finally:
        stream.seek(0)
    return everyday * 2 >= foreign


def _guess(stream: BinaryIO, sample: bytes) -> Encoding | None:
    if any(byte in _CONTROL for byte in sample):
        return None
    import charset_normalizer

    part = _telling_part(stream)
    if _looks_western(part) and decodes(stream, "cp1252"):
        return Encoding("cp1252", guessed=True)
    best = charset_normalizer.from_bytes(part).best()
    if best is None or not decodes(stream, best.encoding):
        return None
    return Encoding(best.encoding, guessed=True)


def _looks_western(part: bytes) -> bool:
    """Letters beyond ASCII stand alone among others, as accents do and no other script."""
    runs = _BEYOND_ASCII.findall(part)
    return sum(len(run) == 1 for run in runs) * 10 > len(runs) * 9


def _telling_part(stream: BinaryIO) -> bytes:
    """The first stretch of the file that holds anything beyond ASCII."""
    stream.seek(0)
    while (chunk := stream.read(SAMPLE)).isascii() and chunk:
        pass
    return chunk
