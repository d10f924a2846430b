import json

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

from surveyapp.stats.factors import extract, oblimin
from surveyapp.stats_cli import analyse

from .test_reliability import ATTITUDE, NAMES

FRAME = pd.DataFrame(ATTITUDE, columns=NAMES)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "attitude.csv"
    FRAME.to_csv(path, index=False)
    return path


def run(*words):
    return CliRunner().invoke(analyse, [str(word) for word in words])


def result_of(*words):
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(result.stdout, parse_constant=refuse)


def error_of(*words):
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_contract_to_the_letter(file):
    found = result_of(file, "--items", ",".join(NAMES))
    assert list(found) == ["n", "k", "alpha", "kmo", "bartlett", "items", "findings"]
    assert (found["n"], found["k"]) == (30, 7)
    assert list(found["alpha"]) == ["raw", "standardised", "ci"]
    assert found["alpha"]["raw"] == pytest.approx(0.8431427695647599, abs=1e-12)
    assert found["alpha"]["ci"][0] < found["alpha"]["raw"] < found["alpha"]["ci"][1]
    assert list(found["bartlett"]) == ["chi_square", "df", "p"]
    assert found["bartlett"]["chi_square"] == pytest.approx(98.7527786621811)
    assert list(found["items"][0]) == [
        "id", "n", "mean", "sd", "item_total_r", "alpha_if_deleted", "msa"
    ]  # fmt: skip
    assert [item["id"] for item in found["items"]] == NAMES
    assert found["findings"] == []


def write_xlsx(frame, path):
    book = openpyxl.Workbook()
    book.active.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        book.active.append(list(row))
    book.save(path)


WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "xlsx": write_xlsx,
    "sav": lambda frame, path: pyreadstat.write_sav(frame, str(path)),
    "parquet": lambda frame, path: frame.to_parquet(path),
    "int8": lambda frame, path: frame.astype("int8").to_parquet(path),
    "text": lambda frame, path: frame.astype("str").to_parquet(path),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_same_numbers(tmp_path, file, kind):
    path = tmp_path / f"data.{kind}"
    WRITERS[kind](FRAME, path)
    words = ["--items", "raises,rating,advance", "--reverse", "rating", "--scale", "0:100"]
    assert result_of(path, *words) == result_of(file, *words)


@pytest.mark.parametrize("kind", sorted(set(WRITERS) - {"int8"}))
def test_gaps_are_missing_in_every_format(tmp_path, kind):
    frame = FRAME.astype(float)
    frame.iloc[3, 0] = np.nan
    path = tmp_path / f"data.{kind}"
    WRITERS[kind](frame, path)
    found = result_of(path, "--items", "rating,raises,learning", "--missing", "listwise")
    assert (found["n"], found["items"][0]["n"]) == (29, 29)
    assert {f["code"] for f in found["findings"]} == {
        "reliability.rows_dropped",
        "dimensionality.rows_dropped",
    }


def test_text_is_a_table_for_people(file):
    result = run(file, "--items", "rating,raises,learning")
    assert result.exit_code == 0
    assert "Cronbach's alpha  0." in result.stdout
    assert "(Feldt)" in result.stdout
    lines = [line for line in result.stdout.splitlines() if line.startswith("r")]
    assert len({len(line) for line in lines}) == 1


