"""Files are right, cells are inert and legible, a full disk leaves nothing."""

from __future__ import annotations

import csv
import io
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks._mixtures import START, mixture
from surveyapp.datasets.blanks import MISSING_CODES, OFF_PATH, REFUSED, UNANSWERED
from surveyapp.datasets.exports import csv_file
from surveyapp.datasets.exports.content import Content
from surveyapp.datasets.exports.names import spss_names, stata_names
from surveyapp.datasets.exports.writing import ENDINGS, FORMATS, write_files
from surveyapp.datasets.reading import Row
from surveyapp.datasets.table import build
from surveyapp.designer.document import Document
from surveyapp.designer.library import template
from surveyapp.findings import SurveyError
from surveyapp.tabular.safe_csv import unguarded, write_csv
from tests.datasets.scored import EVERYTHING, REASONS_GIVEN
from tests.datasets.scored import dataset as scored

DESCRIBED = {
    **dict.fromkeys(FORMATS, ("ddi", "package")),
    "csv": ("ddi", "package", "notebook", "r"),
    "long": (),
}
NASTY = (
    '=HYPERLINK("http://x")',
    "+1+2",
    "-2+3|cmd",
    "@SUM(A1)",
    "\t=1",
    "'=quoted",
    "_x000D_ literal",
    "第一行\r\n第二行\r第三行\n第四行",
    "𠮷野家 👩👧 ok",
    'comma, "quote"; semicolon',
    "  leading",
    "NULL",
    "007",
    "-99",
    "TRUE",
    "1e5",
    "null\x00byte\x0b",
    "half \ud83d surrogate",
    "#N/A",
)
DOCUMENT = Document.model_validate(
    {
        "pages": [
            {
                "id": "p",
                "questions": [
                    {
                        "id": "why",
                        "type": "single",
                        "title": {"zh-Hans": "为什么？", "en": "Why?"},
                        "options": [
                            {"id": "slow", "label": {"zh-Hans": "太慢", "en": "Slow"}},
                            {"id": "fine", "label": {"zh-Hans": "很好", "en": "Fine"}},
                        ],
                    },
                    {
                        "id": "which",
                        "type": "multiple",
                        "options": [{"id": "a", "label": {"en": "A"}}, {"id": "b"}],
                    },
                    {"id": "mark", "type": "likert", "scale": {"points": 7}},
                    {"id": "nps", "type": "nps", "low": {"en": "Never"}, "high": {"en": "Surely"}},
                    {"id": "paid", "type": "number", "decimals": 2},
                    {
                        "id": "words",
                        "type": "long_text",
                        "show": {"==": [{"answer": "why"}, "slow"]},
                    },
                ],
            }
        ]
    }
)


def rows() -> list[Row]:
    made = []
    for number, words in enumerate(NASTY, 1):
        answers: dict[str, Any] = {
            "why": "slow", "which": ["b"], "mark": number % 7 + 1, "nps": number % 11,
            "paid": number * 1.1, "words": words,
        }  # fmt: skip
        made.append(row(number, answers))
    made.append(row(len(made) + 1, {"why": "fine", "words": "off the path"}))
    made.append(row(len(made) + 1, {"why": "slow", "which": [], "paid": -99}))
    return made


def row(number: int, answers: dict[str, Any]) -> Row:
    end = START + timedelta(seconds=90.5)
    facts = {"customer": {"city": "=上海", "store": "南京路店"}, "touchpoint": {}}
    return Row(
        number, 1, "link", "zh-Hans", answers, facts, START, end, "上海 / high", 1 / 3, 3.0, 300
    )


@pytest.fixture(scope="module")
def content() -> Content:
    data = build(rows(), {1: DOCUMENT}, title="售后", timezone="Asia/Shanghai", language="en")
    log = (("2026-03-02 09:00:00+08:00", "2", "exclude", "1", "speed", "=risky", "a@example.com"),)
    return Content(data, {2: "speed hurried"}, {2: "speed"}, log, "en")


def expected_words() -> list[str]:
    clean = [w.replace("\r\n", "\n").replace("\r", "\n") for w in NASTY]
    return ["".join(c for c in w if c not in "\x00\x0b\ud83d") for w in clean]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_writes_checks_and_offers(content: Content, tmp_path: Path, kind: str) -> None:
    files = write_files(tmp_path, "study-1", content, kind)
    assert [f.kind for f in files] == [kind, "codebook", "log", "weights", *DESCRIBED[kind]]
    assert files[0].rows == len(NASTY) + 2
    assert files[0].path.name == f"study-1{ENDINGS.get(kind, f'.{kind}')}"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(f.path.name for f in files)


