"""Fonts of the operating system, asked of fontconfig as other programs ask."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from typing import NamedTuple

PATTERN = b"Noto Sans CJK SC,Source Han Sans SC,PingFang SC,Microsoft YaHei,sans-serif:lang=zh-cn"
_MATCH_PATTERN = 0


class FontFile(NamedTuple):
    """A font's file, and which font of a collection it is."""

    path: str
    number: int


class _FontSet(ctypes.Structure):
    _fields_ = (
        ("nfont", ctypes.c_int),
        ("sfont", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    )


def installed(pattern: bytes = PATTERN) -> Iterator[FontFile]:
    """Installed fonts, the best for `pattern` first; none where there is no fontconfig."""
    name = ctypes.util.find_library("fontconfig")
    if name is None:
        return
    library = ctypes.CDLL(name)
    library.FcNameParse.restype = ctypes.c_void_p
    library.FcNameParse.argtypes = (ctypes.c_char_p,)
    library.FcConfigSubstitute.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
    library.FcDefaultSubstitute.argtypes = (ctypes.c_void_p,)
    library.FcFontSort.restype = ctypes.POINTER(_FontSet)
    library.FcFontSort.argtypes = (
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p,
    )  # fmt: skip
    asked = library.FcNameParse(pattern)
    library.FcConfigSubstitute(None, asked, _MATCH_PATTERN)
    library.FcDefaultSubstitute(asked)
    found = library.FcFontSort(None, asked, 1, None, ctypes.byref(ctypes.c_int()))
    library.FcPatternDestroy(ctypes.c_void_p(asked))
    if not found:
        return
    try:
        for place in range(found.contents.nfont):
            one = _file_of(library, found.contents.fonts[place])
            if one:
                yield one
    finally:
        library.FcFontSetDestroy(found)


def _file_of(library: ctypes.CDLL, pattern: int) -> FontFile | None:
    path, index = ctypes.c_char_p(), ctypes.c_int()
    key = ctypes.c_void_p(pattern)
    if library.FcPatternGetString(key, b"file", 0, ctypes.byref(path)) or path.value is None:
        return None
    library.FcPatternGetInteger(key, b"index", 0, ctypes.byref(index))
    return FontFile(path.value.decode(), index.value & 0xFFFF)