def test_text_marks_what_is_undefined_and_lines_up_chinese(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("态度,b,c\n1,2,5\n2,3,5\n3,4,5\n4,4,5\n", encoding="gb18030")
    output = run(path, "--items", "态度,b,c").stdout
    assert "chi-square" in output
    assert "Bartlett's test   –" in run(path, "--items", "态度").stdout
    assert '"c" does not vary' in output
    assert "–" in output


def write(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    return path


def test_what_cannot_be_computed_is_null_with_the_culprit(tmp_path):
    path = write(tmp_path, "a,b,c,d\n1,1,3,\n2,2,3,\n5,5,3,\n4,4,3,\n3,3,3,\n")
    found = result_of(path, "--items", "a,b,c,d")
    assert found["alpha"]["raw"] == pytest.approx(1)
    assert found["kmo"] is None
    assert found["bartlett"] == {"chi_square": None, "df": None, "p": None}
    said = {f["code"]: f["message"] for f in found["findings"]}
    assert '"d"' in said["items.no_answers"]
    assert '"c"' in said["items.constant_item"]
    assert '"b"' in said["dimensionality.singular"]


@pytest.mark.parametrize("rows", ["", "1,2\n"])
def test_too_few_answers_are_null(tmp_path, rows):
    found = result_of(write(tmp_path, f"a,b\n{rows}"), "--items", "a,b")
    assert found["alpha"] == {"raw": None, "standardised": None, "ci": None}
    assert "reliability.too_few_answers" in [f["code"] for f in found["findings"]]


def test_a_single_item_is_null(file):
    found = result_of(file, "--items", "rating")
    assert found["alpha"]["raw"] is found["kmo"] is None
    assert "reliability.too_few_items" in [f["code"] for f in found["findings"]]


def test_missing_marks_and_named_codes_are_missing(tmp_path):
    path = write(tmp_path, "a,b\n1,2\nNA,3\n99,4\n.,1\n3,5\n")
    found = result_of(path, "--items", "a,b", "--missing-codes", "99")
    assert [item["n"] for item in found["items"]] == [2, 5]
    plain = result_of(path, "--items", "a,b")
    assert plain["items"][0]["n"] == 3


def test_errors_are_one_line_that_says_what_to_do(tmp_path, file):
    assert 'Do you mean "rating"?' in error_of(file, "--items", "ratings,raises")
    assert "cannot be opened" in error_of(tmp_path / "none.csv", "--items", "a")
    assert "empty" in error_of(write(tmp_path, ""), "--items", "a")
    words = error_of(write(tmp_path, "a,b\n1,2\n2,often\n"), "--items", "a,b")
    assert 'Column "b", row 3: "often" is not a number' in words
    assert "not a number" in error_of(write(tmp_path, "a\ninf\n"), "--items", "a")


def test_duplicate_columns_are_refused(tmp_path):
    assert "both called" in error_of(write(tmp_path, "a,a\n1,2\n"), "--items", "a")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--items", ","], "names no column"),
        (["--items", "rating,rating"], "twice"),
        (["--items", "rating", "--reverse", "raises"], "not among --items"),
        (["--items", "rating", "--reverse", "rating"], "needs --scale"),
        (["--items", "rating", "--scale", "5:1"], "comes first"),
        (["--items", "rating", "--scale", "1-5"], "LOWEST:HIGHEST"),
        (["--items", "rating", "--missing-codes", "x"], "not a number"),
        (["--items", "rating", "--missing", "all"], "--missing"),
        ([], "--items"),
    ],
)
def test_wrong_options_are_one_line(file, words, said):
    assert said in error_of(file, *words)


def test_a_bad_value_deep_in_parquet_is_named(tmp_path):
    path = tmp_path / "a.parquet"
    pd.DataFrame({"a": ["1"] * 70_000 + ["x"], "b": ["2"] * 70_001}).to_parquet(path)
    assert 'row 70001: "x"' in error_of(path, "--items", "a,b")
    pd.DataFrame({"a": [1.0, np.inf]}).to_parquet(path)
    assert 'row 2: "inf"' in error_of(path, "--items", "a")
    pd.DataFrame({"a": [1.0, 2.0, -1e308]}).to_parquet(path)
    assert "row 3: -1e+308 is too large" in error_of(path, "--items", "a")
    path.with_suffix(".csv").write_text("a\n1\n1e308\n", "utf-8")
    assert "1e+308 is too large" in error_of(path.with_suffix(".csv"), "--items", "a")
    pd.DataFrame({"a": pd.Series([], dtype="float64")}).to_parquet(path)
    assert result_of(path, "--items", "a")["n"] == 0
    path.write_bytes(b"PAR1 nothing")
    assert "damaged" in error_of(path, "--items", "a")


