"""The one font of a PDF: cut down to the characters that are used, and embedded.

Text is written as two-byte codes of the font's own glyphs; a ToUnicode table says which characters
they are, so that text can be searched and copied (PDF 32000-1:2008, 9.7 and 9.10.3).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pydyf
from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from surveyapp.distribution.labels.fontconfig import FontFile, installed
from surveyapp.findings import N_, Finding, SurveyError

UNNEEDED = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "morx", "kern")
NAMED = 12
"""Missing characters that a refusal names."""


@dataclass(frozen=True)
class Face:
    """A font that has what is to be written."""

    data: bytes
    """The font program, in the form that `kind` says."""
    kind: str
    """cff or truetype."""
    codes: Mapping[str, int]
    widths: Mapping[str, int]
    """In thousandths of the size."""
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def width(self, text: str) -> float:
        """How wide a text is at one point of size, in points."""
        return sum(self.widths[symbol] for symbol in text) / 1000

    def encoded(self, text: str) -> bytes:
        """The text as a PDF string."""
        return b"<" + b"".join(b"%04X" % self.codes[symbol] for symbol in text) + b">"


def face_for(text: Iterable[str], files: Iterable[FontFile] | None = None) -> Face:
    """The best installed font that has every character of `text`.

    Raises SurveyError `labels.no_font` where there is none; it names what is missing.
    """
    wanted = frozenset("".join(text)) | {"…", " "}
    missing: Collection[str] = wanted
    for file in installed() if files is None else files:
        try:
            font = TTFont(file.path, fontNumber=file.number, lazy=True)
        except (OSError, TTLibError):
            continue
        with font:
            lacking = {c for c in wanted if ord(c) not in (font.getBestCmap() or {})}
            if not lacking and {"CFF ", "glyf"} & set(font.keys()):
                return _cut(font, wanted)
        missing = min(missing, lacking, key=len) if lacking else missing
    raise SurveyError(_lacking(missing))


def _lacking(missing: Iterable[str]) -> Finding:
    named = sorted(missing)
    return Finding(
        "labels.no_font",
        "labels",
        N_(
            "No font of this installation has all characters of the labels ({missing}): its"
            " operator has to install one (Debian: fonts-noto-cjk). The sheet to print from the"
            " browser works without."
        ),
        {"missing": " ".join(named[:NAMED]) + (" …" if len(named) > NAMED else "")},
    )


def _cut(font: TTFont, wanted: frozenset[str]) -> Face:
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[], glyph_names=False
    )
    options.drop_tables = [*options.drop_tables, *UNNEEDED]
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(wanted))
    cutter.subset(font)
    whole = io.BytesIO()
    font.save(whole)
    cut = TTFont(io.BytesIO(whole.getvalue()))
    cff = "CFF " in cut
    data = cut.reader["CFF "] if cff else whole.getvalue()
    names, code_of = cut.getBestCmap(), _coding(cut, cff)
    size = cut["head"].unitsPerEm

    def scaled(value: int) -> int:
        return round(value * 1000 / int(size))

    head, lines = cut["head"], cut["hhea"]
    return Face(
        data,
        "cff" if cff else "truetype",
        {symbol: code_of(names[ord(symbol)]) for symbol in wanted},
        {symbol: scaled(cut["hmtx"][names[ord(symbol)]][0]) for symbol in wanted},
        (scaled(head.xMin), scaled(head.yMin), scaled(head.xMax), scaled(head.yMax)),
        scaled(lines.ascent),
        scaled(lines.descent),
    )


def _coding(cut: TTFont, cff: bool) -> Callable[[str], int]:
    """How a glyph is addressed: in a CID-keyed font by its CID, else by its number."""
    if cff and hasattr(cut["CFF "].cff.topDictIndex[0], "ROS"):
        return lambda name: int(found[1]) if (found := re.fullmatch(r"cid(\d+)", name)) else 0
    return cut.getGlyphID  # type: ignore[no-any-return]


def embedded(pdf: Any, face: Face) -> Any:
    """Put the font into a document; the object that pages refer to."""
    cff = face.kind == "cff"
    extra = {"Subtype": "/CIDFontType0C"} if cff else {"Length1": len(face.data)}
    program = _added(pdf, pydyf.Stream([face.data], extra, compress=True))
    descriptor = _added(pdf, pydyf.Dictionary({
        "Type": "/FontDescriptor", "FontName": "/AAAAAA+Labels", "Flags": 4, "ItalicAngle": 0,
        "FontBBox": pydyf.Array(face.box), "Ascent": face.ascent, "Descent": face.descent,
        "CapHeight": face.ascent, "StemV": 80,
        "FontFile3" if cff else "FontFile2": program.reference,
    }))  # fmt: skip
    widths = pydyf.Array()
    for symbol, code in sorted(face.codes.items(), key=lambda item: item[1]):
        widths.extend([code, pydyf.Array([face.widths[symbol]])])
    descendant = pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/CIDFontType0" if cff else "/CIDFontType2",
        "BaseFont": "/AAAAAA+Labels", "FontDescriptor": descriptor.reference,
        "CIDSystemInfo": pydyf.Dictionary({
            "Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"),
            "Supplement": 0,
        }),
        "DW": 1000, "W": widths,
    })  # fmt: skip
    if not cff:
        descendant["CIDToGIDMap"] = "/Identity"
    unicode = _added(pdf, pydyf.Stream([_to_unicode(face)], compress=True))
    return _added(pdf, pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": "/AAAAAA+Labels",
        "Encoding": "/Identity-H", "ToUnicode": unicode.reference,
        "DescendantFonts": pydyf.Array([_added(pdf, descendant).reference]),
    }))  # fmt: skip


def _added(pdf: Any, item: Any) -> Any:
    pdf.add_object(item)
    return item


def _to_unicode(face: Face) -> bytes:
    lines = [
        b"<%04X> <%s>" % (code, symbol.encode("utf-16-be").hex().upper().encode())
        for symbol, code in sorted(face.codes.items())
    ]
    parts = [
        b"%d beginbfchar\n%s\nendbfchar" % (len(part), b"\n".join(part))
        for part in (lines[start : start + 100] for start in range(0, len(lines), 100))
    ]
    return b"\n".join([
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        b"/CMapType 2 def /CMapName /Labels def",
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange",
        *parts,
        b"endcmap CMapName currentdict /CMap defineresource pop end end",
    ])  # fmt: skip
