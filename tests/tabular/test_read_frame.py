import openpyxl
import pandas as pd
import pyreadstat
import pytest

from surveyapp.findings import SurveyError
from surveyapp.tabular.frame import file_kind, known_columns, read_frame

FRAME = pd.DataFrame({"id": ["007", "8"], "q1": [1.0, None], "城市": ["上海", ""]})


def finding(path, columns=None):
    with pytest.raises(SurveyError) as caught:
        read_frame(path, columns)
    return caught.value.findings[0]


def test_text_stays_as_it_is_and_rows_are_numbered_like_the_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,q1,城市\n\n007,1,上海\n8,,\n", encoding="gb18030")
    frame = read_frame(path)
    assert frame.index.tolist() == [3, 4]
    assert frame.index.name == "row"
    assert frame["id"].tolist() == ["007", "8"]
    assert frame["q1"].tolist() == ["1", ""]
    assert read_frame(path, ["城市", "id"]).columns.tolist() == ["城市", "id"]


def test_a_table_without_rows_is_an_empty_frame(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")
    assert read_frame(path).shape == (0, 2)


def test_a_blank_line_of_a_single_column_is_an_unanswered_cell(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"v"\n\n3\n\n\n4\n')
    frame = read_frame(path)
    assert frame["v"].tolist() == ["", "3", "", "", "4"]
    assert frame.index.tolist() == [2, 3, 4, 5, 6]


def test_a_workbook_reads_like_its_csv(tmp_path):
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for row in (["id", "q1"], ["007", 1], ["8", None]):
        book.active.append(row)
    book.save(path)
    assert read_frame(path).to_dict("list") == {"id": ["007", "8"], "q1": ["1", ""]}


def test_spss_and_parquet_keep_their_types(tmp_path):
    sav, parquet = tmp_path / "a.sav", tmp_path / "a.parquet"
    pyreadstat.write_sav(FRAME, str(sav), missing_ranges={"q1": [99]})
    FRAME.to_parquet(parquet)
    for path in (sav, parquet):
        frame = read_frame(path, ["q1", "城市"])
        assert frame.columns.tolist() == ["q1", "城市"]
        assert frame.index.tolist() == [1, 2]
        assert frame["q1"].isna().tolist() == [False, True]
        assert frame["城市"].tolist() == ["上海", ""]


def test_user_missing_values_of_spss_are_missing(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 99.0, 3.0]}), str(path), missing_ranges={"q": [99]}
    )
    assert read_frame(path)["q"].isna().tolist() == [False, True, False]


def test_a_named_index_of_parquet_is_a_column(tmp_path):
    path = tmp_path / "a.parquet"
    FRAME.set_index("id").to_parquet(path)
    assert read_frame(path, ["id"])["id"].tolist() == ["007", "8"]


@pytest.mark.parametrize("start", [b"PAR1", b"$FL2"])
def test_damaged_files_say_so(tmp_path, start):
    path = tmp_path / "a.bin"
    path.write_bytes(start + b"\x00" * 200)
    assert finding(path).code == "table.damaged"


def test_an_unknown_column_suggests_the_nearest(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Speed,Attitude\n1,2\n")
    assert finding(path, ["speeed"]).message == 'There is no column "speeed". Do you mean "Speed"?'
    assert "Speed, Attitude" in finding(path, ["zzz"]).message


def test_a_long_header_is_not_recited():
    with pytest.raises(SurveyError) as caught:
        known_columns([f"column {n}" for n in range(100)], ["zzz"])
    assert "column 11 …" in caught.value.findings[0].message


def test_the_kind_is_seen_in_the_bytes(tmp_path):
    path = tmp_path / "a.txt"
    FRAME.to_parquet(path)
    assert file_kind(path) == "parquet"
    assert finding(tmp_path / "missing.sav").code == "table.unreadable"


def test_a_file_whose_only_chinese_is_rare_is_gb18030(tmp_path):
    """Four bytes a character: it was read as Western signs and digits."""
    path = tmp_path / "rare.csv"
    path.write_bytes("name,q\n𠮷,1\n𠮷,2\n".encode("gb18030"))
    assert read_frame(path)["name"].tolist() == ["𠮷", "𠮷"]
    path.write_bytes("name,q\nJosé,1\nÅsa,2\nJürgen,3\n".encode("cp1252"))
    assert read_frame(path)["name"].tolist() == ["José", "Åsa", "Jürgen"]