def further(file, *words):
    done = CliRunner().invoke(analyse, [str(file), *words, "--more", "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["more"]


@pytest.fixture
def table(tmp_path):
    def write(text):
        path = tmp_path / "table.csv"
        path.write_text(text, "utf-8")
        return path

    return write


def test_more_gives_omega_split_halves_and_parallel_analysis(file):
    items = "rating,complaints,privileges,learning,raises,critical,advance"
    found = further(file, "--items", items)
    assert found["omega"]["one_factor"] == pytest.approx(0.8563268367751307, abs=1e-4)
    assert found["omega"]["hierarchical"] == pytest.approx(0.5186190831497319, abs=5e-4)
    assert found["lambda6"] == pytest.approx(0.8752151373603486, rel=1e-9)
    assert found["parallel"]["components"] == 1
    assert found["ordinal_alpha"] is None  # percentages are no categories
    assert found["composite_reliability"] == pytest.approx(0.8506823948, abs=1e-6)
    assert found["average_variance_extracted"] == pytest.approx(0.4693186263, abs=1e-6)
    assert found["alpha_bootstrap"] == pytest.approx([0.722, 0.906], abs=0.01)  # psych, 4,000 draws
    assert found["factor_analysis"]["factors"] == 1
    assert found["factor_analysis"]["loadings"]["critical"] == [pytest.approx(0.284465, abs=1e-5)]
    halves = found["split_half"]
    assert halves["worst"] < halves["average"] < halves["best"]
    words = [str(file), "--items", items, "--more"]
    assert "omega total" in CliRunner().invoke(analyse, words).stdout


def test_rotated_loadings_equal_psych(file):
    """fa(cor(attitude), 2, rotate = "oblimin") of psych 2.2.9."""
    R = pd.read_csv(file).iloc[:, :7].corr().to_numpy()
    found = oblimin(extract(R, 2))
    assert found.loadings[0] == pytest.approx([0.914269788, -0.107891526], abs=1e-4)
    assert found.loadings[6] == pytest.approx([-0.042158079, 0.965974367], abs=1e-4)
    assert found.phi[0, 1] == pytest.approx(0.3428826, abs=1e-4)
    assert found.explained / 7 == pytest.approx([0.4000458, 0.2188945], abs=1e-4)


def test_more_is_null_where_correlations_cannot_be_used(table):
    rows = "a,b,c\n" + "".join(f"{n % 5},{n % 5},{n % 3}\n" for n in range(30))
    found = further(table(rows), "--items", "a,b,c")
    assert found["omega"] is None
    assert found["findings"]
    two = further(table("a,b\n1,2\n2,1\n3,3\n2,2\n1,1\n"), "--items", "a,b")
    assert two["omega"] is None
    assert two["parallel"] is None
    assert two["ordinal_alpha"] is not None
    assert [f["code"] for f in two["findings"]] == ["more.few_items"]


def test_more_says_why_it_is_null_or_not_to_be_trusted(tmp_path, monkeypatch):
    random = np.random.default_rng(4)
    x = np.clip(np.round(3 + random.normal(size=(60, 1)) + random.normal(size=(60, 17))), 1, 5)
    x[:, 0] = np.arange(60) % 13
    path = tmp_path / "long.csv"
    pd.DataFrame(x, columns=[f"q{{{i}}}" for i in range(17)]).to_csv(path, index=False)
    found = further(path, "--items", ",".join(f"q{{{i}}}" for i in range(17)))
    assert (found["ordinal_alpha"], found["split_half"]["best"]) == (None, None)
    assert {f["code"] for f in found["findings"]} >= {"more.many_items", "more.no_categories"}
    assert '"q{0}" has more than 12' in found["findings"][-1]["message"]
    monkeypatch.setattr("surveyapp.shell.more.MANY_PAIRS", 2)
    three = pd.DataFrame(x[:, 1:4], columns=list("abc"))
    three["c"] = np.where(random.random(60) < 0.9, three["a"], three["b"])
    three.to_csv(path, index=False)
    words = [str(path), "--items", "a,b,c", "--more", "--format", "json"]
    done = CliRunner().invoke(analyse, words)
    assert "3 polychoric correlations" in done.stderr
    assert json.loads(done.stdout)["more"]["findings"][0]["code"] == "more.heywood"


def test_more_leaves_out_what_cannot_be_in_a_scale(table):
    """A constant item and one without answers: NaN stood in the JSON, which is none."""
    rows = [f"{n % 5},{(n * n) % 5},{(n * 7 + n // 5) % 4}" for n in range(60)]
    plain = further(table("a,b,c\n" + "\n".join(rows) + "\n"), "--items", "a,b,c")
    with_two = table("a,b,c,d,e\n" + "".join(f"{row},3,\n" for row in rows))
    found = further(with_two, "--items", "a,b,c,d,e")
    assert found["n"] == 60
    assert found == plain


def test_more_keys_items_first(table):
    rows = "a,b,c\n" + "".join(f"{1 + n % 5},{5 - n % 5},{1 + (n * n) % 5}\n" for n in range(40))
    words = ("--items", "a,b,c", "--reverse", "b", "--scale", "1:5")
    assert further(table(rows), *words)["findings"]


@pytest.mark.parametrize("more", [(), ("--more",)])
def test_items_without_any_correlation_are_null_in_json(tmp_path, more):
    """KMO was NaN, which JSON cannot say: the command ended in a traceback."""
    path = tmp_path / "orthogonal.csv"
    path.write_text("q0,q1,q2\n3,3,2\n5,4,2\n5,2,2\n3,3,5\n5,4,5\n5,2,5\n", "utf-8")
    for items in ("q0,q1", "q0,q1,q2"):
        words = [str(path), "--items", items, "--format", "json", *more]
        done = CliRunner().invoke(analyse, words)
        assert done.exit_code == 0, done.output
        found = json.loads(done.stdout)
        assert found["kmo"] is None
        assert {item["msa"] for item in found["items"]} == {None}
        assert any(f["code"] == "dimensionality.uncorrelated" for f in found["findings"])
        assert CliRunner().invoke(analyse, words[:3] + list(more)).exit_code == 0
