import csv
import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveyapp.findings import SurveyError
from surveyapp.tabular import delimited, limits
from surveyapp.tabular.table import clean_name, open_rows

CHINESE = "客户编号,姓名,城市\r\n1,张伟,上海\r\n2,李娜,北京\r\n"


def read(source, filename="customers.csv"):
    with open_rows(source, filename) as table:
        return table, list(table.rows)


def code_of(source, filename="customers.csv"):
    with pytest.raises(SurveyError) as caught, open_rows(source, filename) as table:
        list(table.rows)
    return caught.value.findings[0]


def workbook(*rows, title="Sheet", more=()):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (CHINESE.encode("utf-8"), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.replace(",", "\t").encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_files_from_excel_are_read_whatever_their_encoding(raw, encoding):
    table, rows = read(raw)
    assert table.encoding == encoding
    assert table.header == ["客户编号", "姓名", "城市"]
    assert rows == [(2, ["1", "张伟", "上海"]), (3, ["2", "李娜", "北京"])]
    assert table.findings == ()


def test_the_first_chinese_character_may_stand_far_into_the_file():
    raw = b"id,name\n" + b"1,Ann\n" * 30_000 + "2,𠮷田\n".encode("gb18030")
    table, rows = read(raw)
    assert table.encoding == "gb18030"
    assert rows[-1] == (30_002, ["2", "𠮷田"])


def test_western_text_is_not_mistaken_for_chinese():
    raw = ("id;name;city\n" + "1;Müller;Düsseldorf\n2;Jürgen Groß;Köln\n" * 20).encode("cp1252")
    table, rows = read(raw)
    assert rows[0][1] == ["1", "Müller", "Düsseldorf"]
    assert [finding.code for finding in table.findings] == ["table.encoding_guessed"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_rows(delimiter):
    text = '编号;a,b,评语\n1;2,3,"x;y,z"\n'.replace(";", "·").replace(",", delimiter)
    table, rows = read(text.encode())
    assert table.delimiter == delimiter
    assert len(table.header) == 3
    assert len(rows[0][1]) == 3


def test_a_column_alone_and_the_hint_of_excel():
    assert read(b"phone\n13800138000\n")[1] == [(2, ["13800138000"])]
    table, rows = read(b"sep=;\r\na;b\r\n1;2\r\n")
    assert table.header == ["a", "b"]
    assert rows == [(3, ["1", "2"])]


def test_rows_keep_the_numbers_of_the_spreadsheet():
    table, rows = read(b'\n\nid,note\n\n1,"two\nlines"\n,\n2,x\n')
    assert table.header_row == 3
    assert rows == [(5, ["1", "two\nlines"]), (7, ["2", "x"])]


def test_short_rows_are_filled_and_surplus_text_is_kept_for_the_reader_to_report():
    _, rows = read(b"a,b\n1\n1,2,,\n1,2,,oops\n")
    assert [cells for _, cells in rows] == [["1", ""], ["1", "2"], ["1", "2", "", "oops"]]


def test_headers_are_cleaned_and_blank_ones_named():
    table, _ = read("\ufeff a  b ,,c,,\n1,2,3,,\n".encode())
    assert table.header == ["a b", "column_2", "c"]
    assert clean_name("e\u0301\u200b") == "é"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "table.empty"),
        (b" \r\n\t\n", "table.empty"),
        (b",,,\n,,\n", "table.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "table.not_text"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "table.not_text"),
        (b"\0" * 20 + b"abc\0\0\0\0d", "table.not_text"),
        (b"a,b\n1,\x01\x02\x03\n", "table.not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "table.old_or_locked"),
        (b"PK\x03\x04 not a zip at all", "table.not_a_workbook"),
        (b"id,phone,phone\n1,2,3\n", "table.duplicate_column"),
        (b'a,b\n1,"never closed\n2,x\n3,y\n', "table.malformed"),
    ],
)
def test_what_cannot_be_read_says_why(raw, code):
    finding = code_of(raw)
    assert finding.code == code
    assert finding.message


def test_a_missing_file_and_a_folder_say_so(tmp_path):
    assert code_of(tmp_path / "none.csv").code == "table.unreadable"
    assert code_of(tmp_path, None).params["name"] == tmp_path.name


def test_duplicate_headers_name_both_places():
    assert "2 and 3" in code_of(b"id,phone, phone \n1,2,3\n").message


@pytest.mark.parametrize("raw", [b"a," * 1_000_000, b"id\n" + b"x," * 1_000_000])
def test_a_million_columns_are_refused_by_line(raw):
    finding = code_of(raw)
    assert finding.code == "table.too_wide"
    assert str(limits.MAX_COLUMNS) in finding.message


def test_a_line_without_end_is_refused_before_it_is_held():
    raw = b"id,name\n1," + b"x" * (limits.MAX_LINE + 10)
    assert code_of(raw).code == "table.line_too_long"


def test_an_unclosed_quotation_mark_in_a_big_file_is_refused_where_it_begins():
    finding = code_of(b'id,name\n1,x\n2,"oops\n' + b"3,abcdefgh\n" * 50_000)
    assert finding.code == "table.malformed"
    assert finding.place == "row:3"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("offset", range(-4, 3))
def test_a_record_may_straddle_the_sniffed_part(end, offset, monkeypatch):
    monkeypatch.setattr(delimited, "_SNIFFED_CHARACTERS", 30 + offset)
    text = end.join(f"{number},city {number}" for number in range(9))
    _, rows = read(text.encode())
    assert [cells for _, cells in rows] == [[str(n), f"city {n}"] for n in range(1, 9)]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_was_written_is_read(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["a", "b", "c"], *rows])
    _, found = read(out.getvalue().encode())
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert [cells for _, cells in found] == filled