def test_csv_is_inert_and_legible(content: Content, tmp_path: Path) -> None:
    path = write_files(tmp_path, "s", content, "csv")[0].path
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    words = [r["words"] for r in found]
    for raw in words[:5]:
        assert raw.startswith("'")
    assert [unguarded(w) for w in words[: len(NASTY)]] == expected_words()
    assert found[0]["city"] == "'=上海"
    assert found[0]["completed_on"] == "2026-03-02"
    assert found[0]["completed_at"].endswith("+08:00")
    assert found[1]["excluded"] == "1"
    assert found[1]["flags"] == "speed hurried"


def test_blanks_keep_their_reason_in_every_format(content: Content, tmp_path: Path) -> None:
    path = write_files(tmp_path, "s", content, "csv")[0].path
    with path.open(encoding="utf-8-sig", newline="") as file:
        *_, fine, last = list(csv.DictReader(file))
    assert fine["words"] == ""
    assert fine["unanswered"] == "which.a which.b mark nps paid"
    assert "words" in last["unanswered"].split()
    assert last["paid"] == "-99"

    path = write_files(tmp_path, "s", content, "sav")[0].path
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert frame["mark"].iloc[-2] == MISSING_CODES[UNANSWERED]
    assert meta.variable_value_labels["mark"][float(MISSING_CODES[OFF_PATH])]
    plain, _ = pyreadstat.read_sav(str(path))
    assert plain["mark"].isna().iloc[-1]
    assert plain["paid"].iloc[-1] == -99, "a real answer is not taken for a missing code"


def test_spss_has_labels(content: Content, tmp_path: Path) -> None:
    path = write_files(tmp_path, "s", content, "sav")[0].path
    frame, meta = pyreadstat.read_sav(str(path))
    assert meta.column_names_to_labels["why"] == "Why?"
    assert meta.variable_value_labels["why"]["slow"] == "Slow"
    assert meta.variable_value_labels["which.b"][1.0] == "Chosen"
    assert frame["words"].iloc[7] == "第一行\n第二行\n第三行\n第四行"
    assert frame["design_weight"].iloc[0] == 3


def test_xlsx_has_no_formula_and_four_sheets(content: Content, tmp_path: Path) -> None:
    path = write_files(tmp_path, "s", content, "xlsx")[0].path
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["data", "labels", "codebook", "cleaning log"]
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds
    header = [cell.value for cell in book["data"][1]]
    assert book["data"].cell(2, header.index("words") + 1).value == NASTY[0]
    assert book["labels"].cell(2, header.index("why") + 1).value == "Slow"
    assert book["cleaning log"].cell(2, 6).value == "=risky"


def test_parquet_keeps_types_and_the_codebook(content: Content, tmp_path: Path) -> None:
    path = write_files(tmp_path, "s", content, "parquet")[0].path
    table = pq.read_table(path)
    assert str(table.schema.field("mark").type) == "int8"
    assert table["words"].to_pylist()[: len(NASTY)] == expected_words()
    assert "为什么？" in table.schema.metadata[b"codebook"].decode()


@pytest.mark.parametrize("kind", FORMATS)
def test_an_empty_study_gives_a_file_with_its_columns(tmp_path: Path, kind: str) -> None:
    data = build([], {1: template("aftersales")}, timezone="Asia/Shanghai")
    files = write_files(tmp_path, "empty", Content(data, {}, {}, (), "zh-Hans"), kind)
    assert files[0].rows == 0


@pytest.mark.parametrize("kind", FORMATS)
def test_a_damaged_cell_is_found(content: Content, tmp_path: Path, kind: str) -> None:
    """Withholding is real: written from one dataset, checked against another."""
    changed = [replace(r, answers={**r.answers, "mark": 7}) if r.id == 3 else r for r in rows()]
    data = build(changed, {1: DOCUMENT}, title="售后", timezone="Asia/Shanghai", language="en")
    other = replace(content, data=data)

    original = FORMATS[kind]

    class Swapping:
        write = staticmethod(original.write)

        @staticmethod
        def check(path: Path, _content: Content, progress: Any) -> None:
            original.check(path, other, progress)

    FORMATS[kind] = Swapping  # type: ignore[assignment]
    try:
        with pytest.raises(SurveyError) as error:
            write_files(tmp_path, "s", content, kind)
    finally:
        FORMATS[kind] = original
    assert error.value.findings[0].code == "export.differs"
    assert list(tmp_path.iterdir()) == []


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: the kernel refuses the write as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.fault
@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    made, _ = mixture({"genuine": 400}, seed=1)
    data = build(made, {1: template("aftersales")}, timezone="Asia/Shanghai")
    kept = tmp_path / f"s.{kind}"
    kept.write_text("an earlier export")
    with disk_of(6000), pytest.raises(SurveyError) as error:
        write_files(tmp_path, "s", Content(data, {}, {}, (), "en"), kind)
    assert error.value.findings[0].code in ("export.disk_full", "export.not_written")
    if kind not in ("sav", "dta"):  # the library of these hides the system's reason
        assert error.value.findings[0].code == "export.disk_full"
    assert [p.name for p in tmp_path.iterdir()] == [kept.name]
    assert kept.read_text() == "an earlier export"


