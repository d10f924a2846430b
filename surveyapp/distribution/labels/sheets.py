"""Sheets of labels as PDF: vectors, one content stream a page, the text in an embedded font."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import IO, Any

import pydyf

from surveyapp.distribution.labels.face import Face, embedded, face_for
from surveyapp.distribution.labels.formats import Format, places
from surveyapp.distribution.labels.layout import POINT, SMALL, Box, Label, box_of, lines_of
from surveyapp.distribution.labels.matrices import Bits, matrices
from surveyapp.distribution.labels.paths import pdf_path

QUIET = 4
"""Modules of quiet zone on each side (ISO/IEC 18004:2015, 5.3.8)."""
HEADINGS = ("扫码评价服务", "Rate our service")
Report = Callable[[int, int], None]
"""Told how many labels of how many are done."""
Placed = tuple[Label, tuple[int, float, float], Bits]


def write_sheets(
    file: IO[bytes], labels: Sequence[Label], form: Format, skip: int, report: Report
) -> int:
    """Write the labels in order, from place `skip` of the first sheet on; how many sheets.

    Raises SurveyError `labels.no_font` (see `face_for`). All addresses have one length.
    """
    headings = HEADINGS if form.size[1] >= SMALL else HEADINGS[:1]
    words = [*headings, *(part for label in labels for part in label[1:])]
    face, box, pdf = face_for(words), box_of(*form.size, form.round), _document()
    font = embedded(pdf, face)
    where = places(form, len(labels), skip)
    drawn = matrices([label.address for label in labels])
    done = 0
    every: Iterator[Placed] = zip(labels, where, drawn, strict=True)
    for _sheet, group in groupby(every, key=lambda one: one[1][0]):
        content = []
        for label, (_, left, top), matrix in group:
            low = form.sheet[1] - top - form.size[1]
            lines = lines_of(label, box, headings, face.width)
            content.append(b"q 1 0 0 1 %.3f %.3f cm" % (left, low))
            content += [_symbol(box, matrix), _text(face, lines), b"Q"]
            done += 1
        _add_page(pdf, form, font, b"\n".join(content))
        report(done, len(labels))
    pdf.write(file, version=b"1.7", identifier=True)
    return int(pdf.pages["Count"])


def _document() -> Any:
    pdf = pydyf.PDF()
    pdf.info["Title"] = pydyf.String("Labels")
    # A printer driver that fits pages to its margins would shift every label.
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"PrintScaling": "/None"})
    return pdf


def _symbol(box: Box, matrix: Bits) -> bytes:
    left, low, side = box.symbol
    module = side / (len(matrix) + 2 * QUIET)
    x, y = left + QUIET * module, low + side - QUIET * module
    return b"q %.5f 0 0 %.5f %.3f %.3f cm %s Q" % (module, -module, x, y, pdf_path(matrix))


def _text(face: Face, lines: Iterable[tuple[float, float, float, str]]) -> bytes:
    written = [
        b"/F %.3f Tf 1 0 0 1 %.3f %.3f Tm %s Tj" % (size * POINT, x, y, face.encoded(text))
        for x, y, size, text in lines
    ]
    return b"BT %s ET" % b" ".join(written)


def _add_page(pdf: Any, form: Format, font: Any, content: bytes) -> None:
    scaled = b"%.6f 0 0 %.6f 0 0 cm\n%s" % (1 / POINT, 1 / POINT, content)
    stream = pydyf.Stream([zlib.compress(scaled)], {"Filter": "/FlateDecode"})
    pdf.add_object(stream)
    size = pydyf.Array([0, 0, *(round(length / POINT, 3) for length in form.sheet)])
    fonts = pydyf.Dictionary({"F": font.reference})
    pdf.add_page(pydyf.Dictionary({
        "Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": size,
        "Contents": stream.reference, "Resources": pydyf.Dictionary({"Font": fonts}),
    }))  # fmt: skip
