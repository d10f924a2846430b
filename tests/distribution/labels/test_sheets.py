from __future__ import annotations

import io
import re
import zlib

import numpy as np
import pytest

from surveyapp.distribution.labels.face import Face, face_for
from surveyapp.distribution.labels.fontconfig import FontFile, installed
from surveyapp.distribution.labels.formats import FORMATS
from surveyapp.distribution.labels.layout import Label
from surveyapp.distribution.labels.matrices import matrices
from surveyapp.distribution.labels.paths import pdf_path, runs, svg_path
from surveyapp.distribution.labels.sheets import write_sheets
from surveyapp.findings import SurveyError

STREAM = re.compile(rb"<<(.*?)>>\nstream\n(.*?)\nendstream", re.DOTALL)


def label(n: int) -> Label:
    return Label(f"https://s.example.com/q/{n:08}", "上海南京西路店", "收据", f"{n:08}")


def streams(document: bytes) -> list[bytes]:
    found = STREAM.finditer(document)
    return [zlib.decompress(one[2]) for one in found if b"FlateDecode" in one[1]]


def written(n: int, form: str = "24", skip: int = 0) -> tuple[bytes, int, list[int]]:
    file, told = io.BytesIO(), []
    labels = [label(i) for i in range(n)]
    pages = write_sheets(file, labels, FORMATS[form], skip, lambda done, _of: told.append(done))
    return file.getvalue(), pages, told


def test_runs_cover_exactly_the_dark_modules() -> None:
    (matrix,) = matrices(["https://s.example.com/q/ABCD2345"])
    drawn = np.zeros_like(matrix)
    for row, column, length in runs(matrix):
        assert not drawn[row, column : column + length].any()
        drawn[row, column : column + length] = 1
    assert np.array_equal(drawn, matrix)
    assert pdf_path(matrix).count(b" re") == len(runs(matrix))
    assert pdf_path(matrix).startswith(b"0 0 7 1 re ")
    assert svg_path(matrix, 4).startswith("M4 4h7v1h-7z")


def test_a_page_has_one_content_stream_with_all_its_labels() -> None:
    document, pages, told = written(30, skip=20)
    assert (pages, told) == (3, [4, 28, 30])
    contents = [one for one in streams(document) if b" Tj" in one]
    assert [one.count(b" f Q") for one in contents] == [4, 24, 2]
    assert document.startswith(b"%PDF-1.7")
    assert b"/PrintScaling /None" in document
    assert b"/MediaBox [0 0 595.276 841.89]" in document


def test_the_text_says_in_unicode_what_it_is() -> None:
    document, _, _ = written(1)
    (table,) = [one for one in streams(document) if b"beginbfchar" in one]
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", table)
    means = {code: bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}
    (content,) = [one for one in streams(document) if b" Tj" in one]
    said = [
        "".join(means[text[i : i + 4]] for i in range(0, len(text), 4))
        for text in re.findall(rb"<([0-9A-F]+)> Tj", content)
    ]
    assert said == ["扫码评价服务", "Rate our service", "上海南京西路店", "收据", "00000000"]


def test_a_small_label_has_one_heading() -> None:
    document, _, _ = written(1, "65")
    (content,) = [one for one in streams(document) if b" Tj" in one]
    assert content.count(b" Tj") == 4


def latin() -> list[FontFile]:
    return [file for file in installed(b"DejaVu Sans:lang=en") if "DejaVuSans." in file.path]


def test_a_font_with_quadratic_outlines_is_embedded_too() -> None:
    files = latin()
    if not files:
        pytest.skip("DejaVu Sans is not installed")
    face = face_for(["ABC"], files)
    assert isinstance(face, Face)
    assert face.kind == "truetype"
    assert 1.5 < face.width("ABC") < 3
    assert len(set(face.codes.values())) == len(face.codes)


def test_missing_characters_are_named() -> None:
    with pytest.raises(SurveyError) as refused:
        face_for(["\U0010fffe店"], [FontFile("/nowhere", 0), *latin()])
    (finding,) = refused.value.findings
    assert finding.code == "labels.no_font"
    assert "\U0010fffe" in finding.message