def test_a_sheet_that_is_too_small_is_said_before_writing(
    content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveyapp.datasets.exports.xlsx_file.MAX_ROWS", len(content))
    with pytest.raises(SurveyError) as error:
        write_files(tmp_path, "s", content, "xlsx")
    assert error.value.findings[0].code == "export.too_large"


def test_an_unknown_format_is_refused(content: Content, tmp_path: Path) -> None:
    with pytest.raises(SurveyError) as error:
        write_files(tmp_path, "s", content, "docx")
    assert error.value.findings[0].code == "export.format"


def test_progress_is_told(content: Content, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report: Callable[[str, int, int], None] = lambda *how_far: told.append(how_far)  # noqa: E731
    write_files(tmp_path, "s", content, "csv", report)
    assert told[0] == ("Writing the file", 0, len(content))
    assert told[-1] == ("Reading it back", len(content), len(content))


def test_spss_names_are_legal_and_unique() -> None:
    long = "q" * 40 + "." + "x" * 40
    names = spss_names(["with", "a.b", long, long + "y", "9x", "A.b", "q3", "x."])
    assert len({n.upper() for n in names.values()}) == 8
    assert all(len(n) <= 64 and n[0].isalpha() and not n.endswith(".") for n in names.values())
    assert names["a.b"] == "a.b"
    assert names["with"] != "with"


def test_stata_names_are_short_legal_and_unique() -> None:
    long = "q" * 40
    names = stata_names(["with", "_n", "a.b", "a_b", long, long + "y", "int", "9x"])
    assert len({n.upper() for n in names.values()}) == 8
    assert all(len(n) <= 32 and n[0].isalpha() and "." not in n for n in names.values())
    assert (names["a.b"], names["a_b"] != "a_b") == ("a_b", True)


def test_numbers_in_csv_are_plain_and_exact() -> None:
    assert [csv_file.text(c) for c in (3.0, 0.1, 1 / 3, None, 7, 1e20)] == [
        "3", "0.1", repr(1 / 3), "", "7", "1e+20",
    ]  # fmt: skip


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(-5, 5),
            st.floats(allow_nan=False, allow_infinity=False),
            st.text(st.sampled_from("a,\"'\r\n =+-@1é"), max_size=6),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_lines_are_what_the_csv_module_writes(cells: list[Any]) -> None:
    """A second column, because the module quotes the empty cell of a single one."""
    file = io.StringIO()
    write_csv(file, ("a", "b"), [(csv_file.text(cell), "x") for cell in cells])
    lines = csv_file._lines([cells, ["x"] * len(cells)])
    assert f"a,b\r\n{lines}" == file.getvalue()


def test_the_long_form_has_a_row_per_answer_with_its_label_or_reason(tmp_path: Path) -> None:
    data = scored(EVERYTHING, REASONS_GIVEN)
    content = Content(data, {}, {2: "speed"}, (), "en")
    path = write_files(tmp_path, "s", content, "long")[0].path
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 2 * len(data.codebook.answers)
    cells = {(row["response"], row["variable"]): row for row in found}
    fixed = cells["1", "fixed"]
    assert (fixed["value"], fixed["label_en"], fixed["question"]) == ("partly", "In part", "fixed")
    assert cells["1", "speed.soon"]["question"] == "speed"
    assert cells["1", "order"]["value"] == "'=A1"
    refused = cells["2", "happy"]
    assert (refused["value"], refused["label_en"]) == ("", "")
    assert refused["blank"] == str(MISSING_CODES[REFUSED])
    assert (fixed["analysis_weight"], refused["analysis_weight"]) == ("1", "")