def test_a_workbook_gives_text_as_a_person_would_type_it():
    raw = workbook(
        ["编号", "手机", "日期", "时刻", "钟点", "金额", "好", "空"],
        [7, 13800138000.0, date(2026, 3, 1), datetime.fromisoformat("2026-03-01T09:05"),
         time(9, 5), 0.1 + 0.2, True, None],
        [],
        ["x"],
    )  # fmt: skip
    table, rows = read(raw, "customers.xlsx")
    assert table.header[:2] == ["编号", "手机"]
    first = ["7", "13800138000", "2026-03-01", "2026-03-01 09:05:00", "09:05:00", "0.3", "TRUE", ""]
    assert rows[0] == (2, first)
    assert rows[1] == (4, ["x"] + [""] * 7)


def test_a_workbook_is_known_by_its_content_and_other_sheets_are_mentioned():
    table, _ = read(workbook(["a"], [1], title="客户", more=["说明"]), "customers.csv")
    assert table.encoding is None
    assert [finding.code for finding in table.findings] == ["table.other_sheets"]
    assert "客户" in table.findings[0].message


def test_an_empty_sheet_and_a_cut_off_workbook_are_refused():
    assert code_of(workbook()).code == "table.empty"
    whole = workbook(["a", "b"], *[[n, n] for n in range(2000)])
    assert code_of(whole[: len(whole) // 2]).code == "table.not_a_workbook"


def rezipped(raw, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def test_a_workbook_that_would_fill_the_memory_is_refused_unread(monkeypatch):
    monkeypatch.setattr("surveyapp.tabular.workbook.MAX_UNPACKED", 1000)
    assert code_of(workbook(["a"], [1])).code == "table.too_large"


def test_a_row_of_a_million_cells_is_refused_before_it_is_parsed():
    def widen(name, data):
        if name != "xl/worksheets/sheet1.xml":
            return data
        row = b"<row>" + b"<c><v>1</v></c>" * 1_200_000 + b"</row>"
        return data.replace(b"</sheetData>", row + b"</sheetData>")

    assert code_of(rezipped(workbook(["a"], [1]), widen)).code == "table.too_wide"


def test_a_far_row_number_does_not_make_a_billion_blank_rows(monkeypatch):
    monkeypatch.setattr("surveyapp.tabular.workbook.MAX_SHEET_ROWS", 1000)

    def far(name, data):
        return data.replace(b'r="2"', b'r="999999999"').replace(b'r="A2"', b'r="A999999999"')

    assert code_of(rezipped(workbook(["a"], [1]), far)).code == "table.too_wide"


def test_entities_are_refused():
    def bomb(name, data):
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + data if name.endswith("sheet1.xml") else data

    assert code_of(rezipped(workbook(["a"], [1]), bomb)).code == "table.not_a_workbook"


def test_a_damaged_sheet_is_refused_even_half_way():
    def cut(name, data):
        return data[:-60] if name.endswith("sheet1.xml") else data

    raw = rezipped(workbook(["a"], *[[n] for n in range(500)]), cut)
    assert code_of(raw).code == "table.not_a_workbook"


def test_hidden_sheets_are_not_read():
    book = openpyxl.load_workbook(io.BytesIO(workbook(["secret"], [1], more=["客户"])))
    book["客户"].append(["a"])
    book["Sheet"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue())[0].header == ["a"]


def test_paths_and_foreign_streams_work_and_foreign_streams_stay_open(tmp_path: Path):
    path = tmp_path / "客户.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    assert len(read(path, None)[1]) == 2
    stream = io.BytesIO(CHINESE.encode())
    assert len(read(stream)[1]) == 2
    assert not stream.closed


def test_western_text_far_into_the_file_is_guessed_from_where_it_is():
    raw = b"id;city\n" + b"1;Bonn\n" * 20_000 + "2;Düsseldorf\n3;Köln\n".encode("cp1252") * 40
    table, rows = read(raw)
    assert rows[-1][1] == ["3", "Köln"]
    assert table.findings[0].code == "table.encoding_guessed"


@pytest.mark.parametrize(
    ("encoding", "city"), [("shift_jis", "東京都は日本の首都です"), ("cp1251", "Санкт-Петербург")]
)
def test_other_scripts_are_guessed_and_marked_as_a_guess(encoding, city):
    raw = ("id,city\n" + f"1,{city}\n" * 40).encode(encoding)
    table, rows = read(raw)
    assert table.findings[0].code == "table.encoding_guessed"
    assert len(rows) == 40


def test_bytes_without_a_name_are_called_a_file():
    assert '"file"' in code_of(b"", None).message


def test_a_zip_that_is_no_workbook_and_one_without_visible_sheets_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("letter.txt", "dear")
    assert code_of(out.getvalue()).code == "table.not_a_workbook"

    def hide(name, data):
        return data.replace(b'state="visible"', b'state="hidden"') if "workbook" in name else data

    assert code_of(rezipped(workbook(["a"], [1]), hide)).code == "table.empty"


def test_a_workbook_with_a_flipped_byte_or_a_locked_part_is_refused():
    raw = workbook(["a", "b"], *[[n, n * 7] for n in range(3000)])
    place = raw.index(b"xl/worksheets/sheet1.xml") + 2000
    broken = (
        raw[:place] + bytes(byte ^ 0xFF for byte in raw[place : place + 40]) + raw[place + 40 :]
    )
    assert code_of(broken).code == "table.not_a_workbook"
    central = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"xl/worksheets/sheet1.xml"))
    locked = raw[: central + 8] + bytes([raw[central + 8] | 1]) + raw[central + 9 :]
    assert code_of(locked).code == "table.not_a_workbook"


def test_bytes_that_are_text_in_no_encoding_are_refused():
    noise = bytes.fromhex(
        "e1b598fc87e3ee80f2c4ba9ad187858682e1b7ec87b8f0febbd8bbb8f5ca85ea99afcb9ed5ecb0cdc8ff"
        "e488fabee7eaacdddf96f09ba9e4defd87f8"
    )
    with pytest.raises(SurveyError) as refusal:
        open_rows(noise, "noise.csv")
    assert refusal.value.findings[0].code == "table.not_text"
